"""Model versions as the service runs them: what starts and stops take, what is refused, what descriptions tell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.statuses import BILLED, ON, STARTABLE, Status
from tests.chaos.clock import MINUTE, Clock

MOST_OFF = timedelta(minutes=4)
"""So long after a start a description may tell that a version is off. This the controller takes for granted: half of a
lease must be longer, of which the shortest here takes 10 minutes, and is written up to 50 seconds before the start."""

Changed = Callable[["Version"], None]


@dataclass
class Version:
    """One version. How long its nth start takes, and how it ends, depends on the seed and on n alone."""

    arn: str
    clock: Clock
    seed: int
    lag: timedelta
    """Age of what descriptions tell."""
    changed: Changed
    history: list[tuple[datetime, Status]] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    stuck_since: datetime | None = None
    """Since when descriptions tell the same."""
    is_calm: bool = False
    """Whether everything goes as it should."""
    always_fails: bool = False
    units: int = 1

    def __post_init__(self) -> None:
        self.history.append((self.clock.now, Status.TRAINING_COMPLETED))

    @property
    def status(self) -> Status:
        return self.history[-1][1]

    def described(self) -> Status:
        """As it was. But soon after a start nothing tells any more that it is off."""
        then = self.stuck_since or self.clock.now - self.lag
        told = next((status for when, status in reversed(self.history) if when <= then), self.history[0][1])
        known = told in ON | BILLED or not self.starts or self.clock.now - self.starts[-1] < MOST_OFF
        return told if known else self.status

    def start(self, units: int) -> None:
        self.units = units
        self.starts.append(self.clock.now)
        self._become(Status.STARTING)
        luck = Random(f"{self.seed}/{self.arn}/{len(self.starts)}")
        chance = 1.0 if self.is_calm else luck.random()
        if chance < 0.08 or self.always_fails:
            self._later(luck.uniform(3, 12), Status.FAILED)
        elif chance < 0.12:
            self._later(luck.uniform(35, 100), Status.RUNNING)
        else:
            self._later(luck.uniform(10, 25), Status.RUNNING)
            if chance < 0.15:
                self._later(luck.uniform(30, 90), Status.FAILED)

    def stop(self) -> Outcome:
        if self.status is not Status.RUNNING:
            return Outcome.BUSY
        self._become(Status.STOPPING)
        luck = Random(f"{self.seed}/{self.arn}/{len(self.history)}")
        slow = not self.is_calm and luck.random() < 0.05
        self._later(luck.uniform(15, 45) if slow else luck.uniform(2, 5), Status.STOPPED)
        return Outcome.DONE

    def _later(self, minutes: float, status: Status) -> None:
        """Unless something else becomes of this run before."""
        run = len(self.starts)
        stopping = status is Status.STOPPED

        def then() -> None:
            if len(self.starts) == run and self.status in (ON if not stopping else BILLED):
                self._become(status)

        self.clock.at(self.clock.now + minutes * MINUTE, then)

    def _become(self, status: Status) -> None:
        self.history.append((self.clock.now, status))
        self.clock.at(self.clock.now + self.lag, lambda: None)  # a tick may see it only then
        self.changed(self)


@dataclass
class Account:
    """All versions, and how many may run at once."""

    slots: int
    versions: dict[str, Version] = field(default_factory=dict)
    foreign: int = 0
    """Running models of the account that are none of ours."""

    def start(self, arn: str, units: int) -> Outcome:
        version = self.versions[arn]
        if version.status not in STARTABLE:
            return Outcome.BUSY
        if self.foreign + sum(each.status in ON | BILLED for each in self.versions.values()) >= self.slots:
            return Outcome.NO_SLOT
        version.start(units)
        return Outcome.DONE
