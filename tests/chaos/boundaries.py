"""Moments at which a policy may say something else although nothing has happened."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from labelpipe.core.control.policy import Policy
from tests.chaos.clock import DAY, MINUTE


def boundaries(policy: Policy, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Edges of windows, on the clock that people see, and every hour of it: some are too many, none is missing."""
    edges = {edge for window in (*policy.always_on, *policy.allowed) for edge in (window.start, window.end)}
    minutes = {edge % (24 * 60) for edge in edges} | {0, 60, 120, 180}  # clocks change in the small hours
    first = policy.local(begin).date() - timedelta(days=1)
    for day in range((end - begin) // DAY + 4):
        midnight = datetime.combine(first + timedelta(days=day), time.min, ZoneInfo(policy.time_zone))
        for minute in sorted(minutes):
            for fold in (0, 1):
                moment = (midnight + minute * MINUTE).replace(fold=fold).astimezone(begin.tzinfo)
                if begin < moment < end:
                    yield moment
