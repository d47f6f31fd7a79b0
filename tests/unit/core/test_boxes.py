"""Boxes find their way back to the stored raster, with Pillow's exif_transpose as the oracle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from labelpipe.core.boxes import Box, Geometry, WayBack

WIDTH, HEIGHT = 60, 40


def stored_with(box: tuple[int, int, int, int], orientation: int) -> Image.Image:
    """A stored raster with one white rectangle (left, top, right, bottom in pixels)."""
    image = Image.new("L", (WIDTH, HEIGHT))
    image.paste(255, box)
    image.getexif()[0x0112] = orientation
    return image


def ratios(box: tuple[int, int, int, int], size: tuple[int, int]) -> Box:
    (left, top, right, bottom), (width, height) = box, size
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height)


BOXES = st.tuples(st.integers(0, 28), st.integers(0, 18), st.integers(30, WIDTH), st.integers(20, HEIGHT))


@given(BOXES, st.integers(1, 8))
def test_a_box_seen_upright_is_where_it_is_stored(box, orientation):
    upright = ImageOps.exif_transpose(stored_with(box, orientation))
    seen = ratios(upright.getbbox(), upright.size)
    found = WayBack(orientation).geometry(Geometry(seen)).box
    expected = ratios(box, (WIDTH, HEIGHT))
    assert vars(found) == pytest.approx(vars(expected))


@given(BOXES, st.integers(1, 8))
def test_a_polygon_takes_the_same_way_as_its_box(box, orientation):
    seen = ratios(box, (WIDTH, HEIGHT))
    corners = ((seen.left, seen.top), (seen.left + seen.width, seen.top + seen.height))
    found = WayBack(orientation).geometry(Geometry(seen, corners))
    xs, ys = zip(*found.polygon, strict=True)
    assert (min(xs), min(ys)) == pytest.approx((found.box.left, found.box.top))
    assert (max(xs), max(ys)) == pytest.approx((found.box.left + found.box.width, found.box.top + found.box.height))


@given(BOXES, st.integers(1, 8), st.tuples(*[st.integers(0, 30)] * 4))
def test_a_box_seen_upright_and_padded_is_where_it_is_stored(box, orientation, margins):
    left, top, right, bottom = margins
    upright = ImageOps.exif_transpose(stored_with(box, orientation))
    canvas = Image.new("L", (left + upright.width + right, top + upright.height + bottom))
    canvas.paste(upright, (left, top))
    content = ratios((left, top, left + upright.width, top + upright.height), canvas.size)
    seen = ratios(canvas.getbbox(), canvas.size)
    found = WayBack(orientation, content).geometry(Geometry(seen)).box
    assert vars(found) == pytest.approx(vars(ratios(box, (WIDTH, HEIGHT))))


PADDED = WayBack(content=Box(0, 0.25, 1, 0.5))


@pytest.mark.parametrize(
    ("seen", "stored"),
    [
        (Box(0.1, 0.25, 0.2, 0.5), Box(0.1, 0, 0.2, 1)),
        (Box(0.1, 0.5, 0.2, 0.125), Box(0.1, 0.5, 0.2, 0.25)),
        (Box(0.1, 0.0, 0.2, 0.5), Box(0.1, 0, 0.2, 0.5)),
    ],
)
def test_padding_is_taken_off_and_boxes_end_at_the_image(seen, stored):
    assert vars(PADDED.geometry(Geometry(seen)).box) == pytest.approx(vars(stored))


def test_a_box_in_the_padding_is_not_on_the_image():
    assert PADDED.geometry(Geometry(Box(0.1, 0.8, 0.2, 0.2))) is None


def test_an_image_asked_as_it_is_keeps_the_service_s_very_numbers():
    over_the_edge = Geometry(Box(-0.01, 0.1, 0.2, 0.95))
    assert WayBack().geometry(over_the_edge) is over_the_edge
