"""When two releases of a route may run at once, and what is done for the next one."""

from dataclasses import replace
from typing import Any

import pytest

from labelpipe.core.control.actions import RemoveLease, Serve, StartModel, StopModel, WriteLease
from labelpipe.core.control.handover import as_the_route, heir, heir_actions, may_overlap, route_name
from labelpipe.core.control.leases import Kind
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Model
from labelpipe.core.control.running import Decision, decide
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row, Want

SERVE = Serve("/bees/serving", "_labelpipe/releases/bees/bees-2.json")


def _heirs(make: Any, status: Status = Status.STOPPED) -> tuple[Model, ...]:
    return (Model(make.arn("next"), make.project, status, "m0", 1, make.lease("next")),)


@pytest.mark.parametrize("status", list(Status))
def test_only_what_answers_is_waited_for(make: Any, status: Status) -> None:
    former = make.observe(Status.RUNNING, status).models
    assert may_overlap(former, _heirs(make)) is (status is Status.RUNNING)


def test_nothing_former_is_nothing_to_wait_for(make: Any) -> None:
    assert not may_overlap((), _heirs(make))


def test_an_endpoint_has_one_configuration_at_a_time() -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees"
    former = Model(arn, "config-1", Status.RUNNING)
    assert not may_overlap([former], [Model(arn, "config-2", Status.OUTDATED)])
    assert may_overlap([former], [former])


def _actions(make: Any, status: Status, row: Row = Row.DEMAND, *, running: bool = True, slots: int = 2) -> list[Any]:
    """Of the heir of a route that runs, released and leased."""
    seen = make.observe(Status.RUNNING, queue_leased=True, leased=True, mapping="Enabled", waiting=5)
    route = Decision(Want(running, row, ""), Memory(), ())
    next_one = as_the_route(heir(seen, _heirs(make, status), Memory()), route)
    return list(heir_actions(decide([next_one], seen.models, slots)[next_one.name], SERVE))


def test_it_starts_with_a_lease_and_leaves_the_queue_alone(make: Any) -> None:
    write, start = _actions(make, Status.STOPPED)
    assert isinstance(write, WriteLease)
    assert write.lease.kind is Kind.VERSION
    assert isinstance(start, StartModel)


def test_it_takes_over_when_it_runs_or_when_there_is_no_slot_for_it(make: Any) -> None:
    assert _actions(make, Status.STARTING) == []
    assert _actions(make, Status.RUNNING) == [SERVE]
    assert SERVE in _actions(make, Status.STOPPED, slots=1)


@pytest.mark.parametrize("status", list(Status))
def test_it_never_takes_over_nor_runs_when_its_route_is_to_stop(make: Any, status: Status) -> None:
    actions = _actions(make, status, Row.CAP, running=False)
    assert SERVE not in actions
    assert not [each for each in actions if isinstance(each, StartModel)]
    assert any(isinstance(each, StopModel) for each in actions) or status not in (Status.STARTING, Status.RUNNING)
    ended = [each.lease.kind for each in actions if isinstance(each, RemoveLease)]
    assert Kind.QUEUE not in ended, "the queue is its route's"


def test_it_is_measured_as_its_route(make: Any) -> None:
    next_one = heir(make.observe(), _heirs(make), Memory())
    assert (next_one.name, route_name(next_one.name), route_name("bees")) == ("bees.next", "bees", "bees")


def test_actions_say_which_release_answers() -> None:
    assert str(replace(SERVE)) == "answer with release bees-2"
