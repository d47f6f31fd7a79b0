"""The part of a plan's time that is drawn: the images that come, and the days."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

import numpy as np

from labelpipe.cost.arrivals import DAY, Arrivals
from labelpipe.pictures.plans import DrawnTime

_MOST_DAYS = 7
"""More are too narrow to see a run."""


def part_of(arrivals: Arrivals) -> int:
    """Its end, in minutes."""
    return min(arrivals.days, _MOST_DAYS) * DAY


def timeline(arrivals: Arrivals, zone: tzinfo, end: int) -> DrawnTime:
    """From the first image on. Marks are on the zone's clock: midnights, or every three hours of a single day."""
    begin, days = arrivals.begin.astimezone(zone), end // DAY
    each = min(10 * days, 60)
    come, _ = np.histogram(arrivals.minutes, end // each, (0, end))
    which = "" if days == arrivals.days else f", the first {days} days of {arrivals.days}"
    return DrawnTime(
        title=f"When each is on: from {begin:%a %d %b %Y %H:%M} {begin:%Z}{which}",
        come=come.tolist(),
        peak=f"at most {come.max():,} in {each} min",
        marks=[((mark - arrivals.begin) / timedelta(minutes=end), text) for mark, text in _marks(begin, days)],
    )


def _marks(begin: datetime, days: int) -> Iterator[tuple[datetime, str]]:
    end, midnight = begin + timedelta(days=days), begin.replace(hour=0, minute=0)
    step, form = (timedelta(days=1), "%a %d %b") if days > 1 else (timedelta(hours=3), "%H:%M")
    mark = midnight
    while mark < end:
        if mark >= begin:
            yield mark, f"{mark:{form}}"
        mark += step
