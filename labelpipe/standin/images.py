"""The limits of an image, told from its first bytes: format by content, pixels from the header, nothing decoded."""

from __future__ import annotations

import re
import struct

from labelpipe.standin.errors import (
    ImageTooLargeException,
    InvalidImageFormatException,
    InvalidParameterException,
)

# "Guidelines and quotas in Amazon Rekognition Custom Labels".
MAX_OBJECT_BYTES = 15 * 1024**2
MAX_BLOB_BYTES = 4 * 1024**2
MIN_SIDE, MAX_SIDE, MAX_RATIO = 64, 4096, 20

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Start-of-frame markers: they hold the size. C4, C8 and CC share the range and are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_MARKER = re.compile(rb"\xff+([^\xff])", re.DOTALL)  # any padding, then its code
_MAX_SEGMENTS = 10_000  # before the frame; a photograph has dozens


def check(image: bytes) -> tuple[int, int]:
    """The image's width and height in pixels, when it is within the limits.

    Raises:
        InvalidImageFormatException: neither PNG nor JPEG, or broken before its size is told.
        ImageTooLargeException: a side above 4096 pixels.
        InvalidParameterException: a side below 64 pixels, or longer than 20 times the other.
    """
    width, height = size(image)
    if max(width, height) > MAX_SIDE:
        raise ImageTooLargeException()
    if min(width, height) < MIN_SIDE:
        raise InvalidParameterException(
            f"Request has invalid parameters: image of {width} x {height} pixels, at least {MIN_SIDE} x {MIN_SIDE}"
        )
    if max(width, height) > MAX_RATIO * min(width, height):
        raise InvalidParameterException(
            f"Request has invalid parameters: image of {width} x {height} pixels, at most {MAX_RATIO} to 1"
        )
    return width, height


def size(image: bytes) -> tuple[int, int]:
    """Width and height in pixels as the header of a PNG or JPEG tells them, or InvalidImageFormatException."""
    try:
        if image.startswith(_PNG):
            return struct.unpack_from(">II", image, 16)
        if image.startswith(_JPEG):
            return _jpeg_size(image)
    except struct.error as error:
        raise InvalidImageFormatException() from error
    raise InvalidImageFormatException()


def _jpeg_size(image: bytes) -> tuple[int, int]:
    """Walk the segments to the first frame; running off the end is a struct.error."""
    at = 2
    for _ in range(_MAX_SEGMENTS):
        if not (found := _MARKER.match(image, at)):
            break
        marker, at = found[1][0], found.end()
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", image, at + 3)
            return width, height
        if marker not in _BARE:
            at += struct.unpack_from(">H", image, at)[0]
    raise InvalidImageFormatException()
