"""Made to take memory or time: small files, absurd headers."""

import struct
import zlib

from PIL import Image

from tests.corpus.case import Case, damaged, too_costly, too_many_pixels
from tests.corpus.drawing import drawn, encoded, file, noise
from tests.corpus.writing import (
    bmp,
    chunk,
    gif,
    gif_frame,
    grey_tiff,
    inflated,
    png,
    resized_header,
    segment,
    with_segments,
)

GIGABYTE = 1 << 30


def _lying_jpeg() -> bytes:
    return resized_header(encoded(drawn(), "JPEG"), 65_500, 65_500)


def _hidden_lie() -> bytes:
    """Its header lies beyond the first 64 KB: only the decoder sees it."""
    return with_segments(_lying_jpeg(), segment(0xFE, noise(65_000)), segment(0xFE, noise(65_000)))


def _all_coefficients() -> bytes:
    """What a progressive JPEG keeps until its last scan: 600 MB, if its header were right."""
    return resized_header(encoded(drawn(), "JPEG", progressive=True, subsampling=0), 10_000, 10_000)


def _webp_canvas() -> bytes:
    side = (16_383).to_bytes(3, "little")
    body = file("WEBP", "RGBA", lossless=True)()
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4) + side + side
    return b"RIFF" + struct.pack("<I", len(body) + 10) + b"WEBP" + extended + body[12:]


def _text_bomb() -> bytes:
    """A comment that becomes a gigabyte."""
    pixels = zlib.compress((b"\0" + bytes(160)) * 120)
    return png(160, 120, 16, 0, pixels, extra=chunk(b"zTXt", b"Comment\0\0" + inflated(GIGABYTE)))


def _profile_bomb() -> bytes:
    pixels = zlib.compress((b"\0" + bytes(320)) * 120)
    return png(160, 120, 16, 0, pixels, extra=chunk(b"iCCP", b"profile\0\0" + inflated(GIGABYTE)))


def _tiles(side: int) -> bytes:
    """A small picture that says to be cut from one tile of gigabytes."""
    return grey_tiff(160, 120, inflated(1 << 20), tag_259=8, tag_322=side, tag_323=side, tag_324=8, tag_325=1000)


def _scans() -> bytes:
    """A progressive JPEG of 36 million pixels, and then thousands of scans of 59 bytes, which refine nothing."""
    body = encoded(Image.new("L", (6000, 6000), 200), "JPEG", progressive=True)
    last = body[body.rindex(b"\xff\xda") : -2]
    return body[:-2] + 3000 * last + body[-2:]


BOMBS: tuple[Case, ...] = (
    too_many_pixels("jpeg-65500-square", ".jpg", _lying_jpeg),
    too_many_pixels("jpeg-65500-square-hidden", ".jpg", _hidden_lie),
    too_many_pixels("png-65535-square", ".png", lambda: png(65_535, 65_535, 8, 2, noise(1000))),
    too_many_pixels("png-2-billion-square", ".png", lambda: png(2**31 - 1, 2**31 - 1, 8, 2, noise(1000))),
    too_many_pixels("png-30000-square-honest", ".png", lambda: png(30_000, 30_000, 1, 0, inflated(30_000 * 3751))),
    too_many_pixels("gif-65535-square", ".gif", lambda: gif(65_535, 65_535, gif_frame(0, 0, 9, 9))),
    too_many_pixels("gif-frame-far-beyond-canvas", ".gif", lambda: gif(100, 100, gif_frame(65_000, 65_000, 90, 90))),
    too_many_pixels("webp-16384-square", ".webp", _webp_canvas),
    too_many_pixels("bmp-65535-square", ".bmp", lambda: bmp(65_535, 65_535, 24, noise(1000))),
    too_many_pixels("tiff-65535-square", ".tif", lambda: grey_tiff(65_535, 65_535, noise(1000))),
    too_many_pixels(
        "tiff-20000-square-deflate", ".tif", lambda: grey_tiff(20_000, 20_000, inflated(400_000_000), tag_259=8)
    ),
    damaged("png-text-bomb", ".png", _text_bomb),
    damaged("png-profile-bomb", ".png", _profile_bomb),
    too_costly("jpeg-progressive-100-megapixels", ".jpg", _all_coefficients),
    too_costly("tiff-tile-of-1.6-gigabytes", ".tif", lambda: _tiles(40_000)),
    too_costly("jpeg-thousands-of-scans", ".jpg", _scans),
)
