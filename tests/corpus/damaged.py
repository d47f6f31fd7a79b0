"""Broken on the way, or never whole."""

import struct
import zlib

from tests.corpus.case import Case, damaged
from tests.corpus.drawing import cut, drawn, encoded, file, noise, noisy
from tests.corpus.writing import bmp, gif, grey_tiff, png, resized_header

NOISY = (("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("TIFF", ".tif"), ("BMP", ".bmp"), ("GIF", ".gif"))


def _bad_huffman() -> bytes:
    """More codes of one length than there can be."""
    body = encoded(drawn(), "JPEG")
    at = body.index(b"\xff\xc4") + 5
    return body[:at] + b"\xff" * 16 + body[at + 16 :]


def _no_height() -> bytes:
    """A height of 0 announces that it comes after the pixels, which hardly any decoder reads."""
    return resized_header(encoded(drawn(), "JPEG"), 160, 0)


def _bad_checksum() -> bytes:
    body = bytearray(noisy("PNG")())
    body[len(body) // 2] ^= 0x55
    return bytes(body)


def _no_pixels() -> bytes:
    return png(160, 120, 8, 2, b"")


def _bad_filter() -> bytes:
    return png(160, 120, 8, 0, zlib.compress(b"\x09" + noise(160 * 120 + 119)))


def _huge_palette() -> bytes:
    return bmp(160, 120, 8, noise(160 * 120), used=2**31 - 1)


def _strip(**entries: int):
    return lambda: grey_tiff(160, 120, noise(160 * 120), **entries)


def _webp_of_a_size_that_is_not_its_frame_s() -> bytes:
    body = bytearray(file("WEBP", "RGBA", lossless=True)())
    extended = bytes((0x10, 0, 0, 0)) + (99).to_bytes(3, "little") * 2
    return bytes(
        b"RIFF" + struct.pack("<I", len(body) + 10) + b"WEBPVP8X" + struct.pack("<I", 10) + extended + body[12:]
    )


DAMAGED: tuple[Case, ...] = (
    *(
        damaged(f"{kind.lower()}-cut-at-{kept}", suffix, cut(noisy(kind), kept / 100))
        for kind, suffix in NOISY
        for kept in (2, 50, 90)
    ),
    damaged("jpeg-bad-huffman-table", ".jpg", _bad_huffman),
    damaged("jpeg-without-height", ".jpg", _no_height),
    damaged("png-bad-checksum", ".png", _bad_checksum),
    damaged("png-without-pixels", ".png", _no_pixels),
    damaged("png-unknown-filter", ".png", _bad_filter),
    damaged("webp-frame-beyond-canvas", ".webp", _webp_of_a_size_that_is_not_its_frame_s),
    damaged("gif-without-frames", ".gif", lambda: gif(160, 120)),
    damaged("bmp-huge-palette", ".bmp", _huge_palette),
    damaged("bmp-runs-that-end", ".bmp", lambda: bmp(160, 120, 8, b"\x10\1" * 9, coding=1, palette=bytes(1024))),
    damaged("tiff-strip-beyond-the-end", ".tif", _strip(tag_273=0x7FFFFFFF)),
    damaged("tiff-strip-of-4-gigabytes", ".tif", _strip(tag_259=8, tag_279=0xFFFFFFFF)),
    damaged("tiff-directory-beyond-the-end", ".tif", lambda: b"II*\0\xff\xff\xff\x7f" + bytes(100)),
    damaged("tiff-of-65535-colours", ".tif", _strip(tag_277=65535)),
)
