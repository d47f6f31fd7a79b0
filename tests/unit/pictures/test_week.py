"""A week's picture has a bar for each span, at its hours."""

from PIL import ImageColor

from labelpipe.pictures.week import (
    BAR,
    COLOURS,
    GROUND,
    HEADER,
    HOUR,
    LABEL,
    MARGIN,
    ORDERED,
    ROW,
    DrawnDay,
    DrawnSpan,
    week_picture,
)

DAYS = [
    DrawnDay("Mon", [DrawnSpan(0, 9, "never"), DrawnSpan(9, 1, "on"), DrawnSpan(10, 14, "may")], "USD 4 to 60"),
    DrawnDay("Sun", [DrawnSpan(0, 2, "may"), DrawnSpan(3, 3, "on", ordered=True), DrawnSpan(4, 20, "may")], ""),
]


def at(picture, day, hour):
    return picture.getpixel((MARGIN + LABEL + round(hour * HOUR), HEADER + day * ROW + ROW // 2 - BAR // 4))


def colour(text):
    return ImageColor.getrgb(text)


def test_each_hour_has_the_colour_of_its_kind():
    picture = week_picture(DAYS, title="bees", subtitle="USD 4")
    assert [at(picture, 0, hour) for hour in (8.5, 9.5, 10.5)] == [
        colour(COLOURS[kind]) for kind in ("never", "on", "may")
    ]


def test_what_somebody_said_has_a_colour_of_its_own_and_covers_what_may_be():
    picture = week_picture(DAYS, title="bees", subtitle="")
    assert at(picture, 1, 3.5) == at(picture, 1, 4.5) == colour(ORDERED["on"])


def test_an_hour_that_the_clock_skips_stays_empty():
    assert at(week_picture(DAYS, title="", subtitle=""), 1, 2.5) == colour(GROUND)


def test_a_picture_grows_by_the_day():
    heights = [week_picture(DAYS[:count], title="", subtitle="").height for count in (1, 2)]
    assert heights[1] - heights[0] == ROW
