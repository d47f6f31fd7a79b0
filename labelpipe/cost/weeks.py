"""A policy's days as they will be paid for: when the model is on for sure, when it may run, when it never does.

Read minute by minute through real time, so that days on which the clock is changed have the hours that they have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from labelpipe.core.control.overrides import Override
from labelpipe.core.control.policy import Policy

_MINUTE = timedelta(minutes=1)


class Kind(StrEnum):
    """What can be said of a minute beforehand."""

    ON = "on"
    """For sure, unless a cap is used up."""
    MAY = "may"
    """If work asks for it."""
    NEVER = "never"


@dataclass(frozen=True)
class Span:
    """Minutes of one kind in a row, on the wall clock: from `begin` to before `end`. A change of the clock ends one."""

    begin: datetime
    end: datetime
    kind: Kind
    ordered: bool = False
    """Whether a person's word makes it so, and not the policy."""

    @property
    def hours(self) -> float:
        """Real ones: from where it begins on the wall clock, it is as long there."""
        return (self.end.astimezone(UTC) - self.begin.astimezone(UTC)).total_seconds() / 3600


@dataclass(frozen=True)
class Day:
    """One local day."""

    date: date
    spans: tuple[Span, ...]

    def hours(self, kind: Kind) -> float:
        """How many are of that kind."""
        return sum(span.hours for span in self.spans if span.kind is kind)

    @property
    def length(self) -> float:
        """In hours: 23 or 25 where the clock is changed."""
        return sum(span.hours for span in self.spans)


@dataclass(frozen=True)
class Price:
    """What a route's models cost together: inference units while they run, at least and at most, and USD for each."""

    least: int
    most: int
    usd: float

    def sure(self, day: Day, cap: float | None) -> float:
        """USD that the day costs whatever comes. cap: inference-unit hours a day."""
        return _capped(day.hours(Kind.ON) * self.least, cap) * self.usd

    def at_most(self, day: Day, cap: float | None) -> float:
        """USD that it can cost, with work all day."""
        return _capped((day.hours(Kind.ON) + day.hours(Kind.MAY)) * self.most, cap) * self.usd


def _capped(hours: float, cap: float | None) -> float:
    return hours if cap is None else min(hours, cap)


def days(policy: Policy, first: date, count: int, override: Override | None = None) -> Iterator[Day]:
    """So many local days, from the first on."""
    for number in range(count):
        day = first + timedelta(days=number)
        yield Day(day, tuple(_spans(policy, day, override)))


def _spans(policy: Policy, day: date, override: Override | None) -> Iterator[Span]:
    zone = ZoneInfo(policy.time_zone)
    minutes = _minutes(day, zone)
    for (_, kind, ordered), group in groupby(
        minutes, lambda minute: (minute.astimezone(zone).utcoffset(), *_kind(policy, minute, override))
    ):
        row = list(group)
        yield Span(row[0].astimezone(zone), (row[-1] + _MINUTE).astimezone(zone), kind, ordered)


def _minutes(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Every one of a local day, in UTC."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
    minute = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
    while minute < end:
        yield minute
        minute += _MINUTE


def _kind(policy: Policy, minute: datetime, override: Override | None) -> tuple[Kind, bool]:
    """As the controller's table has it, above which only a missing release and a used-up cap stand."""
    if override and override.when <= minute and override.holds(minute):
        return (Kind.ON if override.want == "start" else Kind.NEVER), True
    if not policy.is_allowed(minute):
        return Kind.NEVER, False
    if policy.is_always_on(minute):
        return Kind.ON, False
    return (Kind.MAY if policy.on_demand else Kind.NEVER), False
