"""Ways of running a model beside each other: what each costs a month, how late it is, and when it is on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from PIL import Image, ImageDraw

from labelpipe.pictures.bars import GROUND, MARGIN, QUIET, RULE, SMALL, TEXT, nice, words
from labelpipe.pictures.boxes import INK, WHITE
from labelpipe.pictures.text import font, printable, shorten

FIXED, CHOSEN, ALARM = "#8A949B", "#0B7A53", "#D55E00"
LABEL, WIDTH = 190, 640
COLUMNS: Mapping[str, int] = {
    "USD a month": 128,
    "x clairvoyant": 108,
    "p95": 74,
    "longest": 82,
    "broken promises": 150,
}
"""What stands beside the bars, and how wide, in pixels."""
NOTE, BESIDE = sum(COLUMNS.values()), 190
"""Right of the bars, and right of the strips."""
HEADER, ROW, BAR, BETWEEN, COME, STRIP, FOOTER = 150, 34, 20, 70, 48, 24, 86
"""Heights: of the head, of a row with its bar, from the rows to the strips, of the images that come, of a strip."""


@dataclass(frozen=True)
class DrawnWay:
    """A row, and a strip. usd: a month. bound: what foresight would have cost, in the same USD, or None.

    cells: text for each of COLUMNS. spans: when it was on, as shares (0 to 1) of the time that is drawn.
    """

    title: str
    usd: float
    bound: float | None
    cells: Sequence[str]
    is_broken: bool
    is_chosen: bool
    spans: Sequence[tuple[float, float]]
    note: str


@dataclass(frozen=True)
class DrawnTime:
    """What the strips show. come: images in equal parts of it; marks: shares of it (0 to 1), with their words."""

    title: str
    come: Sequence[int]
    peak: str
    marks: Sequence[tuple[float, str]]


def plan_picture(
    ways: Sequence[DrawnWay], time: DrawnTime, *, title: str, subtitle: str, footer: str = ""
) -> Image.Image:
    """A bar for each way, with a line where foresight would be, and below a strip for each, on one axis of time."""
    strips = HEADER + len(ways) * ROW + BETWEEN
    size = (2 * MARGIN + LABEL + WIDTH + NOTE, strips + COME + len(ways) * STRIP + FOOTER)
    picture = Image.new("RGB", size, GROUND)
    draw = ImageDraw.Draw(picture)
    words(draw, *size, title, subtitle, footer)
    _legend(draw)
    dearest = max(max(way.usd, way.bound or 0) for way in ways)
    step = nice(dearest / 4)
    steps = max(1, ceil(dearest / step - 1e-9))
    top = step * steps
    _scale(draw, step, steps, HEADER + len(ways) * ROW)
    for number, way in enumerate(ways):
        _row(draw, way, HEADER + number * ROW, top)
    _time(draw, ways, time, strips)
    return picture


def _legend(draw: ImageDraw.ImageDraw) -> None:
    left: float = MARGIN + LABEL
    for colour, text in ((FIXED, "by the clock or the hour"), (CHOSEN, "when work asks for it")):
        draw.rounded_rectangle((left, 96, left + 15, 111), 4, fill=colour)
        left = _say(draw, left + 22, 104, text) + 24
    draw.line((left + 4, 93, left + 4, 114), fill=INK, width=2)
    _say(draw, left + 16, 104, "clairvoyant, with the same promise")
    for text, right in zip(COLUMNS, _rights(), strict=True):
        draw.text((right, HEADER - 14), text, fill=QUIET, font=font(SMALL), anchor="rm")


def _say(draw: ImageDraw.ImageDraw, left: float, middle: float, text: str) -> float:
    draw.text((left, middle), text, fill=INK, font=font(SMALL), anchor="lm")
    return left + font(SMALL).getlength(text)


def _rights() -> Iterator[int]:
    """Where columns end."""
    right = MARGIN + LABEL + WIDTH
    for width in COLUMNS.values():
        right += width
        yield right


def _scale(draw: ImageDraw.ImageDraw, step: float, steps: int, bottom: int) -> None:
    for number in range(steps + 1):
        x = _x(number / steps)
        draw.line((x, HEADER - 4, x, bottom), fill=RULE if number else QUIET)
        text = f"{step * number:,.0f}" if step >= 10 else f"{step * number:g}"
        draw.text((x, HEADER - 14), text, fill=QUIET, font=font(SMALL), anchor="mm")


def _row(draw: ImageDraw.ImageDraw, way: DrawnWay, top: int, most: float) -> None:
    middle = top + ROW / 2
    _title(draw, way, middle, TEXT)
    begin, end = middle - BAR / 2, middle + BAR / 2
    draw.rectangle((_x(0), begin, max(_x(way.usd / most), _x(0) + 4), end), fill=_colour(way))  # some pixels at least
    if way.bound is not None:
        x = _x(way.bound / most)
        draw.rectangle((x - 1, begin - 5, x, end + 5), fill=INK)
    for number, (text, right) in enumerate(zip(way.cells, _rights(), strict=True)):
        alarm = way.is_broken and number == len(way.cells) - 1
        if alarm:
            width = font(TEXT).getlength(text)
            draw.rounded_rectangle((right - width - 7, middle - 13, right + 7, middle + 12), 6, fill=ALARM)
        draw.text((right, middle), text, fill=WHITE if alarm else INK, font=font(TEXT), anchor="rm")


def _title(draw: ImageDraw.ImageDraw, way: DrawnWay, middle: float, size: int) -> None:
    text = shorten(printable(way.title), size, LABEL - 14, tail=0.4)
    draw.text((MARGIN, middle), text, fill=INK, font=font(size), anchor="lm")


def _colour(way: DrawnWay) -> str:
    return CHOSEN if way.is_chosen else FIXED


def _time(draw: ImageDraw.ImageDraw, ways: Sequence[DrawnWay], time: DrawnTime, top: int) -> None:
    bottom = top + COME + len(ways) * STRIP
    draw.text((MARGIN, top - 30), printable(time.title), fill=INK, font=font(TEXT), anchor="lm")
    _come(draw, time, top)
    for number, way in enumerate(ways):
        y = top + COME + number * STRIP
        middle = y + STRIP / 2
        _title(draw, way, middle, SMALL)
        draw.rectangle((_t(0), middle - 7, _t(1), middle + 7), fill=RULE)
        for begin, end in way.spans:
            draw.rectangle((_t(begin), middle - 7, max(_t(end) - 1, _t(begin)), middle + 7), fill=_colour(way))
        draw.text((_t(1) + 16, middle), printable(way.note), fill=QUIET, font=font(SMALL), anchor="lm")
    for share, text in time.marks:
        draw.line((_t(share), top, _t(share), bottom), fill=QUIET)
        draw.text((_t(share) + 3, bottom + 12), text, fill=QUIET, font=font(SMALL), anchor="lm")


def _come(draw: ImageDraw.ImageDraw, time: DrawnTime, top: int) -> None:
    """How many images, as a skyline."""
    base, most = top + COME - 8, max(time.come, default=0) or 1
    draw.text((MARGIN, base - 14), "images that come", fill=INK, font=font(SMALL), anchor="lm")
    draw.text((_t(1) + 16, base - 14), printable(time.peak), fill=QUIET, font=font(SMALL), anchor="lm")
    for number, count in enumerate(time.come):
        left, right = _t(number / len(time.come)), _t((number + 1) / len(time.come))
        if count:
            height = max(round(count / most * (COME - 12)), 1)
            draw.rectangle((left, base - height, max(right - 1, left), base), fill=INK)
    draw.line((_t(0), base, _t(1), base), fill=QUIET)


def _x(share: float) -> int:
    """Of the widest bar."""
    return MARGIN + LABEL + round(share * WIDTH)


def _t(share: float) -> int:
    """Of the time."""
    return MARGIN + LABEL + round(share * (WIDTH + NOTE - BESIDE))
