"""A route's policy over a month of arrivals: the controller's own decision function on a virtual clock."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np

from labelpipe.core.control.actions import Action, HoldQueue, ReleaseQueue, StartModel, StopModel
from labelpipe.core.control.budgets import ENOUGH_STARTS
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, ENABLED, Depth, Model, Observation
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.remembering import after_start
from labelpipe.core.control.running import Decision, decide
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row, latest_start
from labelpipe.core.wiring import ModelWiring, RouteWiring
from labelpipe.cost.arrivals import DAY, Arrivals
from labelpipe.cost.boundaries import boundaries
from labelpipe.cost.physics import Line, Physics, Server, State

_STATUSES = {
    State.OFF: Status.STOPPED,
    State.STARTING: Status.STARTING,
    State.RUNNING: Status.RUNNING,
    State.STOPPING: Status.STOPPING,
}
_ARN = "arn:aws:rekognition:us-east-1:000000000000:project/plan/version/plan/1"
_PATIENCE = 40 * DAY
"""Minutes after which what still waits never will be answered: a policy may have no times for a model to run."""
_LONGEST = 10 * 366 * 86400


@dataclass
class Replay:
    """One route with one model, whose controller has seen enough starts to know them, and which may run already.

    Always with the policy's fewest units, also where the controller would start with more for a sudden burst.
    A tick a minute; those at which nothing can change are passed over, unless `every`.
    """

    arrivals: Arrivals
    physics: Physics
    policy: Policy
    every: bool = False
    line: Line = field(init=False)
    server: Server = field(init=False)
    _memory: Memory = field(init=False)
    _released: bool = field(init=False)

    def __post_init__(self) -> None:
        self.line = Line(self.arrivals.minutes, self.physics.per_minute)
        self.server = Server(self.physics)
        self._released = self.policy.is_always_on(self.arrivals.begin)
        if self._released:
            self.server.state = State.RUNNING
        starts = tuple(round(60 * self.physics.start_takes(-number)) for number in range(1, ENOUGH_STARTS + 1))
        self._memory = Memory(starts=starts)
        rate = self.physics.images_per_second
        model = ModelWiring("plan", "rekognition", "plan")
        self._wiring = RouteWiring("plan", "", "", "", _LONGEST, 2, (model,), {}, rate)
        self._span = self.arrivals.span
        self._boundaries = boundaries(self.policy, self.arrivals, self._span + _PATIENCE)

    def run(self) -> None:
        """Until the days are over and everything is answered, or nothing ever will be."""
        now = 0
        while not self._is_over(now):
            seen = self._look(now)
            decision = decide([seen], (), 1)[seen.name]
            self._memory, acted = decision.memory, False
            for action in decision.actions:
                acted |= self._apply(action, now, seen)
            now = self._serve(now, now + 1) if acted or self.every else self._advance(now, seen, decision)
        if self.server.state is State.RUNNING:  # a window of always_on is open: it is billed for the days, no longer
            now = max(self._span, ceil(np.nanmax(self.line.answered)))
        self.server.close(now)

    def _is_over(self, now: int) -> bool:
        done = now >= self._span and self.line.done == len(self.arrivals.minutes)
        off = self.server.at(now) is State.OFF
        return (done and (off or self.policy.is_always_on(self.arrivals.moment(now)))) or now >= self._span + _PATIENCE

    def _look(self, now: int) -> Observation:
        status = _STATUSES[self.server.at(now)]
        return Observation(
            now=self.arrivals.moment(now),
            wiring=self._wiring,
            policy=self.policy,
            depth=self._depth(now),
            mapping=ENABLED if self._released else DISABLED,
            models=(Model(_ARN, "plan", status, "plan", self.policy.units.min),),
            memory=self._memory,
        )

    def _depth(self, now: int) -> Depth:
        in_flight = self.line.in_flight(now)
        return Depth(self.line.waiting(now) - in_flight, in_flight)

    def _apply(self, action: Action, now: int, seen: Observation) -> bool:
        """Whether it changed anything: leases do not, here."""
        match action:
            case StartModel():
                self.server.start(now)  # with the physics' units, whatever it asks for
                self._memory = after_start(self._memory, seen.now)
            case StopModel():
                return self.server.stop(now)
            case HoldQueue():
                self._released = False
            case ReleaseQueue():
                self._released = True
            case _:
                return False
        return True

    def _advance(self, now: int, seen: Observation, decision: Decision) -> int:
        """Nothing was changed at this tick: the next one at which something may be different."""
        limit, row = self._event(now), decision.want.row
        running = self.server.state is State.RUNNING
        if running and (not decision.want.running or row is Row.LINGER or self._is_fresh()):
            return self._serve(now, now + 1)
        if row is Row.CAN_WAIT:
            return max(now + 1, min(limit, self._latest(seen)))
        if running and self._released and not self.policy.on_demand:
            return self._serve(now, limit)
        return self._until_it_changes(now, limit, seen.depth)

    def _event(self, now: int) -> int:
        """When the model or the policy changes by itself, or the days are over."""
        after = bisect_right(self._boundaries, now)
        times = [self._boundaries[after] if after < len(self._boundaries) else now + 1]
        if self.server.state in (State.STARTING, State.STOPPING):
            times.append(ceil(self.server.ready_at()))
        if now < self._span:
            times.append(self._span)
        if self.server.state is State.RUNNING:
            times += [times[0] - 1 if times[0] - 1 > now else times[0], *self._counted_up(now)]
        return max(now + 1, min(times))

    def _counted_up(self, now: int) -> Iterator[int]:
        """When a cap may be reached; and a tick before a lease could have ended, or that time would not be counted."""
        usage, cap = self._memory.usage, self.policy.cap
        for hours, used in ((cap.day, usage.day_minutes), (cap.month, usage.month_minutes)):
            if hours is not None:
                yield now + ceil((hours * 60 - used) / self.policy.units.min)
                yield now + self.policy.lease // 60

    def _is_fresh(self) -> bool:
        begun, since = self._memory.started_at, self._memory.non_empty_since
        return bool(self.policy.on_demand and begun and since and since > begun)

    def _latest(self, seen: Observation) -> int:
        """A tick before which no start can become due: each image that comes until then brings it nearer."""
        alone = (latest_start(seen, self._memory) - self.arrivals.begin).total_seconds() / 60

        def latest(until: float) -> float:
            return alone - (self.line.waiting(until) - seen.depth.total) / self.physics.per_minute

        early = latest(alone)  # with what comes later, too
        while (nearer := latest(latest(early))) > early + 1:
            early = nearer
        return floor(early) - 1

    def _until_it_changes(self, now: int, limit: int, seen: Depth) -> int:
        """Up to the first tick that sees work where there was none, or none where there was, but what is in flight."""
        if not (self._released and self.server.state is State.RUNNING):
            arrival = self.line.next_arrival()
            return limit if seen.total or arrival is None else max(now + 1, min(limit, floor(arrival) + 1))
        if seen.in_flight and not seen.visible:  # the time for which that is so counts
            return self._serve(now, now + 1)
        while now < limit:
            now = self._serve(now, now + 1)
            depth = self._depth(now)
            if bool(depth.visible) != bool(seen.visible) or bool(depth.total) != bool(seen.total):
                break
        return now

    def _serve(self, now: int, until: int) -> int:
        if self._released and self.server.state is State.RUNNING:
            self.line.serve(now, until)
        return until
