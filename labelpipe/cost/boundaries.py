"""Minutes at which a policy may say something else although nothing has happened."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from labelpipe.core.control.policy import Policy
from labelpipe.cost.arrivals import DAY, Arrivals


def boundaries(policy: Policy, arrivals: Arrivals, end: int) -> list[int]:
    """Ascending, up to the end, which is one: where windows begin and end, and days, on the policy's wall clock.

    Some are too many, as where the clock is changed; none is missing.
    """
    zone = ZoneInfo(policy.time_zone)
    first = policy.local(arrivals.begin).date() - timedelta(days=1)
    found = {end}
    for day in range(end // DAY + 4):
        for minute in _minutes(policy):
            local = datetime.combine(first + timedelta(days=day), datetime.min.time()) + timedelta(minutes=minute)
            for fold in (0, 1):
                moment = local.replace(tzinfo=zone, fold=fold)
                found.add(int((moment - arrivals.begin).total_seconds() // 60))
    return sorted(minute for minute in found if 0 < minute <= end)


def _minutes(policy: Policy) -> set[int]:
    """Of the day. On a day when the clock is changed, every hour: windows are read on the clock that people see."""
    windows = (*policy.always_on, *policy.allowed)
    if not windows and not policy.closed and policy.cap.day is None and policy.cap.month is None:
        return set()
    edges = {edge % DAY for window in windows for edge in (window.start, window.end)}
    return edges | {60 * hour for hour in range(24)}
