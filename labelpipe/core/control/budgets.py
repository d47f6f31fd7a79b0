"""How long things take that a decision must allow for: starts as they were observed, and stops."""

from datetime import timedelta
from functools import lru_cache
from statistics import fmean, stdev

TICK = timedelta(minutes=1)
"""Between two looks of the controller: what is not done now is done this much later, and was seen this much late."""

QUIET_TICKS = 2
"""So many in a row before a model is stopped for want of work: the queue's counts are eventually consistent.

Source: Amazon SQS API Reference, GetQueueAttributes."""

PLANNED_START = timedelta(minutes=30)
"""What a start may take while too few have been seen.

Source: Custom Labels guide, "Running a trained model", with a margin of our own."""

PLANNED_STOP = timedelta(minutes=5)
"""What a stop may take before the next start is accepted. AWS says no number; people see about three minutes."""

ENOUGH_STARTS, REMEMBERED_STARTS = 10, 30


@lru_cache(64)
def start_budget(seconds: tuple[int, ...]) -> timedelta:
    """What to allow for a start after those that took so many seconds.

    Mean and three standard deviations: more than the 95th percentile, which a late answer in twenty would break.
    """
    if len(seconds) < ENOUGH_STARTS:
        return PLANNED_START
    return timedelta(seconds=max(fmean(seconds) + 3 * stdev(seconds), *seconds))


def observed(seconds: tuple[int, ...], start: timedelta) -> tuple[int, ...]:
    """With one more start; the last ones only."""
    return (*seconds, round(start.total_seconds()))[-REMEMBERED_STARTS:]
