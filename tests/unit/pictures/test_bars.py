"""A bar's parts stand on each other, to scale."""

import pytest
from PIL import ImageColor

from labelpipe.pictures.bars import GROUND, HEADER, HEIGHT, Bar, bar_edges, bar_picture, nice

COLOURS = {"one": "#0B7A53", "two": "#E69F00"}
BARS = [Bar("16 Nov", (5, 5)), Bar("17 Nov", (0, 2.5))]


def at(bar, share):
    picture = bar_picture(BARS, COLOURS, title="bees", subtitle="")
    x = sum(bar_edges(bar, len(BARS))) // 2
    return picture.getpixel((x, HEADER + HEIGHT - round(share * HEIGHT)))


@pytest.mark.parametrize(
    ("bar", "share", "colour"),
    [(0, 0.45, "one"), (0, 0.55, "two"), (0, 0.98, "two"), (1, 0.1, "two"), (1, 0.3, "")],
)
def test_parts_are_drawn_from_the_bottom_up(bar, share, colour):
    assert at(bar, share) == ImageColor.getrgb(COLOURS.get(colour, GROUND))


@pytest.mark.parametrize(("value", "top"), [(0, 1), (0.03, 0.05), (1, 1), (2.4, 5), (96, 100), (101, 200)])
def test_the_scale_ends_at_a_round_number(value, top):
    assert nice(value) == pytest.approx(top)


def test_many_bars_fit_and_none_at_all_is_a_picture_too():
    many = bar_picture([Bar("x", (1, 1))] * 400, COLOURS, title="", subtitle="")
    assert many.size == bar_picture([], COLOURS, title="", subtitle="").size


def test_what_is_hardly_anything_is_a_pixel_high():
    picture = bar_picture([Bar("x", (1000, 0)), Bar("y", (0, 0.001))], COLOURS, title="", subtitle="")
    x = sum(bar_edges(1, 2)) // 2
    assert picture.getpixel((x, HEADER + HEIGHT - 1)) == ImageColor.getrgb(COLOURS["two"])
