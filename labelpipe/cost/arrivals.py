"""When images arrived: one ISO timestamp a line, with a count if there were several."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from math import ceil
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from labelpipe.core.errors import Problem

DAY = 24 * 60

MOST_DAYS, MOST_IMAGES = 2 * 366, 20_000_000
"""What a plan takes, lest it takes all memory: about 200 bytes for a minute, and 50 for an image."""

_LONGEST_LINE = 200
"""Characters that are read at once: what is longer is no arrival."""

_YEARS = range(1971, 2200)
"""Clocks that were never set, and dates that later ones cannot be reckoned from, are typing errors."""

_AROUND = ' \t\r\n"'


@dataclass(frozen=True)
class Arrivals:
    """Minutes since `begin`, ascending, one for each image. Whole days are looked at, the last one to its end."""

    begin: datetime
    minutes: NDArray[np.float64]

    @classmethod
    def of(cls, seconds: NDArray[np.float64]) -> "Arrivals":
        """From seconds since the epoch, in any order; begins at the minute of the first."""
        seconds = np.sort(seconds)
        begin = float(seconds[0] // 60 * 60)
        return cls(datetime.fromtimestamp(begin, UTC), (seconds - begin) / 60)

    @property
    def days(self) -> int:
        """That they span, at least one."""
        return ceil((float(self.minutes[-1]) + 1e-9) / DAY)

    @property
    def span(self) -> int:
        """In minutes: whole days."""
        return self.days * DAY

    def moment(self, minute: float) -> datetime:
        """On the clock."""
        return self.begin + timedelta(minutes=minute)


def read_arrivals(path: Path, zone: tzinfo) -> Arrivals:
    """Timestamps without an offset are of the zone. A first line without digits is a heading. Raise Problem by line."""
    moments, counts = array("d"), array("q")
    try:
        with path.open(encoding="utf-8-sig") as file:
            for moment, count in _rows(path, file, zone):
                moments.append(moment)
                counts.append(count)
    except OSError as error:
        raise Problem(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Problem(f"cannot read {path}: it is no UTF-8 text; unpack it, or save it as text") from None
    if not moments:
        raise Problem(f"{path} has no arrivals: write one ISO timestamp a line, like 2026-11-20T10:00:00Z, and a count")
    if sum(counts) > MOST_IMAGES:
        raise Problem(f"{path} has {sum(counts):,} images, and {MOST_IMAGES:,} are the most: plan for fewer days")
    arrivals = Arrivals.of(np.repeat(moments, counts))
    if arrivals.days > MOST_DAYS:
        first, last = (arrivals.moment(float(minute)).date() for minute in arrivals.minutes[[0, -1]])
        raise Problem(f"{path} goes from {first} to {last}, and {MOST_DAYS} days are the most: leave some out")
    return arrivals


def _rows(path: Path, file: TextIO, zone: tzinfo) -> Iterator[tuple[float, int]]:
    for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE), ""), 1):
        try:
            yield _row(line, zone)
        except (ValueError, OverflowError):
            is_heading = number == 1 and not any(map(str.isdigit, line))
            if is_heading or not line.strip():
                continue
            raise Problem(
                f"{path}, line {number}: {line.strip()[:60]!r:.62} should be an ISO timestamp, and a count if there "
                "were several, like 2026-11-20T10:00:00Z,3"
            ) from None


def _row(line: str, zone: tzinfo) -> tuple[float, int]:
    """Seconds since the epoch, and how many came then; either may be in quotes."""
    when, _, many = line.partition(",")
    moment = datetime.fromisoformat(when.strip(_AROUND))
    count = int(many.strip(_AROUND) or 1) if many else 1
    if not 1 <= count <= MOST_IMAGES or moment.year not in _YEARS:
        raise ValueError
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp(), count
