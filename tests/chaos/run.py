"""One simulated controller, from begin to end."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.usage import Usage
from labelpipe.core.control.wanting import IDLE_STOP, Row
from lambdas.model_controller.acting import Stale
from lambdas.model_controller.reports import RouteReport, TickReport
from lambdas.model_controller.tick import tick
from lambdas.model_controller.troubles import Troubles
from tests.chaos.calls import Calls, Death, Failed
from tests.chaos.clock import MINUTE, SECOND, Clock
from tests.chaos.fates import NO_FATE, Fate, fate
from tests.chaos.outcome import Counts, Outcome, outcome
from tests.chaos.plan import Plan
from tests.chaos.reckoning import Reckoning
from tests.chaos.tools import make_tools
from tests.chaos.truth import Truth
from tests.chaos.world import World

_FORESEEN = (Failed.__name__, Stale.__name__)
"""What may trouble a tick: a call that failed, and what was seen too long ago."""


class _Silent:
    """Instead of a log."""

    def exception(self, *_: object, **__: object) -> None: ...


@dataclass
class Run:
    """A tick a minute; those at which nothing can change are passed over, unless `every`."""

    plan: Plan
    every: bool = False
    telling: bool = False
    reckoning: Reckoning = field(init=False)
    world: World = field(init=False)
    truth: Truth = field(init=False)
    ticks: int = 0
    spoilt: int = 0
    surprises: int = 0
    _busy: bool = False

    def __post_init__(self) -> None:
        clock = Clock(self.plan.begin)
        self.reckoning = Reckoning(clock, self.telling)
        self.world = World(self.plan, clock, self.reckoning)
        self.truth = Truth(self.world)
        self._luck = Random(f"calls/{self.plan.seed}")

    def go(self) -> Outcome:
        clock, now = self.world.clock, self.plan.begin
        while now < self.plan.end:
            clock.pass_until(now)
            self.reckoning.judge(self.truth.look())
            self._busy = False
            if not self.world.has("gone"):
                self._minute(now)
            now = self._next(now)
        clock.pass_until(self.plan.end)
        self.reckoning.judge(self.truth.look())
        self.reckoning.close()
        return outcome(self.world, self.reckoning, self.truth, Counts(self.ticks, self.spoilt, self.surprises))

    def _next(self, now: datetime) -> datetime:
        if self.every or self._busy or self.world.is_lying:
            return now + MINUTE
        change = min(self.truth.next_change(), self.plan.end)
        minutes = -((self.plan.begin - change) // MINUTE)  # rounded up
        return max(now + MINUTE, self.plan.begin + minutes * MINUTE)

    def _minute(self, now: datetime) -> None:
        calm = now >= self.plan.calm
        fated = NO_FATE if calm else fate(self.plan.seed, (now - self.plan.begin) // MINUTE, self.plan.wildness)
        if fated is not NO_FATE:
            self._busy, self.spoilt = True, self.spoilt + 1
            self.reckoning.tell(f"tick: {fated}")
        if not fated.lost:
            self.world.clock.pass_until(now + fated.late * SECOND)
            self._tick(fated)

    def _tick(self, fated: Fate) -> None:
        before = dict(self.world.memories)
        self.ticks += 1
        calls = Calls(self.world, fated, self._luck, again=lambda: self._tick(NO_FATE))
        troubles = Troubles(_Silent())  # type: ignore[arg-type]
        try:
            report = tick(make_tools(self.world, calls), lambda: self.world.clock.now, troubles)
        except Death as death:
            self.reckoning.tell(f"  killed: {death}")
            self._busy = True
        except Failed as error:  # the invocation fails, and the next one comes
            self.reckoning.tell(f"  failed: {error}")
            self._busy = True
        else:
            self._learn(report, before)

    def _learn(self, report: TickReport, before: dict[str, tuple[Memory, str]]) -> None:
        for line in report.troubles:
            self.reckoning.tell(f"  trouble: {line}")
            self.surprises += not any(foreseen in line for foreseen in _FORESEEN)
        for route in report.routes:
            self._see(route)
        if any(route.actions for route in report.routes) or report.strays or report.troubles:
            self._busy = True
        if _but_usage(before) != _but_usage(self.world.memories):
            self._busy = True

    def _see(self, route: RouteReport) -> None:
        if route.row != Row.LINGER:
            self.reckoning.lingers_no_more(route.name)
        elif seen := self.truth.seen.get(route.name):
            demand = seen.policy.on_demand
            idle_stop = timedelta(seconds=demand.idle_stop) if demand and demand.idle_stop is not None else IDLE_STOP
            self.reckoning.lingers(route.name, [model.arn for model in seen.models], idle_stop)


def _but_usage(memories: dict[str, tuple[Memory, str]]) -> dict[str, Memory]:
    """Counting what is used changes nothing else."""
    return {name: replace(memory, usage=Usage()) for name, (memory, _) in memories.items()}
