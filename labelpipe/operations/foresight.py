"""What the controller will do next if nothing more comes: its own decisions, minute by minute, on a virtual clock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from labelpipe.core.control.actions import HoldQueue, ReleaseQueue, StartModel, StopModel
from labelpipe.core.control.budgets import PLANNED_STOP, TICK, start_budget
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, ENABLED, Depth, Model, Observation
from labelpipe.core.control.remembering import after_start, comes_later
from labelpipe.core.control.running import Decision, decide
from labelpipe.core.control.statuses import ON, STARTABLE, Status
from labelpipe.core.control.wanting import Row, Want

HORIZON = timedelta(days=8)
"""So far ahead, every window of a week has come once."""


@dataclass(frozen=True)
class Event:
    """Something that will happen, in words that stand before its time. `latest`: it may come earlier."""

    when: datetime
    what: str
    latest: bool = False


@dataclass(frozen=True)
class Foresight:
    """What comes next, in order, and when the last of the work that waits now is answered; None: not to be seen."""

    events: tuple[Event, ...]
    answered: datetime | None


def foresee(seen: Observation, memory: Memory, slots: int, most: int = 3) -> Foresight:
    """The next events, at most so many. memory: the one that includes this look.

    Starts take what is planned for them, so that nothing comes later than is said, unless the service is slower.
    """
    future, events, answered = _Future(replace(seen, memory=memory)), list[Event](), None
    waits = seen.depth.total > 0
    while future.now - seen.now < HORIZON and (len(events) < most or (waits and answered is None)):
        happened = list(future.step(slots))
        events += happened
        if waits and answered is None and not future.seen.depth.total:
            answered = future.now
        if not happened and future.is_settled():
            break
    return Foresight(tuple(events[:most]), answered)


class _Future:
    """One route as it will be seen. Work is answered at the rate that the settings say; none comes."""

    def __init__(self, seen: Observation) -> None:
        self.seen = seen
        self._row: Row | None = None
        self._late = False
        """Whether a start or a stop has passed that may be faster."""
        begun = seen.memory.started_at or seen.now
        self._due = {model.arn: _due(model.status, begun, seen) for model in seen.models}

    @property
    def now(self) -> datetime:
        return self.seen.now

    def step(self, slots: int) -> Iterator[Event]:
        """One tick, and what happens until the next."""
        decision = decide([self.seen], (), slots)[self.seen.name]
        yield from self._changes(decision.want)
        memory = decision.memory
        for action in decision.actions:
            if isinstance(action, StartModel):
                memory = after_start(memory, self.now)
        yield from self._act(decision, memory)
        yield from self._pass(memory)

    def is_settled(self) -> bool:
        """Whether nothing but work that comes could change anything any more."""
        seen, policy = self.seen, self.seen.policy
        clocked = policy.always_on or policy.allowed or policy.closed or self._row is Row.CAP
        ordered = seen.override is not None and seen.override.until is not None and seen.override.holds(seen.now)
        moving = any(model.status not in STARTABLE for model in seen.models) or seen.memory.back_off_until is not None
        return self._row is Row.NO_RELEASE or not (clocked or ordered or moving or seen.depth.total)

    def _changes(self, wanted: Want) -> Iterator[Event]:
        before, self._row = self._row, wanted.row
        if before is not None and before is not wanted.row and (what := _turn(before, wanted.row)):
            self._late = False
            order = self.seen.override if before in (Row.STOP_OVERRIDE, Row.START_OVERRIDE) else None
            yield Event(min(order.until, self.now) if order and order.until else self.now, what)

    def _act(self, decision: Decision, memory: Memory) -> Iterator[Event]:
        seen = replace(self.seen, memory=memory)
        for action in decision.actions:
            match action:
                case HoldQueue():
                    seen = replace(seen, mapping=DISABLED)
                case ReleaseQueue():
                    seen = replace(seen, mapping=ENABLED)
                case StartModel(arn=arn):
                    seen = self._become(seen, arn, Status.STARTING)
                case StopModel(arn=arn):
                    seen = self._become(seen, arn, Status.STOPPING)
        kinds = {type(action) for action in decision.actions}
        yield from (Event(self.now, what, self._late) for kind, what in _ACTS.items() if kind in kinds)
        self.seen = seen

    def _become(self, seen: Observation, arn: str, status: Status) -> Observation:
        self._due[arn] = _due(status, seen.now, seen)
        models = (replace(model, status=status) if model.arn == arn else model for model in seen.models)
        return replace(seen, models=tuple(models))

    def _pass(self, memory: Memory) -> Iterator[Event]:
        seen = replace(self.seen, now=self.now + TICK)
        was_ready, was_on = seen.is_ready, any(model.status in ON | {Status.STOPPING} for model in seen.models)
        if was_ready and not comes_later(memory, seen.now):
            seen = replace(seen, depth=_worked_on(seen))
        seen = replace(seen, models=tuple(self._settled(model, seen.now) for model in seen.models))
        self.seen = seen
        off = not any(model.status in ON | {Status.STOPPING} for model in seen.models)
        for what in ["RUNNING"] * (seen.is_ready and not was_ready) + ["STOPPED"] * (was_on and off):
            self._late = True
            yield Event(self.now, what, latest=True)

    def _settled(self, model: Model, now: datetime) -> Model:
        if model.status in _NEXT and now >= self._due[model.arn]:
            return replace(model, status=_NEXT[model.status])
        return model


def _worked_on(seen: Observation) -> Depth:
    """What is left of the work a tick later; from a queue that is held, only what is in flight is answered."""
    most = int(seen.wiring.rate * TICK.total_seconds())
    if seen.mapping == ENABLED:
        return Depth(max(0, seen.depth.total - most))
    return replace(seen.depth, in_flight=max(0, seen.depth.in_flight - most))


_NEXT = {Status.STARTING: Status.RUNNING, Status.STOPPING: Status.STOPPED}
_ACTS = {StartModel: "a start", StopModel: "a stop"}


def _due(status: Status, begun: datetime, seen: Observation) -> datetime:
    """When what has begun then ends; a start that takes longer than planned may end at any moment."""
    if status is Status.STARTING:
        return max(begun + start_budget(seen.memory.starts), seen.now)
    return seen.now + PLANNED_STOP


_ENDS = {
    Row.STOP_OVERRIDE: "the override ends",
    Row.START_OVERRIDE: "the override ends",
    Row.NOT_ALLOWED: "allowed again",
    Row.CAP: "a new day or month: the cap is free again",
    Row.BACK_OFF: "the next try",
}
_BEGINS = {
    Row.NOT_ALLOWED: "no longer allowed",
    Row.ALWAYS_ON: "a window of always_on opens",
    Row.CAP: "the cap is used up",
}


def _turn(before: Row, after: Row) -> str | None:
    """In words, where the clock turns the table to another row; other turns show in what is done."""
    if after is Row.CAP:
        return _BEGINS[after]
    if before is Row.ALWAYS_ON and after not in _BEGINS:
        return "the window of always_on closes"
    return _ENDS.get(before) or _BEGINS.get(after)
