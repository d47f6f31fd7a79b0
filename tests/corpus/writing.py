"""Writers for what Pillow writes no files of. Each takes the parts of a file and joins them as its format says."""

import struct
import zlib
from collections.abc import Iterable

from PIL import Image

Entry = tuple[int, int, int, int]
"""Of a TIFF: tag, type (3: 2 bytes, 4: 4 bytes), count, value or offset."""


def png(width: int, height: int, depth: int, colour: int, idat: bytes, *, extra: bytes = b"", laced: int = 0) -> bytes:
    """A PNG around compressed pixels; `extra` are chunks between the header and these. Source: PNG, 11."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, laced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", idat) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def interlaced(image: Image.Image) -> bytes:
    """A grey image as an Adam7 PNG."""
    width, height = image.size
    rows = [image.tobytes()[y * width : (y + 1) * width] for y in range(height)]
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    lines = [b"\0" + row[x::dx] for x, y, dx, dy in passes for row in rows[y::dy]]
    return png(width, height, 8, 0, zlib.compress(b"".join(lines)), laced=1)


def inflated(size: int) -> bytes:
    """A zlib stream that becomes so many zero bytes: one block of 1 MB, which stands for itself, again and again.

    Source: RFC 1950, section 2.2, for the checksum.
    """
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, wbits=-15)
    rest = end.compress(bytes(size % (1 << 20))) + end.flush()
    return b"\x78\xda" + block * (size >> 20) + rest + struct.pack(">HH", size % 65521, 1)


def tiff(entries: Iterable[Entry], data: bytes = b"", *, following: int = 0) -> bytes:
    """A little-endian TIFF of one directory; `data` begins at byte 8, `following` is the next directory's offset."""
    listed = sorted(entries)
    packed = b"".join(struct.pack("<HHII", *entry) for entry in listed)
    where = struct.pack("<HI", 42, 8 + len(data))
    return b"II" + where + data + struct.pack("<H", len(listed)) + packed + struct.pack("<I", following)


def grey_tiff(width: int, height: int, data: bytes, **other: int) -> bytes:
    """An 8-bit grey TIFF with one strip. `other` replaces or adds entries, as tag_259=8."""
    entries = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(data)}
    entries |= {int(name.removeprefix("tag_")): value for name, value in other.items()}
    return tiff([(tag, 4, 1, value) for tag, value in entries.items()], data)


def bmp(
    width: int, height: int, depth: int, data: bytes, *, coding: int = 0, palette: bytes = b"", used: int = 0
) -> bytes:
    """A BMP with a header of 40 bytes. A negative height: rows from the top."""
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, coding, len(data), 0, 0, used, 0)
    start = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + header + palette + data


def segment(marker: int, content: bytes) -> bytes:
    """One segment of a JPEG: at most 65,533 bytes."""
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with more of them, behind its start."""
    return b"".join((jpeg[:2], *segments, jpeg[2:]))


def resized_header(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header lies about its sides."""
    at = min(at for at in (jpeg.find(b"\xff\xc0\0\x11"), jpeg.find(b"\xff\xc2\0\x11")) if at > 0)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def gif(width: int, height: int, *blocks: bytes) -> bytes:
    """A GIF with a palette of black and white."""
    return (
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + b"".join(blocks) + b";"
    )


def gif_frame(left: int, top: int, width: int, height: int) -> bytes:
    """All black: for every pixel a code of its own between two that clear the table."""
    packed, filled, out = 0, 0, bytearray()
    for code in [4] + [code for _ in range(width * height) for code in (0, 4)] + [5]:
        packed |= code << filled
        filled += 3
        while filled >= 8:
            out.append(packed & 0xFF)
            packed, filled = packed >> 8, filled - 8
    out.append(packed & 0xFF)
    blocks = b"".join(bytes([len(part)]) + part for part in (out[at : at + 255] for at in range(0, len(out), 255)))
    return b"," + struct.pack("<HHHHB", left, top, width, height, 0) + b"\x02" + blocks + b"\0"
