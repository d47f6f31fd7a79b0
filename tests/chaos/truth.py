"""What the policy wants, by the controller's own decision function, of somebody who sees everything as it is.

Except that work which SQS claims is there counts as work: nobody could tell. And that used up is what the controller
could count: what begins to run while it cannot look, it does not see.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from labelpipe.core.control.handover import may_overlap
from labelpipe.core.control.leases import SETTLING, Kind
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth, Model, Observation
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.remembering import IN_WORK
from labelpipe.core.control.running import Decision, decide
from labelpipe.core.control.statuses import BILLED, ON, Status
from labelpipe.core.control.usage import Usage
from labelpipe.core.control.wanting import Row, latest_start
from labelpipe.core.releases import ReleasedModel
from tests.chaos.clock import MINUTE
from tests.chaos.world import World

_STEADY = (Row.ALWAYS_ON, Row.START_OVERRIDE)


@dataclass
class Truth:
    """Remembers what it saw itself, whatever becomes of the controller and its memory."""

    world: World
    policies: dict[str, Policy] = field(init=False)
    seen: dict[str, Observation] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    memories: dict[str, Memory] = field(default_factory=dict)
    is_stable: bool = True
    """Whether the last look changed nothing in memory."""
    crowded: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    """Routes that had no slot because others were rightly on, from when to when."""
    usages: dict[str, Usage] = field(default_factory=dict)
    """What each route has really used up."""
    _crowd: tuple[str, ...] = ()
    _looked: datetime = datetime.max

    def __post_init__(self) -> None:
        self.policies = {route.name: route.policy for route in self.world.plan.routes}

    def look(self) -> frozenset[str]:
        """The ARNs of the versions that are wanted now."""
        world, now = self.world, self.world.clock.now
        self.crowded += [(name, self._looked, now) for name in self._crowd]
        self.seen = {name: self._look(name) for name in world.wirings}
        self.usages = {name: self._count(seen) for name, seen in self.seen.items()}
        known = {model.arn for seen in self.seen.values() for model in seen.models}
        strays = [self._model(arn, "") for arn in world.account.versions if arn not in known]
        self.decisions = decide(list(self.seen.values()), strays, world.plan.slots)
        memories = {name: decision.memory for name, decision in self.decisions.items()}
        self.is_stable = _but_usage(memories) == _but_usage(self.memories)
        self.memories = memories
        wanted = [name for name, decision in self.decisions.items() if decision.want.running]
        heirs = [model.version_arn for name in wanted for model in self._released(name)]
        arns = frozenset(heirs) | {model.arn for name in wanted for model in self.seen[name].models}
        self._crowd, self._looked = self._without_slot(arns), now
        return arns

    def _without_slot(self, wanted: frozenset[str]) -> tuple[str, ...]:
        """Routes that must wait for what is wanted; for what is not, they must not."""
        running = {arn for arn, version in self.world.account.versions.items() if version.status in ON | BILLED}
        waiting = (name for name, decision in self.decisions.items() if decision.want.row is Row.NO_SLOT)
        return tuple(waiting) if running <= wanted else ()

    def next_change(self) -> datetime:
        """Before which nothing can be different that no event tells of."""
        now, soon = self.world.clock.now, self.world.clock.now + MINUTE
        if not self.is_stable or any(map(self._is_restless, self.seen)):
            return soon
        moments = [moment for name in self.seen for moment in self._moments(name) if moment > now]
        return max(soon, min([self.world.clock.next_event, *moments]))

    def _look(self, name: str) -> Observation:
        world = self.world
        leases = {(lease.kind, lease.subject): lease for lease in world.schedules.kept.values()}
        queue = world.queues[name]
        visible = sum(not message.noise for message in queue.visible)
        claimed = world.told(name).visible if world.is_lying else 0
        return Observation(
            now=world.clock.now,
            wiring=world.wirings[name],
            policy=self.policies[name],
            depth=Depth(max(visible, claimed), sum(not m.noise for m in queue.in_flight)),
            mapping=queue.state,
            models=self._answering(name),
            memory=self._memory(name),
            override=world.overrides.get(name),
            queue_lease=leases.get((Kind.QUEUE, name)),
        )

    def _memory(self, name: str) -> Memory:
        theirs = self.world.memories.get(name, (Memory(),))[0]
        return replace(self.memories.get(name, Memory()), usage=theirs.usage)

    def _count(self, seen: Observation) -> Usage:
        today = seen.policy.local(seen.now).date()
        return self.usages.get(seen.name, Usage()).count(seen.now, today, seen.billed_units, timedelta.max)

    def _released(self, name: str) -> tuple[ReleasedModel, ...]:
        return () if self.world.has("pointer", name) else self.world.releases[name].models

    def _answering(self, name: str) -> tuple[Model, ...]:
        """Those of the former release as long as they answer and the function asks them."""
        models = tuple(self._model(model.version_arn, model.name) for model in self._released(name))
        served = self.world.records.get(self.world.served.get(name, ""))
        if not models or served in (None, self.world.releases[name]):
            return models
        former = tuple(self._model(model.version_arn, model.name) for model in served.models) if served else ()
        return former if may_overlap(former, models) else models

    def _model(self, arn: str, name: str) -> Model:
        version = self.world.account.versions[arn]
        return Model(arn, "", version.status, name, version.units)

    def _is_restless(self, name: str) -> bool:
        """Whether each minute counts: images are being answered, the model is about to go, or the controller, which
        remembers other things, is about to start it."""
        seen, wanted = self.seen[name], self.decisions[name].want
        running = any(model.status is Status.RUNNING for model in seen.models)
        capped = seen.policy.cap.day is not None and any(model.status in BILLED for model in seen.models)
        late = wanted.running and not seen.is_on and not self.world.has("gone")
        return capped or late or (running and (wanted.row not in _STEADY or seen.depth.total > 0))

    def _moments(self, name: str) -> list[datetime]:
        seen, now = self.seen[name], self.world.clock.now
        moments = []
        for memory in (self.memories[name], self.world.memories.get(name, (Memory(),))[0]):
            moments += [since + IN_WORK for since in (memory.hidden_since, memory.held_since) if since]
            moments += [memory.back_off_until] if memory.back_off_until else []
            moments += [memory.started_at + SETTLING] if memory.started_at else []
            if seen.depth.total and self.decisions[name].want.row is Row.CAN_WAIT:
                moments.append(max(latest_start(seen, memory) - 3 * MINUTE, now + MINUTE))
        for lease in self.world.schedules.kept.values():
            moments += [lease.written + max(SETTLING, (lease.ends - lease.written) / 2)] if lease.written else []
            moments.append(lease.ends - timedelta(seconds=seen.policy.lease) * 2 / 3)
        return moments


def _but_usage(memories: dict[str, Memory]) -> dict[str, Memory]:
    """Counting what is used changes nothing else."""
    return {name: replace(memory, usage=Usage()) for name, memory in memories.items()}
