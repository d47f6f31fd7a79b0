"""What is measured while a simulated controller lives, and what must hold of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.observations import ENABLED
from labelpipe.core.control.statuses import ON, Status
from tests.chaos.clock import Clock
from tests.chaos.service import Version

if TYPE_CHECKING:
    from tests.chaos.world import World


@dataclass(frozen=True)
class Span:
    """Of a version, by its ARN."""

    arn: str
    begin: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.begin


@dataclass
class Reckoning:
    """`world` is given once it is made."""

    clock: Clock
    telling: bool = False
    world: "World" = field(init=False)
    story: list[tuple[datetime, str]] = field(default_factory=list)
    beyond: list[Span] = field(default_factory=list)
    """When a version ran although its policy did not want it: from then, or from RUNNING, to STOPPING."""
    unleased: list[Span] = field(default_factory=list)
    """When a version started or ran without a lease."""
    unheld: list[datetime] = field(default_factory=list)
    """When the controller stopped a version that a released queue was being answered by."""
    starts: "Counter[tuple[str, date]]" = field(default_factory=Counter)
    _unwanted: dict[str, datetime] = field(default_factory=dict)
    _bare: dict[str, datetime] = field(default_factory=dict)
    _lingering: dict[str, datetime] = field(default_factory=dict)
    """Since when each route does."""

    def tell(self, what: str) -> None:
        if self.telling:
            self.story.append((self.clock.now, what))

    def judge(self, wanted: frozenset[str]) -> None:
        """At a moment at which so much is wanted."""
        for arn, version in self.world.account.versions.items():
            if version.status is Status.RUNNING and arn not in wanted:
                if arn not in self._unwanted:
                    self._unwanted[arn] = self.clock.now
                    self.tell(f"{_short(arn)} is not wanted any more")
            elif arn in self._unwanted:
                self._close(self._unwanted, arn, self.beyond)

    def lingers(self, route: str, arns: Iterable[str], at_most: timedelta) -> None:
        """The controller waits for new work from when it first sees that there is none, which may be late."""
        if self.clock.now - self._lingering.setdefault(route, self.clock.now) > at_most:
            return
        for arn in arns:
            if arn in self._unwanted:
                self.tell(f"{_short(arn)} lingers")
                self._close(self._unwanted, arn, self.beyond)

    def lingers_no_more(self, route: str) -> None:
        """Next time, it may again."""
        self._lingering.pop(route, None)

    def version_changed(self, version: Version) -> None:
        self.tell(f"{_short(version.arn)} is {version.status}")
        if version.status is Status.STARTING:
            self.starts[version.arn, self.clock.now.date()] += 1
        if version.status is not Status.RUNNING and version.arn in self._unwanted:
            self._close(self._unwanted, version.arn, self.beyond)
        self._check(version)

    def stopped(self, arn: str) -> None:
        """By the controller."""
        for name, release in self.world.releases.items():
            asked = any(model.version_arn == arn for model in release.models)
            if asked and self.world.queues[name].state == ENABLED:
                self.unheld.append(self.clock.now)
                self.tell(f"{_short(arn)} stops although the queue of {name} is released")

    def lease_changed(self, lease: Lease) -> None:
        if lease.kind is Kind.VERSION:
            self._check(self.world.account.versions[lease.subject])

    def calm_down(self) -> None:
        self.tell("all is calm from here on")

    def close(self) -> None:
        """In the end."""
        for arn in list(self._unwanted):
            self._close(self._unwanted, arn, self.beyond)
        for arn in list(self._bare):
            self._close(self._bare, arn, self.unleased)

    def _check(self, version: Version) -> None:
        leased = any(lease.subject == version.arn for lease in self.world.schedules.kept.values())
        if version.status in ON and not leased:
            if self._bare.setdefault(version.arn, self.clock.now) == self.clock.now:
                self.tell(f"{_short(version.arn)} is {version.status} without a lease")
        elif version.arn in self._bare:
            self._close(self._bare, version.arn, self.unleased)

    def _close(self, open_since: dict[str, datetime], arn: str, spans: list[Span]) -> None:
        spans.append(Span(arn, open_since.pop(arn), self.clock.now))


def _short(arn: str) -> str:
    return arn.rpartition("version/")[2].partition("/")[0]
