from collections.abc import Callable

import numpy as np
import pytest

from labelpipe.standin import images
from labelpipe.standin.errors import (
    ImageTooLargeException,
    InvalidImageFormatException,
    InvalidParameterException,
    ServiceError,
)

Encode = Callable[..., bytes]


def blank(width: int, height: int) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(64, 64), (4096, 300), (205, 4096), (1280, 64)])
def test_the_size_is_read_from_the_header(encode: Encode, kind: str, size: tuple[int, int]) -> None:
    assert images.check(encode(blank(*size), kind)) == size


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("size", "error"),
    [
        ((63, 64), InvalidParameterException),
        ((64, 63), InvalidParameterException),
        ((4097, 300), ImageTooLargeException),
        ((300, 4097), ImageTooLargeException),
        ((1281, 64), InvalidParameterException),
        ((200, 4096), InvalidParameterException),
    ],
)
def test_sizes_outside_the_limits_are_refused(
    encode: Encode, kind: str, size: tuple[int, int], error: type[ServiceError]
) -> None:
    with pytest.raises(error):
        images.check(encode(blank(*size), kind))


def test_tables_and_padding_before_the_frame_are_skipped(encode: Encode) -> None:
    whole = encode(blank(100, 80))
    table = b"\xff\xff\xc4\x00\x08\x01\x02\x03\x04\x05\x06"
    assert images.check(whole[:2] + table + whole[2:]) == (100, 80)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP", "TIFF"])
def test_other_formats_are_refused_whatever_they_are_called(encode: Encode, kind: str) -> None:
    with pytest.raises(InvalidImageFormatException):
        images.check(encode(blank(100, 100), kind))


@pytest.mark.parametrize("length", [0, 1, 3, 8, 12, 20])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_that_ends_before_its_size_is_told_is_refused(encode: Encode, kind: str, length: int) -> None:
    with pytest.raises(InvalidImageFormatException):
        images.check(encode(blank(100, 100), kind)[:length])


@pytest.mark.parametrize("filling", [b"\xff", b"\xff\xd0", b"\xff\xe0\x00\x02", b"\xff\xe0\x00\x00"])
def test_a_jpeg_of_nothing_but_markers_is_refused(filling: bytes) -> None:
    with pytest.raises(InvalidImageFormatException):
        images.check(b"\xff\xd8\xff" + filling * 100_000)


def test_a_jpeg_that_turns_into_something_else_is_refused(encode: Encode) -> None:
    with pytest.raises(InvalidImageFormatException):
        images.check(encode(blank(100, 100))[:20] + b"no more markers here" * 100)
