"""Times of the week on the wall clock of a place: `mon-fri 09:00-10:00`, `daily 06:00-22:00`, `fri,sat 22:00-02:00`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(?P<days>[a-z,-]+) +(?P<start>\d\d:\d\d) ?- ?(?P<end>\d\d:\d\d)", re.ASCII)
_EXAMPLES = "write days and times, like 'mon-fri 09:00-10:00', 'daily 06:00-22:00' or 'sat,sun 22:00-02:00'"


@dataclass(frozen=True)
class Window:
    """From `start` to before `end`, in minutes of the day, on `days` (0 is Monday).

    An end before the start is the next day's: the whole belongs to the day on which it started.

    The wall clock decides. So a window inside the hour that spring skips does not happen that day, one inside the hour
    that autumn repeats happens twice, and one that spans the change keeps the times that people read on their clocks.
    """

    text: str
    days: frozenset[int]
    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise ValueError, in words for a person, when text is no window."""
        if not (match := _WINDOW.fullmatch(text.strip().lower())):
            raise ValueError(f"'{text}' is no window: {_EXAMPLES}")
        start, end = _minutes(match["start"], text), _minutes(match["end"], text)
        if start == 24 * 60 or start == end:
            raise ValueError(f"'{text}' is no window: it must begin before 24:00 and end at another time; {_EXAMPLES}")
        return cls(text.strip(), _days(match["days"], text), start, end)

    def covers(self, local: datetime) -> bool:
        """Whether the window is open at a wall-clock time."""
        minute, today = local.hour * 60 + local.minute, local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= minute < self.end
        return (today in self.days and minute >= self.start) or ((today - 1) % 7 in self.days and minute < self.end)


def _minutes(clock: str, text: str) -> int:
    hours, minutes = int(clock[:2]), int(clock[3:])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise ValueError(f"'{text}' is no window: '{clock}' is no time of day (00:00 to 24:00)")
    return hours * 60 + minutes


def _days(names: str, text: str) -> frozenset[int]:
    if names == "daily":
        return frozenset(range(7))
    return frozenset(day for part in names.split(",") for day in _span(part, text))


def _span(part: str, text: str) -> list[int]:
    """`mon-fri` is five days; `sat-mon` goes over the end of the week; `wed` is one."""
    ends = part.split("-")
    if len(ends) > 2 or not set(ends) <= set(DAYS):
        raise ValueError(f"'{text}' is no window: '{part}' is no day; days are daily, {', '.join(DAYS)}; {_EXAMPLES}")
    first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]
