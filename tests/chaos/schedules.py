"""EventBridge Scheduler: leases that fire at their end and every RATE from then on, a little late, not always well."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.leases import Lease
from tests.chaos.clock import SECOND, Clock

INTERVAL = timedelta(minutes=5)
"""RATE of core/control/leases.py; a test holds them together."""
LATE = timedelta(seconds=60)
"""At most. Source: EventBridge Scheduler User Guide, "Schedule types": 60 seconds of precision."""


@dataclass
class Schedules:
    """One firing may fail; the next one of the same schedule does not. What is under way when a schedule is moved or
    removed still arrives."""

    clock: Clock
    seed: int
    fire: Callable[[Lease], object]
    changed: Callable[[Lease], None]
    kept: dict[str, Lease] = field(default_factory=dict)
    is_calm: bool = False
    _failed: set[str] = field(default_factory=set)

    def write(self, lease: Lease) -> None:
        lease = replace(lease, written=self.clock.now)
        self.kept[lease.name] = lease
        self._failed.discard(lease.name)
        self._expect(lease, lease.ends)
        self.changed(lease)

    def remove(self, lease: Lease) -> Outcome:
        now = self.kept.get(lease.name)
        if now is None:
            return Outcome.DONE
        if now.written != lease.written:
            return Outcome.BUSY
        del self.kept[lease.name]
        self.changed(lease)
        return Outcome.DONE

    def _expect(self, lease: Lease, when: datetime) -> None:
        self.clock.at(max(when, self.clock.now), lambda: self._due(lease, when))

    def _due(self, lease: Lease, when: datetime) -> None:
        if self.kept.get(lease.name) is not lease:
            return
        self._expect(lease, when + INTERVAL)
        luck = Random(f"{self.seed}/{lease.name}/{when}")
        if not self.is_calm and lease.name not in self._failed and luck.random() < 0.25:
            self._failed.add(lease.name)
            return
        for _ in range(1 + (luck.random() < 0.1)):  # at least once
            self.clock.after(luck.uniform(0, 1) * (LATE / SECOND), lambda: self.fire(lease))
