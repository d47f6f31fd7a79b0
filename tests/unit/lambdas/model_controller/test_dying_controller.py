"""The controller dies at every change that it makes, before or after it: what is paid for never outlives its lease."""

from datetime import timedelta
from typing import Any

import pytest

from labelpipe.core.control.statuses import BILLED, ON, Status

MINUTE = timedelta(minutes=1)
BOUND = timedelta(minutes=30 + 5)
"""The lease and one interval of its schedule."""


def _story(world: Any) -> None:
    """Two routes share a version; work comes, a new release comes, work comes again; people order a start."""
    soon = {"on_demand": {"max_wait": "10m", "idle_stop": "2m"}}
    world.route("bees", "a", "b", **soon)
    world.route("wasps", "b", **soon)
    world.slots = 3


def _live(world: Any) -> None:
    world.queues["bees"] = 100
    world.run(14)
    world.queues["wasps"] = 50
    world.run(6)
    world.release("bees", {"a": "a2", "b": "b"})
    world.queues["bees"] = 30
    world.run(40)


def _changes(make_world: Any, lag: timedelta) -> int:
    world = make_world(lag=lag)
    _story(world)
    _live(world)
    assert world.is_at_rest()
    return len(world.changes)


@pytest.fixture(scope="module", params=[0, 30], ids=["fresh descriptions", "old descriptions"])
def lag(request: Any) -> timedelta:
    return timedelta(seconds=request.param)


def test_a_whole_life_ends_with_all_answered_all_stopped_and_no_lease_left(make_world: Any, lag: timedelta) -> None:
    changes = _changes(make_world, lag)
    assert changes > 40


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whatever_it_dies_of_everything_stops_within_the_lease_and_one_interval(
    make_world: Any, death: Any, lag: timedelta, moment: str
) -> None:
    for n in range(1, _changes(make_world, lag) + 1):
        world = _dead(make_world, death, lag, (n, moment))
        died = world.now
        world.pass_time(90 * MINUTE, step=MINUTE)
        for version in world.versions.values():
            stops = [when for when, status in version.history if status is Status.STOPPING]
            assert version.status not in ON | BILLED, f"killed {moment} change {n}: {world.changes[-1]}"
            assert all(when <= died + BOUND for when in stops), f"killed {moment} change {n}: {world.changes[-1]}"


def test_a_start_slower_than_its_lease_is_stopped_within_one_interval_of_running(make_world: Any) -> None:
    world = make_world()
    world.route("bees", "a", on_demand={"max_wait": "10m"})
    world.queues["bees"] = 1
    (version,) = world.versions.values()
    version.starting = 52 * MINUTE
    world.tick()
    world.pass_time(90 * MINUTE)
    ran, stopped = version.history[2][0], version.history[3][0]
    assert [status for _, status in version.history[1:4]] == [Status.STARTING, Status.RUNNING, Status.STOPPING]
    assert stopped - ran <= 5 * MINUTE
    assert world.mappings["bees"] == "Disabled"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whatever_it_dies_of_the_next_one_finishes_the_work(
    make_world: Any, death: Any, lag: timedelta, moment: str
) -> None:
    for n in range(1, _changes(make_world, lag) + 1):
        world = _dead(make_world, death, lag, (n, moment))
        world.die_at = None
        world.pass_time(2 * MINUTE)
        world.run(50)
        assert world.is_at_rest(), f"killed {moment} change {n}: {world.changes}"


def _dead(make_world: Any, death: Any, lag: timedelta, die_at: tuple[int, str]) -> Any:
    world = make_world(lag=lag, die_at=die_at)
    _story(world)
    with pytest.raises(death):
        _live(world)
    return world
