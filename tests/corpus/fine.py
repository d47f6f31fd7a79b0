"""Odd, but fine: each ends in labels."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

from PIL import Image, ImageCms

from tests.corpus.case import Case, Make, asked, fitted
from tests.corpus.drawing import SIZE, drawn, encoded, exif, file, noise
from tests.corpus.writing import (
    bmp,
    chunk,
    gif,
    gif_frame,
    grey_tiff,
    inflated,
    interlaced,
    png,
    segment,
    with_segments,
)


def _others() -> list[Image.Image]:
    """More frames or pages."""
    blue = Image.new("RGB", SIZE, "blue")
    return [blue, blue.resize((10, 10)).resize(SIZE).rotate(9)]


def _comments(then: bytes = b"") -> Make:
    """The frame header lies beyond the first 64 KB."""
    comments = [segment(0xFE, noise(65_000, seed)) for seed in range(3)]
    return lambda: with_segments(encoded(drawn(), "JPEG"), *comments, then)


def _late_orientation() -> bytes:
    return _comments(segment(0xE1, b"Exif\0\0" + exif(6).removeprefix(b"Exif\0\0")))()


def _profile() -> bytes:
    """Larger than one segment: it is told in several."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(drawn(), "JPEG", icc_profile=profile + noise(200_000))


def _large_exif() -> bytes:
    """An orientation, and much that nobody reads, twice."""
    block = exif(1).removeprefix(b"Exif\0\0")
    return with_segments(encoded(drawn(), "JPEG"), *[segment(0xE1, b"Exif\0\0" + block + bytes(65_000))] * 2)


def _archive_behind() -> bytes:
    """A JPEG and a zip archive at once: one is read from its start, the other from its end."""
    archive = BytesIO()
    with ZipFile(archive, "w") as opened:
        opened.writestr("run.sh", "exit 1")
    return encoded(drawn(), "JPEG") + archive.getvalue()


def _arithmetic() -> bytes:
    """The header of arithmetic coding before what Huffman coding wrote: it decodes, to nonsense."""
    body = encoded(drawn(), "JPEG")
    at = body.index(b"\xff\xc0\0\x11")
    return body[: at + 1] + b"\xc9" + body[at + 2 :]


def _mpo() -> bytes:
    return encoded(drawn(), "MPO", save_all=True, append_images=_others())


def _turned_mpo() -> bytes:
    return encoded(drawn(), "MPO", save_all=True, append_images=_others(), orientation=6)


def _deep_png() -> bytes:
    """16 bits for each of three colours."""
    data = drawn().tobytes()
    doubled = bytes(byte for value in data for byte in (value, value))
    rows = [doubled[at : at + 6 * SIZE[0]] for at in range(0, len(doubled), 6 * SIZE[0])]
    return png(*SIZE, 16, 2, zlib.compress(b"".join(b"\0" + row for row in rows)))


def _endless_png() -> bytes:
    """Fifty times the pixels that the header speaks of."""
    rows = drawn(mode="L").tobytes()
    lines = b"".join(b"\0" + rows[at : at + SIZE[0]] for at in range(0, len(rows), SIZE[0]))
    return png(*SIZE, 8, 0, zlib.compress(lines + bytes(1 << 20)))


def _clear_palette() -> bytes:
    return encoded(drawn(mode="P"), "PNG", transparency=255)


def _lonely_chunk() -> bytes:
    """A private chunk of 100 KB before the pixels."""
    body = encoded(drawn(), "PNG")
    return body[:33] + chunk(b"prVt", noise(100_000)) + body[33:]


def _wide_frame() -> bytes:
    """A frame that sticks out of its canvas: viewers widen the canvas or cut the frame."""
    return gif(100, 100, gif_frame(50, 50, 90, 90))


def _upside_down_bmp() -> bytes:
    rows = drawn(mode="L").tobytes()
    greys = b"".join(bytes((value, value, value, 0)) for value in range(256))
    return bmp(SIZE[0], -SIZE[1], 8, rows, palette=greys)


def _packed_bmp() -> bytes:
    """Runs of equal pixels, from the lowest row up."""
    width, height = SIZE
    rows = drawn(mode="L").tobytes()
    greys = b"".join(bytes((value, value, value, 0)) for value in range(256))
    runs = bytearray()
    for y in reversed(range(height)):
        for value in rows[y * width : (y + 1) * width]:
            runs += bytes((1, value))
        runs += b"\0\0"
    return bmp(width, height, 8, bytes(runs) + b"\0\1", coding=1, palette=greys)


def _tiff_that_goes_round() -> bytes:
    """Its directory names itself as the next one."""
    data = drawn(mode="L").tobytes()
    body = grey_tiff(*SIZE, data)
    return body[:-4] + struct.pack("<I", 8 + len(data))


def _pages() -> bytes:
    return encoded(drawn(), "TIFF", save_all=True, append_images=_others())


def _animation(kind: str) -> Make:
    return lambda: encoded(drawn(), kind, save_all=True, append_images=_others(), duration=50)


def _one_bit_of_49_million() -> bytes:
    """50 KB that decode to 49 million pixels."""
    return png(7000, 7000, 1, 0, inflated(7000 * 876))


JPEG = (
    asked("jpeg", ".jpg", file("JPEG")),
    asked("jpeg-grey", ".jpeg", file("JPEG", "L")),
    asked("jpeg-progressive", ".jpg", file("JPEG", progressive=True)),
    asked("jpeg-restart-markers", ".jpg", file("JPEG", restart_marker_blocks=1)),
    asked("jpeg-arithmetic", ".jpg", _arithmetic, spotted=False),
    asked("jpeg-and-zip", ".jpg", _archive_behind),
    asked("jpeg-mpo", ".jpg", _mpo),
    asked("jpeg-orientation-1", ".JPG", file("JPEG", orientation=1)),
    *(fitted(f"jpeg-orientation-{turn}", ".jpg", file("JPEG", orientation=turn), "orient") for turn in range(2, 9)),
    fitted("jpeg-mpo-turned", ".jpg", _turned_mpo, "orient"),
    fitted("jpeg-cmyk", ".jpg", file("JPEG", "CMYK")),
    fitted("jpeg-large-comments", ".jpg", _comments()),
    fitted("jpeg-large-comments-then-exif", ".jpg", _late_orientation, "orient"),
    fitted("jpeg-large-profile", ".jpg", _profile),
    fitted("jpeg-large-exif", ".jpg", _large_exif),
)
PNG = (
    asked("png", ".png", file("PNG")),
    asked("png-one-bit", ".png", file("PNG", "1")),
    asked("png-palette-transparent", ".png", _clear_palette),
    asked("png-grey-alpha", ".png", file("PNG", "LA")),
    asked("png-interlaced", ".png", lambda: interlaced(drawn(mode="L"))),
    asked("png-animated", ".png", _animation("PNG")),
    asked("png-private-chunk", ".png", _lonely_chunk),
    asked("png-more-pixels-than-said", ".png", _endless_png),
    fitted("png-grey-16", ".png", file("PNG", "I;16")),
    fitted("png-rgb-16", ".png", _deep_png),
    fitted("png-turned", ".png", file("PNG", orientation=8), "orient"),
    fitted("png-one-bit-49-megapixels", ".png", _one_bit_of_49_million, "resize", spotted=False),
)
WEBP = (
    fitted("webp", ".webp", file("WEBP")),
    fitted("webp-lossless-alpha", ".webp", file("WEBP", "RGBA", lossless=True)),
    fitted("webp-animated", ".webp", _animation("WEBP")),
    fitted("webp-turned", ".webp", file("WEBP", orientation=5), "orient"),
)
TIFF = (
    fitted("tiff-one-bit-fax", ".tif", file("TIFF", "1", compression="group4")),
    fitted("tiff-big-endian", ".tiff", file("TIFF", "I;16B")),
    fitted("tiff-pages", ".tif", _pages),
    fitted("tiff-cmyk", ".tif", file("TIFF", "CMYK")),
    fitted("tiff-lzw", ".tif", file("TIFF", compression="tiff_lzw")),
    fitted("tiff-deflate", ".tif", file("TIFF", compression="tiff_adobe_deflate")),
    fitted("tiff-jpeg", ".tif", file("TIFF", compression="jpeg")),
    fitted("tiff-big", ".tif", file("TIFF", big_tiff=True)),
    fitted("tiff-turned", ".tif", file("TIFF", orientation=7), "orient"),
    fitted("tiff-directory-loop", ".tif", _tiff_that_goes_round),
)
BMP = (
    fitted("bmp", ".bmp", file("BMP")),
    fitted("bmp-from-the-top", ".bmp", _upside_down_bmp),
    fitted("bmp-packed", ".bmp", _packed_bmp),
)
GIF = (
    fitted("gif", ".gif", file("GIF", "P")),
    fitted("gif-animated", ".gif", _animation("GIF")),
    fitted("gif-frame-beyond-canvas", ".gif", _wide_frame, spotted=False),
)
MISNAMED = (
    asked("png-named-jpg", ".jpg", file("PNG")),
    fitted("webp-named-jpg", ".jpg", file("WEBP")),
)
FINE: tuple[Case, ...] = (*JPEG, *PNG, *WEBP, *TIFF, *BMP, *GIF, *MISNAMED)
