"""Days as bars on the wall clock: when a model is on, may run, and never does, and what each day costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from labelpipe.pictures.boxes import INK
from labelpipe.pictures.text import font, printable, shorten

GROUND, QUIET, RULE = "#F1F3EE", "#5E6A63", "#D5DBD2"
COLOURS = {"on": "#0B7A53", "may": "#A9D8C6", "never": "#DDE2DA"}
ORDERED = {"on": "#D55E00", "may": "#A9D8C6", "never": "#8A949B"}
"""By somebody's word."""
LEGEND = {"on": "on for sure", "may": "runs if work asks for it", "never": "never"}

MARGIN, LABEL, NOTE, HOUR = 36, 130, 210, 30
HEADER, ROW, BAR, FOOTER = 138, 46, 30, 46
TITLE, TEXT, SMALL = 30, 17, 14


@dataclass(frozen=True)
class DrawnSpan:
    """From an hour of the wall clock on, for so many hours. kind: a key of COLOURS."""

    begin: float
    hours: float
    kind: str
    ordered: bool = False


@dataclass(frozen=True)
class DrawnDay:
    """One row: what stands at its left, what is drawn, and what it costs."""

    title: str
    spans: Sequence[DrawnSpan]
    note: str


def week_picture(days: Sequence[DrawnDay], *, title: str, subtitle: str, footer: str = "") -> Image.Image:
    """A row for each day, from 0 to 24 h; an hour that the clock skips stays empty."""
    width = 2 * MARGIN + LABEL + 24 * HOUR + NOTE
    picture = Image.new("RGB", (width, HEADER + len(days) * ROW + FOOTER), GROUND)
    draw = ImageDraw.Draw(picture)
    _header(draw, days, width, title, subtitle)
    for number, day in enumerate(days):
        _row(draw, day, HEADER + number * ROW)
    _grid(draw, HEADER + len(days) * ROW)
    fitting = shorten(printable(footer), SMALL, width - 2 * MARGIN, tail=0)
    draw.text((MARGIN, picture.height - FOOTER / 2), fitting, fill=QUIET, font=font(SMALL), anchor="lm")
    return picture


def _header(draw: ImageDraw.ImageDraw, days: Sequence[DrawnDay], width: int, title: str, subtitle: str) -> None:
    room = width - 2 * MARGIN
    draw.text((MARGIN, 38), shorten(printable(title), TITLE, room), fill=INK, font=font(TITLE), anchor="lm")
    draw.text((MARGIN, 72), shorten(printable(subtitle), TEXT, room), fill=QUIET, font=font(TEXT), anchor="lm")
    left: float = MARGIN + LABEL
    entries = [(COLOURS[kind], text) for kind, text in LEGEND.items()]
    for kind, colour in ORDERED.items():
        if any(span.ordered and span.kind == kind for day in days for span in day.spans):
            entries.append((colour, f"{'on' if kind == 'on' else 'off'} by somebody's word"))
    for colour, text in entries:
        draw.rounded_rectangle((left, 96, left + 15, 111), 4, fill=colour)
        draw.text((left + 22, 104), text, fill=INK, font=font(SMALL), anchor="lm")
        left += 22 + font(SMALL).getlength(text) + 24


def _row(draw: ImageDraw.ImageDraw, day: DrawnDay, top: int) -> None:
    middle = top + ROW / 2
    draw.text((MARGIN, middle), printable(day.title), fill=INK, font=font(TEXT), anchor="lm")
    for span in sorted(day.spans, key=lambda each: list(COLOURS)[::-1].index(each.kind)):  # what is on covers the rest
        left, right = (_x(hour) for hour in (span.begin, span.begin + span.hours))
        colour = (ORDERED if span.ordered else COLOURS)[span.kind]
        draw.rectangle((left, top + (ROW - BAR) / 2, max(right - 1, left), top + (ROW + BAR) / 2), fill=colour)
    draw.text((_x(24) + 16, middle), printable(day.note), fill=INK, font=font(TEXT), anchor="lm")


def _grid(draw: ImageDraw.ImageDraw, bottom: int) -> None:
    for hour in range(0, 25, 3):
        draw.line((_x(hour), HEADER - 4, _x(hour), bottom), fill=RULE if hour % 24 else QUIET)
        draw.text((_x(hour), HEADER - 12), f"{hour}", fill=QUIET, font=font(SMALL), anchor="mm")


def _x(hour: float) -> int:
    return MARGIN + LABEL + round(hour * HOUR)
