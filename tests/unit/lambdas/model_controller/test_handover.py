"""A new release takes over: without a gap where slots allow, and never for worse than before."""

from datetime import timedelta
from typing import Any

import pytest

from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row

MINUTE, STEP = timedelta(minutes=1), timedelta(seconds=20)
ALWAYS = {"always_on": ["daily 00:00-24:00"]}


@pytest.fixture
def world(make_world: Any) -> Any:
    """A route that answers with version a, and a release of version a2."""
    world = make_world()
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    world.release("bees", {"a": "a2"})
    return world


def _gap(world: Any, minutes: int) -> timedelta:
    """How long in so many minutes nobody was answered."""
    gap = timedelta()
    for step in range(minutes * MINUTE // STEP):
        if step % 3 == 0:
            world.tick()
        world.pass_time(STEP, step=STEP)
        gap += STEP * (not _answers(world))
    return gap


def _answers(world: Any) -> bool:
    models = world.records[world.served["bees"]].models
    return world.mappings["bees"] == "Enabled" and all(
        world.versions[model.version_arn].status is Status.RUNNING for model in models
    )


def _subjects(world: Any) -> set[str]:
    return {lease.subject.split("/")[3] for lease in world.schedules.values() if lease.parent_arn}


@pytest.mark.parametrize("lag", [0, 30])
def test_the_former_release_answers_until_the_next_one_runs(world: Any, lag: int) -> None:
    world.lag = timedelta(seconds=lag)
    assert _gap(world, 30) == timedelta()
    assert world.served["bees"] == world.releases["bees"].id
    assert (world.status("a"), world.status("a2")) == (Status.STOPPED, Status.RUNNING)
    assert _subjects(world) == {"a2"}


def test_it_is_started_with_a_lease_and_told_of_as_the_next(world: Any) -> None:
    route, heir = world.tick().routes
    assert (route.name, heir.name) == ("bees", "bees.next")
    assert route.actions == ()
    assert [action.split()[0] for action in heir.actions] == ["lease", "start"]


def test_work_is_answered_by_the_former_meanwhile(world: Any) -> None:
    world.queues["bees"] = 50
    world.run(5)
    assert (world.status("a2"), world.queues["bees"]) == (Status.STARTING, 0)


def test_without_a_slot_for_both_the_gap_is_a_stop_and_a_start(world: Any) -> None:
    world.slots = 1
    gap = _gap(world, 30)
    assert 13 * MINUTE <= gap <= 17 * MINUTE, "3 and 10 minutes, and the looks between"
    assert (world.status("a"), world.status("a2")) == (Status.STOPPED, Status.RUNNING)


def test_a_limit_that_is_met_only_by_asking_is_the_same(world: Any) -> None:
    world.foreign = 1
    assert _gap(world, 40) <= 25 * MINUTE
    assert (world.status("a"), world.status("a2")) == (Status.STOPPED, Status.RUNNING)


def test_a_release_that_cannot_be_started_leaves_the_former_answering_and_says_so(world: Any) -> None:
    world.versions[world.releases["bees"].models[0].version_arn].outcome = Status.FAILED
    assert _gap(world, 60) == timedelta()
    heir = world.tick().routes[1]
    assert (heir.row, heir.measures["CannotStart"]) == (Row.BACK_OFF, 1)
    starts = [change for change in world.changes if change == "start a2"]
    assert len(starts) <= 4, "no storm"


def test_taking_it_back_before_it_runs_leaves_all_as_it_was(world: Any) -> None:
    world.run(5)
    world.release("bees", {"a": "a"})
    assert _gap(world, 30) == timedelta()
    assert (world.status("a"), world.status("a2")) == (Status.RUNNING, Status.STOPPED)
    assert _subjects(world) == {"a"}


def test_a_stop_meanwhile_stops_both(world: Any) -> None:
    world.run(5)
    world.order("bees", "stop")
    world.run(30)
    assert world.is_at_rest()
    assert world.served["bees"] == world.releases["bees"].id


def test_what_does_not_run_is_replaced_at_once(make_world: Any) -> None:
    world = make_world()
    world.route("bees", "a")
    world.release("bees", {"a": "a2"})
    (report,) = world.tick().routes
    assert report.actions == ("answer with release bees-1",)
    assert world.tick().routes[0].actions == ()


def test_new_thresholds_of_the_same_version_are_served_at_the_next_look(world: Any) -> None:
    world.release("bees", {"a": "a"})
    world.run(1)
    assert world.served["bees"] == world.releases["bees"].id
    assert _gap(world, 5) == timedelta()
    assert "start a2" not in world.changes


def test_a_version_that_both_have_goes_on(make_world: Any) -> None:
    world = make_world(slots=3)
    world.route("bees", "a", "b", **ALWAYS)
    world.run(15)
    world.release("bees", {"a": "a2", "b": "b"})
    assert _gap(world, 30) == timedelta()
    assert [world.status(each) for each in ("a", "a2", "b")] == [Status.STOPPED, Status.RUNNING, Status.RUNNING]
    assert world.changes.count("start b") == 1


def test_a_dead_controller_leaves_neither_running(world: Any) -> None:
    world.run(5)
    world.pass_time(50 * MINUTE)
    assert (world.status("a"), world.status("a2")) == (Status.STOPPED, Status.STOPPED)


def test_a_version_that_both_have_goes_on_also_when_the_rest_of_the_next_cannot_be_started(make_world: Any) -> None:
    world = make_world(slots=3)
    world.route("bees", "a", "b", **ALWAYS)
    world.run(15)
    world.release("bees", {"a": "a2", "b": "b"})
    world.versions[world.releases["bees"].models[0].version_arn].outcome = Status.FAILED
    assert _gap(world, 40) == timedelta()


def test_another_route_that_has_the_next_version_too_and_does_not_want_it_lets_it_start(world: Any) -> None:
    world.route("wasps", "a2", on_demand=False)
    assert _gap(world, 30) == timedelta()
    assert world.changes.count("start a2") == 1
    assert world.served["bees"] == world.releases["bees"].id
