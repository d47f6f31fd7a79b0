"""What was measured, as money by the day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from labelpipe.cost.measured import Results, Service, Version


@dataclass(frozen=True)
class Rates:
    """USD."""

    unit_hour: float
    training_hour: float


@dataclass
class DayCost:
    """One local day. Minutes are of all models together."""

    date: date
    minutes: float = 0.0
    """In service."""
    idle_minutes: float = 0.0
    """Of them, those in which no route of theirs had a result."""
    unit_minutes: float = 0.0
    idle_unit_minutes: float = 0.0
    training_seconds: int = 0
    images: int = 0
    """Results, of whatever status."""


@dataclass(frozen=True)
class Report:
    """From `begin` to `end`; the last day is today, and not over."""

    begin: datetime
    end: datetime
    rates: Rates
    days: tuple[DayCost, ...]
    always_on_units: int
    """That run together, at the least with which the settings start them."""

    def running(self, day: DayCost) -> float:
        """USD for models in service."""
        return day.unit_minutes / 60 * self.rates.unit_hour

    def idle(self, day: DayCost) -> float:
        """USD of that for minutes without a result."""
        return day.idle_unit_minutes / 60 * self.rates.unit_hour

    def training(self, day: DayCost) -> float:
        """USD for trainings that ended on the day."""
        return day.training_seconds / 3600 * self.rates.training_hour

    @property
    def usd(self) -> float:
        """All of it."""
        return sum(self.running(day) + self.training(day) for day in self.days)

    @property
    def usd_running(self) -> float:
        """Without training."""
        return sum(map(self.running, self.days))

    @property
    def images(self) -> int:
        """Results."""
        return sum(day.images for day in self.days)

    @property
    def usd_per_1000(self) -> float | None:
        """Without training; None where there were no images."""
        return self.usd_running / self.images * 1000 if self.images else None

    @property
    def idle_share(self) -> float | None:
        """Of the minutes in service, 0 to 1; None where there were none."""
        minutes = sum(day.minutes for day in self.days)
        return sum(day.idle_minutes for day in self.days) / minutes if minutes else None

    @property
    def trend(self) -> float | None:
        """What running costs in the later half of the whole days, over the half before; None where that was nothing."""
        whole = self.days[:-1]
        half = len(whole) // 2
        before, after = (sum(map(self.running, part)) for part in (whole[-2 * half : -half], whole[-half:]))
        return after / before if half and before else None

    @property
    def always_on_usd(self) -> float:
        """What the same models would have cost if they had run all the time."""
        return (self.end - self.begin) / timedelta(hours=1) * self.always_on_units * self.rates.unit_hour

    def to_json(self) -> dict[str, Any]:
        """As `cost report --json` prints it, but for what only the settings know."""
        return {
            "from": self.begin.isoformat(timespec="seconds"),
            "to": self.end.isoformat(timespec="seconds"),
            "usd": round(self.usd, 4),
            "usd_running": round(self.usd_running, 4),
            "usd_training": round(sum(map(self.training, self.days)), 4),
            "usd_per_day": round(self.usd / len(self.days), 4),
            "images": self.images,
            "usd_per_1000": _rounded(self.usd_per_1000),
            "idle_share": _rounded(self.idle_share),
            "trend": _rounded(self.trend),
            "always_on_usd": round(self.always_on_usd, 4),
            "days": [
                {
                    "date": day.date.isoformat(),
                    "usd": round(self.running(day) + self.training(day), 4),
                    "usd_idle": round(self.idle(day), 4),
                    "usd_training": round(self.training(day), 4),
                    "unit_hours": round(day.unit_minutes / 60, 4),
                    "idle_minutes": round(day.idle_minutes, 1),
                    "images": day.images,
                }
                for day in self.days
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


@dataclass(frozen=True)
class Measures:
    """What was read."""

    service: Iterable[Service]
    results: Iterable[Results]
    versions: Iterable[Version]
    routes_of: Mapping[str, frozenset[str]]
    """By project, those for which its versions answer: results of any of them make a minute worth it."""
    routes: frozenset[str]
    """Whose images are counted."""


def report(measures: Measures, begin: datetime, end: datetime, zone: tzinfo, rates: Rates, units: int) -> Report:
    """begin: a local midnight; days are those of the zone. units: what always-on would run."""
    first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    days = {first + timedelta(n): DayCost(first + timedelta(n)) for n in range((last - first).days + 1)}
    busy: defaultdict[str, set[datetime]] = defaultdict(set)
    for result in measures.results:
        busy[result.route].add(result.at)
        day = days.get(result.at.astimezone(zone).date())
        if day and result.route in measures.routes:
            day.images += result.count
    for each in measures.service:
        if day := days.get(each.at.astimezone(zone).date()):
            idle = not any(each.at in busy[route] for route in measures.routes_of.get(each.version.project, ()))
            _count(day, each, idle=idle)
    for version in measures.versions:
        ended = version.training_end and version.training_end.astimezone(zone).date()
        if ended in days:
            days[ended].training_seconds += version.training_seconds
    return Report(begin, end, rates, tuple(days.values()), units)


def _count(day: DayCost, service: Service, *, idle: bool) -> None:
    day.minutes += service.minutes
    day.unit_minutes += service.unit_minutes
    if idle:
        day.idle_minutes += service.minutes
        day.idle_unit_minutes += service.unit_minutes
