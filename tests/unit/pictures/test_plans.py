"""Bars are to scale, foresight is a line on them, and what is broken stands out."""

from dataclasses import replace

import pytest
from PIL import ImageColor

from labelpipe.pictures.bars import GROUND, MARGIN
from labelpipe.pictures.boxes import INK
from labelpipe.pictures.plans import ALARM, CHOSEN, FIXED, HEADER, LABEL, ROW, DrawnTime, DrawnWay, _t, _x, plan_picture

WAY = DrawnWay("always on", 400, 100, ("400", "4.00", "0 min", "0 min", ""), False, False, [(0, 1)], "720 h")
WAYS = [WAY, replace(WAY, title="on demand 4h", usd=100, is_chosen=True, spans=[(0.5, 0.75)])]
TIME = DrawnTime("When", [0, 3, 1, 0], "at most 3", [(0.25, "Tue 02 Jun")])


def drawn(ways=WAYS, time=TIME):
    return plan_picture(ways, time, title="bees", subtitle="")


@pytest.mark.parametrize(
    ("row", "share", "colour"),
    [(0, 0.5, FIXED), (0, 0.99, FIXED), (0, 0.25, INK), (1, 0.2, CHOSEN), (1, 0.3, GROUND)],
)
def test_a_bar_is_as_long_as_its_way_is_dear(row, share, colour):
    picture = drawn()
    middle = HEADER + row * ROW + ROW // 2
    assert picture.getpixel((_x(share) - 1, middle)) == ImageColor.getrgb(colour)


def test_what_costs_hardly_anything_is_seen_beside_its_line():
    picture = drawn([WAY, replace(WAY, usd=0.001, bound=0.0)])
    assert picture.getpixel((_x(0) + 2, HEADER + ROW + ROW // 2)) == ImageColor.getrgb(FIXED)


@pytest.mark.parametrize("is_broken", [False, True])
def test_what_is_broken_stands_out(is_broken):
    picture = drawn([replace(WAY, is_broken=is_broken)])
    assert (ImageColor.getrgb(ALARM) in [colour for _, colour in picture.getcolors(100_000)]) == is_broken


def test_a_strip_is_filled_while_a_model_is_on():
    picture = drawn([replace(WAY, spans=[(0.5, 0.75)])])
    strip = [picture.getpixel((_t(share), picture.height - 100)) for share in (0.4, 0.6, 0.8)]
    assert [colour == ImageColor.getrgb(FIXED) for colour in strip] == [False, True, False]


def test_nothing_at_all_and_names_too_long_are_pictures_too():
    nothing = replace(WAY, title="x" * 300, usd=0, bound=None, spans=[])
    picture = drawn([nothing] * 2, replace(TIME, come=[], marks=[]))
    left = picture.crop((MARGIN + LABEL - 8, HEADER, MARGIN + LABEL - 4, HEADER + ROW))
    assert left.getcolors() == [(4 * ROW, ImageColor.getrgb(GROUND))]


def test_the_scale_ends_at_the_step_that_the_dearest_reaches():
    picture = drawn([replace(WAY, usd=2880)])
    middle = HEADER + ROW // 2
    assert [picture.getpixel((_x(share), middle)) for share in (0.95, 0.97)] == [
        ImageColor.getrgb(colour) for colour in (FIXED, GROUND)
    ]
