"""What happens to one simulated controller: decided by the seed before anything begins."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from labelpipe.core.control.overrides import Override
from labelpipe.core.control.policy import Policy
from tests.chaos.clock import DAY, HOUR, MINUTE
from tests.chaos.episodes import Episode, episodes

CHANGES = (
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
)
"""Days on which clocks change, by an hour; on Lord Howe by half of one."""

_ON_DEMAND: tuple[dict[str, Any], ...] = (
    {"on_demand": {"max_wait": "30m"}},
    {"on_demand": {"max_wait": "4h"}},
    {"on_demand": {"max_wait": "1h", "idle_stop": "20m"}},
    {"on_demand": {"max_wait": "30m"}, "cap": {"day": 3}},
    {"on_demand": {"max_wait": "30m"}, "allowed": ["daily 06:00-22:00"]},
    {"on_demand": {"max_wait": "2h"}, "allowed": ["daily 22:30-06:00"]},
    {"on_demand": {"max_wait": "4h"}, "units": {"min": 1, "max": 3}},
)
_WINDOWS: tuple[dict[str, Any], ...] = (
    {"on_demand": False, "always_on": ["daily 08:00-12:00"]},
    {"on_demand": False, "always_on": ["daily 00:30-04:30"]},
    {"on_demand": {"max_wait": "1h"}, "always_on": ["mon-fri 09:00-10:30"]},
    {"on_demand": {"max_wait": "30m"}, "always_on": ["daily 23:00-02:30"], "allowed": ["daily 20:00-09:00"]},
)
_LEASES = ("30m", "30m", "30m", "10m", "15m", "60m")


@dataclass(frozen=True)
class RoutePlan:
    """models: a model's name to its version. arrivals: a moment, and whether it is only noise."""

    name: str
    models: dict[str, str]
    raw_policy: dict[str, Any]
    arrivals: tuple[tuple[datetime, bool], ...]

    @property
    def policy(self) -> Policy:
        return Policy.parse(self.raw_policy)


@dataclass(frozen=True)
class Plan:
    """From `begin` to `calm` everything goes wrong; from there to `end` nothing does, and nothing new comes for the
    last hours."""

    seed: int
    begin: datetime
    calm: datetime
    end: datetime
    routes: tuple[RoutePlan, ...]
    slots: int
    lag: timedelta
    wildness: float
    """Share of ticks to which something is done."""
    orders: tuple[tuple[datetime, str, Override | None], ...]
    releases: tuple[tuple[datetime, str, dict[str, str]], ...]
    episodes: tuple[Episode, ...]


CALM = 1
"""Days at the end."""


def make_plan(seed: int, days: int) -> Plan:
    """days: all of them, the calm one included."""
    luck = Random(f"plan/{seed}")
    zone, change = luck.choice(CHANGES)
    before = luck.randint(1, days - CALM - 1)
    local = datetime.combine(change - timedelta(days=before), datetime.min.time(), ZoneInfo(zone))
    begin = local.astimezone(UTC) + luck.randrange(24) * HOUR
    end = begin + days * DAY
    calm = end - CALM * DAY
    routes, slots = _routes(luck, zone, begin, end - 8 * HOUR, change)
    names = [route.name for route in routes]
    releases = tuple(_releases(luck, routes, begin, calm))
    models = [*(route.models for route in routes), *(models for _, _, models in releases)]
    versions = sorted({version for each in models for version in each.values()})
    arrivals = [when for route in routes for when, _ in route.arrivals]
    return Plan(
        seed,
        begin,
        calm,
        end,
        routes,
        slots,
        lag=luck.choice((0, 0, 20, 60)) * timedelta(seconds=1),
        wildness=luck.choice((0.02, 0.1, 0.1, 0.3)),
        orders=tuple(_orders(luck, names, begin, calm, days)),
        releases=releases,
        episodes=episodes(luck, names, versions, arrivals, begin, calm),
    )


def _routes(luck: Random, zone: str, begin: datetime, end: datetime, change: date) -> tuple[tuple[RoutePlan, ...], int]:
    models, slots, contended = luck.choice(
        (
            (({"a": "a", "b": "b"}, {"b": "b"}), 3, False),
            (({"a": "a", "b": "b"}, {"b": "b"}), 2, False),
            (({"a": "a"}, {"c": "c"}), 2, False),
            (({"a": "a"}, {"c": "c"}), 1, True),
            (({"a": "a", "b": "b"}, {"c": "c"}), 2, True),
        )
    )
    routes = []
    for name, own in zip(("bees", "wasps"), models, strict=True):
        policy = dict(luck.choice(_ON_DEMAND if contended else _ON_DEMAND + _WINDOWS))
        policy |= {"time_zone": zone, "lease": luck.choice(_LEASES)}
        if luck.random() < 0.3:
            policy["closed"] = [str(change)]
        routes.append(RoutePlan(name, own, policy, tuple(_arrivals(luck, begin, end))))
    return tuple(routes), slots


def _arrivals(luck: Random, begin: datetime, end: datetime) -> list[tuple[datetime, bool]]:
    """Bursts; now and then one of S3's test events."""
    found, now, between = [(begin + luck.uniform(0, 24) * HOUR, True)], begin, luck.choice((6, 12, 24))
    while (now := now + luck.expovariate(1 / between) * HOUR) < end:
        images = luck.choice((1, 1, 2, 5, 20, 60))
        found += [(now + luck.uniform(0, min(images, 12)) * MINUTE, False) for _ in range(images)]
    return sorted(each for each in found if each[0] < end)


def _orders(
    luck: Random, names: list[str], begin: datetime, calm: datetime, days: int
) -> list[tuple[datetime, str, Override | None]]:
    """People order starts and stops, with an end or without; all is taken back in the end."""
    orders: list[tuple[datetime, str, Override | None]] = []
    for _ in range(luck.randint(0, days // 2)):
        when = begin + luck.random() * (calm - begin)
        until = when + luck.uniform(0.2, 12) * HOUR if luck.random() < 0.7 else None
        name = luck.choice(names)
        orders.append((when, name, Override(luck.choice(("start", "stop")), until, "ana", when)))
        orders.append((min(when + luck.uniform(0.2, 16) * HOUR, calm), name, None))
    return [*orders, *((calm, name, None) for name in names)]


def _releases(
    luck: Random, routes: tuple[RoutePlan, ...], begin: datetime, calm: datetime
) -> list[tuple[datetime, str, dict[str, str]]]:
    """New versions of a route's models: the old ones belong to no route any more, or to the other one."""
    times = sorted(begin + luck.random() * (calm - begin) for _ in range(luck.randint(0, 3)))
    found, number = [], 1
    for when in times:
        route, number = luck.choice(routes), number + 1
        changed = luck.choice(sorted(route.models))
        found.append((when, route.name, route.models | {changed: f"{changed}{number}"}))
    return found
