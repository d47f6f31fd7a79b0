"""When images arrived: one ISO timestamp a line, with a count if there were several."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelpipe.core.errors import Problem

DAY = 24 * 60


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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"cannot read {path}: {error}") from None
    moments, counts = _columns(path, text.splitlines(), zone)
    if not moments:
        raise Problem(f"{path} has no arrivals: write one ISO timestamp a line, like 2026-11-20T10:00:00Z, and a count")
    return Arrivals.of(np.repeat(np.array(moments), np.array(counts)))


def _columns(path: Path, lines: Iterable[str], zone: tzinfo) -> tuple[list[float], list[int]]:
    moments: list[float] = []
    counts: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line or (number == 1 and not any(map(str.isdigit, line))):
            continue
        when, _, count = line.partition(",")
        try:
            moment = datetime.fromisoformat(when.strip())
            many = int(count) if count.strip() else 1
            if many < 1:
                raise ValueError
        except ValueError:
            raise Problem(
                f"{path}, line {number}: '{line[:60]}' should be an ISO timestamp, and a count if there were several, "
                "like 2026-11-20T10:00:00Z,3"
            ) from None
        moments.append((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
        counts.append(many)
    return moments, counts
