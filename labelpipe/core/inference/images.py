"""What the first bytes of an object tell about its image. Junk tells nothing; it never raises."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from labelpipe.core.inference.exif import orientation

HEAD = 64 * 1024
"""Bytes that are read to look at an image."""


@dataclass(frozen=True)
class Facts:
    """Of the raster as it is stored. None is unknown."""

    format: str | None = None
    """JPEG, PNG, WEBP, TIFF, BMP, GIF or HEIC, by content."""
    width: int | None = None
    height: int | None = None
    orientation: int = 1
    """EXIF, 1 to 8; 1 is upright."""
    odd_colour: bool = False
    """CMYK, or 16 bits a channel: no page says that Custom Labels takes it."""


def sniff(head: bytes) -> Facts:
    """Facts from the first HEAD bytes."""
    name = _format(head)
    try:
        return _READERS[name](head) if name in _READERS else Facts(name)
    except (struct.error, IndexError):
        return Facts(name)


def _format(head: bytes) -> str | None:
    for name, magic in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith(b"BM") and head[14:18] in _BMP_HEADERS:
        return "BMP"
    if head[4:8] == b"ftyp" and _HEIC_BRANDS & set(_brands(head)):
        return "HEIC"
    return None


def _brands(head: bytes) -> list[bytes]:
    """The major brand and the compatible ones: "mif1" as the major says nothing of how pixels are coded, and the minor
    version between them is no text. Source: ISO/IEC 14496-12, 4.3."""
    size = min(int.from_bytes(head[:4], "big"), _MOST_BRANDS)
    return [head[at : at + 4] for at in range(8, size, 4)]


_MAGIC = (
    ("JPEG", b"\xff\xd8\xff"),
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("GIF", b"GIF87a"),
    ("GIF", b"GIF89a"),
    ("TIFF", b"II*\0"),
    ("TIFF", b"MM\0*"),
    ("TIFF", b"II+\0"),
    ("TIFF", b"MM\0+"),
)
_BMP_HEADERS = {size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124)}
"""Their lengths tell BMP from text that begins so."""
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_MOST_BRANDS = 256
"""Bytes: no file lists more than a few dozen."""


def _jpeg(head: bytes) -> Facts:
    """Walk the segments up to the frame header. Source: ITU-T T.81, B.1 and B.2."""
    at, turned = 2, 1
    while at < len(head) - 3:
        if head[at] != 0xFF:
            break
        marker = head[at + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            at += 1 if marker == 0xFF else 2  # a fill byte, or a marker that stands alone
            continue
        (length,) = struct.unpack_from(">H", head, at + 2)
        body = head[at + 4 : at + 2 + length]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = orientation(body[6:])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            _, height, width, channels = struct.unpack_from(">BHHB", body)
            return Facts("JPEG", width or None, height or None, turned, channels == 4)
        if marker in (0xD9, 0xDA):
            break
        at += 2 + length
    return Facts("JPEG", orientation=turned)


def _png(head: bytes) -> Facts:
    width, height, depth = struct.unpack_from(">IIB", head, 16)
    at, turned = 8, 1
    while at + 8 <= len(head):
        length, kind = struct.unpack_from(">I4s", head, at)
        if kind == b"eXIf":
            turned = orientation(head[at + 8 : at + 8 + length])
        if kind == b"IDAT":
            break
        at += 12 + length
    return Facts("PNG", width, height, turned, depth == 16)


def _gif(head: bytes) -> Facts:
    return Facts("GIF", *struct.unpack_from("<HH", head, 6))


def _bmp(head: bytes) -> Facts:
    (size,) = struct.unpack_from("<I", head, 14)
    width, height = struct.unpack_from("<HH" if size == 12 else "<ii", head, 18)
    return Facts("BMP", abs(width), abs(height))  # a negative height: rows from the top


def _webp(head: bytes) -> Facts:
    """Source: RFC 9649, sections 2.5 to 2.7. EXIF comes after the pixels; who decodes the image reads it there."""
    kind = head[12:16]
    if kind == b"VP8X":
        return Facts("WEBP", 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return Facts("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    width, height = struct.unpack_from("<HH", head, 26)
    return Facts("WEBP", width & 0x3FFF, height & 0x3FFF)


_READERS: dict[str | None, Callable[[bytes], Facts]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "GIF": _gif,
    "BMP": _bmp,
    "WEBP": _webp,
}
