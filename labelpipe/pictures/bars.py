"""A bar for each day, in parts that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

from PIL import Image, ImageDraw

from labelpipe.pictures.boxes import INK, WHITE
from labelpipe.pictures.text import font, printable, shorten

GROUND, QUIET, RULE = "#F1F3EE", "#5E6A63", "#D5DBD2"
MARGIN, LEFT, HEADER, FOOTER = 36, 76, 138, 74
HEIGHT, WIDTH = 320, 1000
TITLE, TEXT, SMALL = 30, 17, 14
_WIDEST = 90


@dataclass(frozen=True)
class Bar:
    """What stands below it, and its parts from the bottom up: as many as there are colours."""

    title: str
    parts: Sequence[float]


def bar_picture(
    bars: Sequence[Bar], colours: Mapping[str, str], *, title: str, subtitle: str, footer: str = "", unit: str = ""
) -> Image.Image:
    """colours: of each part, by its name in the legend."""
    width, height = 2 * MARGIN + LEFT + WIDTH, HEADER + HEIGHT + FOOTER
    picture = Image.new("RGB", (width, height), GROUND)
    draw = ImageDraw.Draw(picture)
    words(draw, width, height, title, subtitle, footer)
    _legend(draw, colours)
    top = nice(max((sum(bar.parts) for bar in bars), default=0))
    _scale(draw, top, unit)
    for number, bar in enumerate(bars):
        _bar(draw, number, len(bars), bar, list(colours.values()), top)
    return picture


def nice(value: float) -> float:
    """The next of 1, 2, 5 and 10 times a power of ten; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def words(draw: ImageDraw.ImageDraw, width: int, height: int, title: str, subtitle: str, footer: str) -> None:
    """Above and below what is drawn, as far as there is room."""
    room = width - 2 * MARGIN
    draw.text((MARGIN, 38), shorten(printable(title), TITLE, room), fill=INK, font=font(TITLE), anchor="lm")
    draw.text((MARGIN, 72), shorten(printable(subtitle), TEXT, room), fill=QUIET, font=font(TEXT), anchor="lm")
    fitting = shorten(printable(footer), SMALL, room, tail=0)
    draw.text((MARGIN, height - 24), fitting, fill=QUIET, font=font(SMALL), anchor="lm")


def _legend(draw: ImageDraw.ImageDraw, colours: Mapping[str, str]) -> None:
    left: float = MARGIN + LEFT
    for text, colour in colours.items():
        draw.rounded_rectangle((left, 96, left + 15, 111), 4, fill=colour, outline=WHITE)
        draw.text((left + 22, 104), printable(text), fill=INK, font=font(SMALL), anchor="lm")
        left += 22 + font(SMALL).getlength(text) + 24


def _scale(draw: ImageDraw.ImageDraw, top: float, unit: str) -> None:
    for step in range(5):
        y, value = _y(top * step / 4, top), top * step / 4
        draw.line((MARGIN + LEFT, y, MARGIN + LEFT + WIDTH, y), fill=QUIET if not step else RULE)
        draw.text((MARGIN + LEFT - 10, y), f"{unit}{value:g}", fill=QUIET, font=font(SMALL), anchor="rm")


def _bar(draw: ImageDraw.ImageDraw, number: int, count: int, bar: Bar, colours: Sequence[str], top: float) -> None:
    left, right = bar_edges(number, count)
    below = 0.0
    for part, colour in zip(bar.parts, colours, strict=True):
        if part > 0:
            base = _y(below, top) - 1
            draw.rectangle((left, min(_y(below + part, top), base), right, base), fill=colour)  # a pixel at least
        below += part
    every = max(1, -(-count * 60 // WIDTH))  # a title takes 60 pixels
    if (count - 1 - number) % every == 0:
        middle = (left + right) / 2
        draw.text((middle, HEADER + HEIGHT + 16), printable(bar.title), fill=QUIET, font=font(SMALL), anchor="mm")


def bar_edges(number: int, count: int) -> tuple[int, int]:
    """The left and the right pixel of a bar."""
    room = WIDTH / count
    gap = max(min(room * 0.15, 12), (room - _WIDEST) / 2)
    return round(MARGIN + LEFT + number * room + gap), round(MARGIN + LEFT + (number + 1) * room - gap)


def _y(value: float, top: float) -> int:
    return HEADER + HEIGHT - round(value / top * HEIGHT)
