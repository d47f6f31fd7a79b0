"""Whatever is done to a picture, what is seen on it is found where the image stores it."""

from io import BytesIO

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from PIL import Image

from labelpipe.core.boxes import Box, Geometry
from labelpipe.fitting.fit import fit

EVEN = st.tuples(st.integers(64, 300), st.integers(64, 300))
NARROW = st.tuples(st.integers(64, 80), st.integers(1601, 4000))
LARGE = st.tuples(st.integers(300, 900), st.integers(4097, 6000))
NARROW_AND_LARGE = st.tuples(st.integers(100, 180), st.integers(4097, 6000))
SIZES = st.one_of(EVEN, NARROW, LARGE, NARROW_AND_LARGE).flatmap(st.permutations)
QUARTERS = st.tuples(st.integers(0, 2), st.integers(1, 2), st.integers(0, 2), st.integers(1, 2))
"""Left, width, top and height of a box."""


@settings(max_examples=80, deadline=None)
@given(SIZES, QUARTERS, st.integers(1, 8), st.booleans(), st.sampled_from(["PNG", "TIFF", "WEBP"]))
def test_a_box_is_mapped_back_out_of_every_transform(size, quarters, orientation, upright, kind):
    left, width, top, height = quarters
    expected = Box(left / 4, top / 4, width / 4, height / 4)
    fitted = fit(stored(size, expected, orientation, kind), kind, upright=upright)
    event(" ".join(fitted.transform.steps))
    with Image.open(BytesIO(fitted.body)) as picture:
        found = fitted.way_back.geometry(Geometry(dark(picture)))
    assert (fitted.stored.width, fitted.stored.height, fitted.stored.orientation) == (*size, orientation)
    short = min(size) * min(1, max(fitted.transform.width, fitted.transform.height) / max(size))
    assert vars(found.box) == pytest.approx(vars(expected), abs=3 / short)


def stored(size: tuple[int, int], box: Box, orientation: int, kind: str) -> bytes:
    """A white raster with one black box."""
    (width, height), exif, out = size, Image.Exif(), BytesIO()
    image = Image.new("L", (width, height), 255)
    corner = round((box.left + box.width) * width), round((box.top + box.height) * height)
    image.paste(0, (round(box.left * width), round(box.top * height), *corner))
    exif[0x0112] = orientation
    image.save(out, kind, exif=exif, **({"method": 0} if kind == "WEBP" else {}))
    return out.getvalue()


def dark(picture: Image.Image) -> Box:
    """What is black; padding is grey."""
    left, top, right, bottom = picture.convert("L").point(lambda value: 255 * (value < 64)).getbbox()
    width, height = picture.size
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height)
