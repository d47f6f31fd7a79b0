"""Whatever is seen, the whole product of it: what may never be done, and that ticking on comes to rest."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

import pytest

from labelpipe.core.control.actions import (
    Action,
    HoldQueue,
    ReleaseQueue,
    RemoveLease,
    StartModel,
    StopModel,
    WriteLease,
)
from labelpipe.core.control.leases import QUEUE_MARGIN
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Depth, Model, Observation
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.remembering import after_start
from labelpipe.core.control.running import Decision, decide
from labelpipe.core.control.statuses import BILLED, IN_THE_WAY, OFF, ON, STARTABLE, Status
from labelpipe.core.control.usage import Usage

MINUTE = timedelta(minutes=1)
POLICIES = {
    "on demand": {"on_demand": {"max_wait": "24h"}},
    "inside always_on": {"on_demand": False, "always_on": ["daily 00:00-24:00"]},
    "outside allowed": {"allowed": ["sat 00:00-01:00"], "always_on": ["daily 00:00-24:00"]},
}
SPENT = Usage(date(2026, 11, 20), day_minutes=120, month_minutes=120)
WAITING = {  # how much, for how long it has waited and how long ago the model was started, in minutes
    "none": (0, None, None),
    "some, can wait": (3, 5, None),
    "some, late": (3, 24 * 60, 25 * 60),
    "some, came since the start": (3, 5, 60),
}
LEASES = {"none": None, "fresh": 30, "worn": 3}


@dataclass(frozen=True)
class Case:
    """One combination of all that decides."""

    status: Status
    policy: str
    waiting: str
    override: str | None
    capped: bool
    lease: str
    crowded: bool
    mapping: str

    def observe(self, make: Any) -> Observation:
        count, waited, started = WAITING[self.waiting]
        left = LEASES[self.lease]
        memory = Memory(
            non_empty_since=None if waited is None else make.now - waited * MINUTE,
            started_at=None if started is None else make.now - started * MINUTE,
            usage=SPENT if self.capped else Usage(),
        )
        order = Override(self.override, None, "ana", make.now) if self.override else None  # type: ignore[arg-type]
        return make.observe(
            self.status,
            waiting=count,
            mapping=self.mapping,
            policy=POLICIES[self.policy] | {"cap": {"day": 2}},
            memory=memory,
            leased=[left and make.lease("v0", left=left * MINUTE)],
            queue_leased=make.queue_lease(left=left * MINUTE - QUEUE_MARGIN) if left else False,
            override=order,
        )

    @property
    def may_start(self) -> bool:
        allowed = self.policy != "outside allowed" or self.override == "start"
        return allowed and not self.capped and self.override != "stop"


def _cases(status: Status, every: int = 1) -> Iterator[Case]:
    """All of a status; or of all, one in so many, others for each status."""
    cases = _all_cases(status)
    return islice(cases, list(Status).index(status) % every, None, every)


def _all_cases(status: Status) -> Iterator[Case]:
    for rest in product(POLICIES, WAITING, (None, "start", "stop"), (False, True), LEASES, (False, True)):
        for mapping in ("Enabled", "Disabled", "Disabling"):
            yield Case(status, *rest, mapping)


def _other(make: Any, crowded: bool) -> Observation:
    """A route that runs for good, and takes the only slot if there is but one."""
    other = Model(make.arn("other"), make.project, Status.RUNNING, "m", 1, make.lease("other"))
    policy, leased = POLICIES["inside always_on"], make.queue_lease()
    seen = make.observe(name="other", models=(other,), policy=policy, queue_leased=leased, mapping="Enabled")
    return seen if crowded else replace(seen, policy=replace(seen.policy, always_on=()), models=())


def _decide(seen: Observation, other: Observation) -> Decision:
    return decide([seen, other], [], 1)["bees"]


def _first(actions: tuple[Action, ...], kind: type, arn: str) -> int:
    found = (i for i, a in enumerate(actions) if isinstance(a, kind) and arn in (_lease(a), getattr(a, "arn", None)))
    return next(found, len(actions))


def _lease(action: Action) -> str | None:
    return action.lease.subject if isinstance(action, (WriteLease, RemoveLease)) else None


def _kinds(actions: tuple[Action, ...]) -> set[type]:
    return {type(action) for action in actions}


@pytest.mark.parametrize("status", list(Status))
def test_what_may_never_be_done_is_not(make: Any, status: Status) -> None:
    for case in _cases(status):
        seen, other = case.observe(make), _other(make, case.crowded)
        decision = _decide(seen, other)
        actions, kinds = decision.actions, _kinds(decision.actions)
        wanted = decision.want.running
        if StartModel in kinds:
            assert case.may_start, case
            assert status in STARTABLE, case
            assert not case.crowded, case
            assert wanted, case
            began = _first(actions, StartModel, seen.models[0].arn)
            assert _first(actions, WriteLease, seen.models[0].arn) < began, case
            assert _first(actions, WriteLease, seen.wiring.mapping_id) < began, case
            assert HoldQueue in kinds or case.mapping != "Enabled", case
            assert RemoveLease not in kinds, case
        if StopModel in kinds:
            assert not wanted or status in IN_THE_WAY, case
            assert case.mapping == DISABLED, case
        if ReleaseQueue in kinds:
            assert wanted, case
            assert status is Status.RUNNING, case
            assert seen.queue_lease or WriteLease in kinds, case
        if _first(actions, RemoveLease, seen.models[0].arn) < len(actions):
            assert status in OFF, case
        if status in ON and not seen.models[0].lease:
            assert _first(actions, WriteLease, seen.models[0].arn) < len(actions), case


@pytest.mark.parametrize("status", list(Status))
def test_the_same_tick_again_does_nothing_else_but_to_find_it_quiet(make: Any, status: Status) -> None:
    for case in _cases(status, every=5):
        seen, other = case.observe(make), _other(make, case.crowded)
        first = _decide(seen, other)
        again = _decide(replace(seen, memory=first.memory), other)
        assert again.want == first.want, case
        more = [action for action in again.actions if action not in first.actions]
        assert set(first.actions) <= set(again.actions), case
        assert _kinds(tuple(more)) <= {StopModel}, case


class Small:
    """A route over time: the model starts in 10 minutes and stops in 3; a released queue empties while it runs."""

    def __init__(self, seen: Observation, other: Observation) -> None:
        self.seen, self.other, self._since = seen, other, seen.now
        self.last: Decision

    @property
    def model(self) -> Model:
        return self.seen.models[0]

    def tick(self) -> None:
        now = self.seen.now
        self.other = replace(self.other, now=now)
        self.last = _decide(self.seen, self.other)
        self.seen = replace(self.seen, memory=self.last.memory)
        for action in self.last.actions:
            self._apply(action)

    def pass_minute(self) -> None:
        now = self.seen.now + MINUTE
        self.seen = replace(self.seen, now=now)
        if self.model.status is Status.STARTING and now - self._since >= 10 * MINUTE:
            self._become(Status.RUNNING)
        if self.model.status is Status.STOPPING and now - self._since >= 3 * MINUTE:
            self._become(Status.STOPPED)
        states = {"Disabling": "Disabled", "Enabling": "Enabled"}
        self.seen = replace(self.seen, mapping=states.get(self.seen.mapping, self.seen.mapping))
        if self.seen.mapping == "Enabled" and self.model.status is Status.RUNNING:
            self.seen = replace(self.seen, depth=Depth())

    def _apply(self, action: Action) -> None:
        match action:
            case HoldQueue():
                self.seen = replace(self.seen, mapping="Disabling")
            case ReleaseQueue():
                self.seen = replace(self.seen, mapping="Enabling")
            case WriteLease(lease):
                self._keep(lease.subject, replace(lease, written=self.seen.now))
            case RemoveLease(lease):
                self._keep(lease.subject, None)
            case StartModel() if self.model.status in STARTABLE:
                self._become(Status.STARTING)
                self.seen = replace(self.seen, memory=after_start(self.seen.memory, self.seen.now))
            case StopModel() if self.model.status in {Status.RUNNING, *IN_THE_WAY}:
                self._become(Status.STOPPING)

    def _become(self, status: Status) -> None:
        self._since = self.seen.now
        self.seen = replace(self.seen, models=(replace(self.model, status=status),))

    def _keep(self, subject: str, lease: Any) -> None:
        if subject == self.seen.wiring.mapping_id:
            self.seen = replace(self.seen, queue_lease=lease)
        else:
            self.seen = replace(self.seen, models=(replace(self.model, lease=lease),))

    def is_at_rest(self) -> bool:
        """What is wanted answers; what is not is off, without a lease. Leases are renewed, nothing else is done."""
        assert _kinds(self.last.actions) <= {WriteLease}, self.last
        status, leases = self.model.status, (self.model.lease, self.seen.queue_lease)
        if self.last.want.running:
            return status is Status.RUNNING and self.seen.mapping == "Enabled" and all(leases)
        off = status not in ON | BILLED | IN_THE_WAY and self.seen.mapping == DISABLED
        return off and (not any(leases) or status not in OFF)


@pytest.mark.parametrize("status", list(Status))
def test_from_everywhere_it_comes_to_rest_and_stays_there(make: Any, status: Status) -> None:
    """Half an hour: a model that is seen STARTING, is stopped then, and whose lease must settle."""
    for case in _cases(status, every=17):
        world = Small(case.observe(make), _other(make, case.crowded))
        for minute in range(36):
            world.tick()
            if minute > 30:
                assert world.is_at_rest(), (case, world.last, world.model)
            world.pass_minute()
