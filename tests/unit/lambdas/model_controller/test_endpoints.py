"""Endpoints of SageMaker come and go as project versions do: because work waits, under a lease, and with the stack."""

from datetime import timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from labelpipe.core.control.leases import Kind
from labelpipe.core.control.statuses import BILLED, ON, Status
from labelpipe.core.errors import Problem
from lambdas.model_controller.stopping import Patience, stop_all

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SOON = {"on_demand": {"max_wait": "10m", "idle_stop": "2m"}}


@pytest.fixture
def world(make_world: Any) -> Any:
    world = make_world()
    world.route("bees", "endpoint-bees", **SOON)
    world.queues["bees"] = 40
    return world


def test_an_endpoint_is_created_because_work_waits_and_deleted_when_none_does(world: Any) -> None:
    report = world.tick().routes[0]
    assert report.actions[-1] == "create endpoint endpoint-bees from endpoint-bees"
    assert {lease.kind for lease in world.schedules.values()} == {Kind.ENDPOINT, Kind.QUEUE}
    world.run(30)
    assert world.is_at_rest()
    assert Status.RUNNING in [status for _, status in world.versions.popitem()[1].history]


def test_its_lease_deletes_it_when_the_controller_is_dead(world: Any) -> None:
    world.run(12)
    assert world.status("endpoint-bees") is Status.RUNNING
    world.pass_time(45 * MINUTE)
    assert world.status("endpoint-bees") not in ON | BILLED


def test_whatever_the_controller_dies_of_the_endpoint_goes_with_its_lease(make_world: Any, death: Any) -> None:
    for change in range(1, 13):
        world = make_world(die_at=(change, "after"))
        world.route("bees", "endpoint-bees", **SOON)
        world.queues["bees"] = 40
        with pytest.raises(death):
            world.run(60)
        world.pass_time(60 * MINUTE, step=MINUTE)
        assert world.status("endpoint-bees") not in ON | BILLED, world.changes


def test_it_takes_no_slot_of_project_versions(make_world: Any) -> None:
    world = make_world(slots=1)
    world.route("bees", "endpoint-bees", "a", **SOON)
    world.queues["bees"] = 40
    world.run(14)
    assert world.queues["bees"] == 0


def test_one_that_failed_is_deleted_before_the_next_start(world: Any) -> None:
    endpoint = next(iter(world.versions.values()))
    endpoint.outcome = Status.BROKEN
    endpoint.stop = lambda: endpoint.become(Status.STOPPED)
    world.run(12)
    assert world.tick().routes[0].wanted == "stopped", "it backs off"
    endpoint.outcome = Status.RUNNING
    world.run(30)
    statuses = [status for _, status in endpoint.history]
    assert statuses[1:6] == [Status.STARTING, Status.BROKEN, Status.STOPPED, Status.STARTING, Status.RUNNING]
    assert world.queues["bees"] == 0


def test_one_that_no_route_has_any_more_is_deleted(world: Any) -> None:
    world.run(12)
    world.route("bees", "a")
    world.run(6)
    assert world.status("endpoint-bees") is Status.STOPPED
    world.run(15)
    assert world.schedules == {}


def test_it_goes_with_the_stack(world: Any) -> None:
    world.run(12)
    _stop(world, 600)
    assert (world.status("endpoint-bees"), world.schedules) == (Status.STOPPED, {})


def test_the_command_that_deletes_it_is_named_when_time_is_up(world: Any) -> None:
    world.run(12)
    with pytest.raises(Problem, match="aws sagemaker delete-endpoint --endpoint-name endpoint-bees"):
        _stop(world, 60)


def _stop(world: Any, seconds: int) -> None:
    ends = world.now + seconds * SECOND
    patience = Patience(
        clock=lambda: world.now,
        time_left=lambda: (ends - world.now).total_seconds(),
        sleep=lambda span: world.pass_time(span * SECOND, step=span * SECOND),
    )
    stop_all(world.tools(), patience, Logger(service="test", level="CRITICAL"))
