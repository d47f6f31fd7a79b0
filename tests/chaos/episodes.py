"""Troubles that last: services that fail or lie for a while, and a controller that is gone."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from tests.chaos.clock import DAY, HOUR, MINUTE

FAILING = ("wirings", "records", "counts", "mappings", "describe", "start", "stop", "leases")
"""Kinds of calls that fail for the controller."""
LYING = ("zero", "phantom", "frozen")
"""What the queue's counts may say: nothing, work that is not there, what they said at first."""


@dataclass(frozen=True)
class Episode:
    """kind: one of those above, or `gone`, `stuck` (descriptions of a version), `foreign` (models of the account that
    are none of ours), `pointer` (a route's names no release), `failing starts`. subject: of that kind."""

    begin: datetime
    end: datetime
    kind: str
    subject: str = ""


_HOW = {
    # kind: how many a fortnight, from and to how many minutes
    "gone": (5, 2, 90),
    "stuck": (10, 1, 12),
    "foreign": (2, 60, 400),
    "pointer": (2, 10, 300),
    "failing starts": (1, 60, 500),
    **dict.fromkeys(FAILING, (3, 2, 45)),
    **dict.fromkeys(LYING, (5, 1, 5)),
}


_CLUSTERED = 0.5
"""So many of them begin in bad hours: troubles seldom come alone."""


def episodes(
    luck: Random, routes: list[str], versions: list[str], arrivals: list[datetime], begin: datetime, end: datetime
) -> tuple[Episode, ...]:
    """All over before the end. The bad hours follow arrivals, when there is something to do. The controller is gone
    for days once."""
    found, bad = [], [luck.choice([each for each in arrivals if each < end] or [begin]) for _ in range(4)]
    for kind, (most, shortest, longest) in _HOW.items():
        for _ in range(luck.randint(0, max(1, round(2 * most * ((end - begin) / DAY) / 14)))):
            when = begin + luck.random() * (end - begin)
            if luck.random() < _CLUSTERED:
                when = min(luck.choice(bad) + luck.random() * HOUR, end)
            subject = luck.choice(versions if kind == "stuck" else routes)
            found.append(Episode(when, min(when + luck.uniform(shortest, longest) * MINUTE, end), kind, subject))
    gone = begin + luck.random() * (end - begin) / 2
    found.append(Episode(gone, min(gone + luck.uniform(2, 72) * HOUR, end), "gone"))
    return tuple(sorted(found, key=lambda each: each.begin))
