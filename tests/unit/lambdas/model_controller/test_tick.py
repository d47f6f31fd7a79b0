"""Ticks in a small world: what one sees, does and says, and how little one trouble spoils."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SOON = {"on_demand": {"max_wait": "10m", "idle_stop": "2m"}}
ALWAYS = {"always_on": ["daily 00:00-24:00"]}


@pytest.fixture
def world(make_world: Any) -> Any:
    return make_world()


def test_from_the_first_upload_to_the_last_lease(world: Any) -> None:
    world.route("bees", "a", **SOON)
    assert world.tick().routes[0].actions == ()
    world.queues["bees"] = 50
    first = world.tick().routes[0]
    assert (first.wanted, first.waiting, first.statuses) == ("running", 50, {"a": "TRAINING_COMPLETED"})
    assert [action.split()[0] for action in first.actions] == ["lease", "lease", "start"]
    world.run(10)
    assert world.mappings["bees"] == "Disabled"
    assert world.tick().routes[0].actions[-1] == "release the queue"
    world.run(17)
    assert world.is_at_rest()
    changes = len(world.changes)
    world.run(60)
    assert len(world.changes) == changes, "a route at rest costs no call that changes anything"


def test_nobody_pays_for_noise(world: Any) -> None:
    world.route("bees", "a", **SOON)
    world.queues["bees"] = world.noise["bees"] = 24
    report = world.tick().routes[0]
    assert (report.wanted, report.waiting, report.actions) == ("stopped", 0, ())


def test_nobody_pays_for_noise_beside_a_sibling_that_another_route_has_started(world: Any) -> None:
    world.route("bees", "a", "b", **SOON)
    world.run(5)
    world.route("wasps", "b", **ALWAYS)
    world.tick()
    world.queues["bees"] = world.noise["bees"] = 1
    world.run(20)
    assert [world.status(each) for each in "ab"] == [Status.TRAINING_COMPLETED, Status.RUNNING]


def test_work_among_noise_starts_the_model(world: Any) -> None:
    world.route("bees", "a", **SOON)
    world.queues["bees"], world.noise["bees"] = 25, 24
    report = world.tick().routes[0]
    assert (report.wanted, report.waiting) == ("running", 1)


def test_a_queue_is_looked_into_once_not_at_every_tick(world: Any) -> None:
    world.route("bees", "a", on_demand={"max_wait": "4h"})
    world.queues["bees"] = 3
    world.tick()
    world.noise["bees"] = 1
    assert world.tick().routes[0].waiting == 3


def test_a_deep_queue_is_work_without_looking(world: Any) -> None:
    world.route("bees", "a", **SOON)
    world.queues["bees"] = world.noise["bees"] = 101
    assert world.tick().routes[0].waiting == 101


def test_nobody_pays_for_waiting_until_a_message_comes_again(world: Any) -> None:
    world.route("bees", "a", **SOON)
    world.queues["bees"] = 5
    world.run(14)
    assert (world.status("a"), world.queues["bees"]) == (Status.RUNNING, 0)
    world.hidden["bees"] = 1
    world.run(4)
    assert world.status("a") is Status.RUNNING, "it may still be worked on"
    world.run(10)
    assert world.status("a") is Status.STOPPED
    assert world.tick().routes[0].reason == "no work waits; 1 given back, to come again later"
    world.hidden["bees"], world.queues["bees"] = 0, 1
    world.run(1)
    assert world.status("a") is Status.STARTING, "it has come again"


def test_ticks_every_two_seconds_come_to_the_same(world: Any) -> None:
    world.route("bees", "a", on_demand={"max_wait": "1m", "idle_stop": "4s"})
    world.versions[next(iter(world.versions))].starting = 20 * SECOND
    world.queues["bees"] = 10
    world.pass_time(20 * SECOND)
    for _ in range(30):
        world.tick()
        world.pass_time(2 * SECOND, step=2 * SECOND)
    assert world.status("a") is Status.STOPPING
    assert world.queues["bees"] == 0


def test_a_tick_that_comes_twice_starts_nothing_twice(world: Any) -> None:
    world.lag = 30 * SECOND
    world.route("bees", "a", **ALWAYS)
    world.pass_time(MINUTE)
    world.tick()
    world.pass_time(20 * SECOND)
    actions = world.tick().routes[0].actions
    assert actions[-1] == "start bees/a with 1 inference unit (busy: the next tick looks again)"
    world.pass_time(15 * MINUTE)
    assert world.status("a") is Status.RUNNING


def test_who_changes_their_mind_right_after_a_start_leaves_nothing_running(world: Any) -> None:
    world.lag = 30 * SECOND
    world.route("bees", "a")
    world.order("bees", "start")
    world.tick()
    world.order("bees", "stop")
    world.pass_time(20 * SECOND)
    world.run(30, each=20 * SECOND)
    assert world.is_at_rest()


def test_leases_are_renewed_for_as_long_as_the_model_is_wanted_and_not_at_every_tick(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(180)
    assert world.status("a") is Status.RUNNING
    assert 12 <= len([change for change in world.changes if change.startswith("lease version")]) <= 18


def test_a_deploy_that_disables_the_mapping_is_repaired_at_the_next_tick(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    world.mappings["bees"] = "Disabled"
    assert world.tick().routes[0].actions == ("release the queue",)


def test_a_forced_stop_holds_the_queue_first_and_waits_for_no_work(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    world.order("bees", "stop")
    world.queues["bees"] = 1000
    assert world.tick().routes[0].actions == ("hold the queue",)
    assert world.tick().routes[0].actions == ("stop bees/a",)


def test_the_end_of_a_window_stops_the_model_also_when_work_is_left(world: Any) -> None:
    world.route("bees", "a", always_on=["fri 12:00-12:30"], on_demand=False)
    world.run(29)
    assert world.status("a") is Status.RUNNING
    world.queues["bees"] = 1000
    world.run(3)
    assert world.status("a") is Status.STOPPING
    assert world.queues["bees"] > 0


def test_without_a_release_the_queue_is_held_and_the_reason_says_so(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    del world.releases["bees"]
    world.mappings["bees"] = "Enabled"
    report = world.tick().routes[0]
    assert (report.wanted, report.actions) == ("stopped", ("hold the queue",))
    assert "labelpipe release set bees" in report.reason


def test_the_version_of_a_former_release_is_stopped_and_its_lease_ends(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    world.release("bees", {"a": "a2"})
    world.run(30)
    assert (world.status("a"), world.status("a2")) == (Status.STOPPED, Status.RUNNING)
    assert "/version/a/" not in " ".join(lease.subject for lease in world.schedules.values())


def test_a_model_whose_route_left_the_settings_is_stopped_and_its_lease_ends(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    del world.routes["bees"]
    assert world.tick().strays[0] == "stop bees/a"
    world.run(10)
    assert world.status("a") is Status.STOPPED
    world.run(10)
    assert world.schedules == {}
    assert world.tick().troubles == ()


@pytest.mark.parametrize("denied", [{"describe"}, {"stop"}, {"describe", "stop"}], ids=" and ".join)
def test_a_stray_that_no_role_covers_does_not_stop_the_rest_of_the_tick(world: Any, denied: set[str]) -> None:
    world.route("bees", "a", **ALWAYS)
    world.route("wasps", "b", **ALWAYS)
    world.run(15)
    world.denied = {(call, "a") for call in denied}
    world.routes.clear()
    world.route("ants", "c", **ALWAYS)
    world.slots = 3
    report = world.tick()
    assert all("/version/a/" in line or "bees/a" in line for line in report.troubles)
    assert len(report.troubles) == len(denied)
    assert (world.status("b"), world.status("c")) == (Status.STOPPING, Status.STARTING)


def test_a_stray_that_cannot_be_described_is_asked_to_stop_and_keeps_its_lease(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    world.denied = {("describe", "a")}
    world.routes.clear()
    assert "stop bees/a" in world.tick().strays
    world.run(10)
    assert world.status("a") is Status.STOPPED
    assert [lease.subject.split("/")[3] for lease in world.schedules.values()] == ["a"]


def test_the_trouble_of_one_route_is_told_and_stops_no_other(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.route("wasps", "b", **ALWAYS)
    world.broken.add("bees")
    report = world.tick()
    assert report.troubles == ("looking at bees: RuntimeError: bees is broken",)
    assert [route.name for route in report.routes] == ["wasps"]
    assert world.status("b") is Status.STARTING


def test_what_an_unseen_route_runs_is_not_taken_for_lost(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    world.broken.add("bees")
    world.run(5)
    assert world.tick().strays == ()
    assert world.status("a") is Status.RUNNING


def test_a_shared_version_is_not_stopped_because_the_route_that_wants_it_cannot_be_looked_at(world: Any) -> None:
    world.route("bees", "a", "b", **ALWAYS)
    world.route("wasps", "b", on_demand=False)
    world.run(15)
    world.denied = {("describe", "a")}
    world.run(5)
    assert [world.status(each) for each in "ab"] == [Status.RUNNING, Status.RUNNING]
    world.run(40)
    assert [world.status(each) for each in "ab"] == [Status.STOPPED, Status.STOPPED], "their leases have ended"
    world.denied = set()
    world.run(15)
    assert [world.status(each) for each in "ab"] == [Status.RUNNING, Status.RUNNING]


def test_no_version_is_stopped_while_a_route_that_may_share_it_cannot_even_be_named(world: Any) -> None:
    world.route("bees", "a", "b", **ALWAYS)
    world.route("wasps", "b", on_demand=False)
    world.run(15)
    world.broken.add("bees")
    world.run(5)
    assert [world.status(each) for each in "ab"] == [Status.RUNNING, Status.RUNNING]
    world.run(40)
    assert [world.status(each) for each in "ab"] == [Status.STOPPED, Status.STOPPED], "their leases have ended"


def test_a_version_that_still_answers_for_an_unseen_route_is_not_stopped_by_another_one(world: Any) -> None:
    world.route("bees", "b", **ALWAYS)
    world.route("wasps", "b", on_demand=False)
    world.run(15)
    world.release("bees", {"b": "c"})
    world.denied = {("describe", "c")}
    world.run(5)
    assert world.status("b") is Status.RUNNING


def test_a_description_that_fails_is_the_trouble_of_its_own_route(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.route("wasps", "b", **ALWAYS)
    world.denied = {("describe", "a")}
    report = world.tick()
    assert report.troubles == ("looking at bees: PermissionError: no describe",)
    assert (world.status("a"), world.status("b")) == (Status.TRAINING_COMPLETED, Status.STARTING)


def test_without_the_list_of_leases_nothing_is_done_at_all(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.route("bees", "a", **ALWAYS)
    tools = world.tools()
    monkeypatch.setattr(type(tools.leases), "all", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        world.tick()
    assert world.changes == []


@pytest.mark.parametrize("order", ["start", "stop"])
def test_a_tick_that_looked_before_another_and_acts_after_it_spoils_nothing(world: Any, order: str) -> None:
    """The later one finds what it wanted done, and its memory is not kept."""
    world.route("bees", "a")
    if order == "stop":
        world.order("bees", "start")
        world.run(15)
    world.order("bees", order)
    world.tick()
    world.pass_time(20 * SECOND)
    report = world.tick(_interrupted(world))
    assert report.troubles == ()
    world.run(30, each=20 * SECOND)
    starts = [status for _, status in world.versions[next(iter(world.versions))].history if status is Status.STARTING]
    assert len(starts) == 1
    assert world.status("a") is (Status.RUNNING if order == "start" else Status.STOPPED)
    assert bool(world.schedules) is (order == "start")


def _interrupted(world: Any, between: Callable[[], object] | None = None) -> Callable[[], datetime]:
    """A clock: when it is asked a second time, the tick has looked and is about to act; then another one is made."""
    calls = iter([lambda: None, between or world.tick])

    def now() -> datetime:
        next(calls, lambda: None)()
        return world.now

    return now


def test_an_older_sight_that_is_acted_on_after_a_change_of_mind_is_put_right(world: Any) -> None:
    """It may start what nobody wants any more: with a lease, and until the next tick."""
    world.route("bees", "a", **ALWAYS)

    def changes_mind() -> None:
        world.order("bees", "stop")
        world.tick()

    world.tick(_interrupted(world, changes_mind))
    assert world.status("a") is Status.STARTING
    world.run(40)
    assert world.status("a") is Status.STOPPED
    assert world.schedules == {}


@pytest.mark.parametrize("seed", range(5))
def test_ticks_that_are_lost_doubled_or_late_come_to_rest_all_the_same(world: Any, seed: int) -> None:
    draw = random.Random(seed)
    world.lag = draw.choice([0, 30]) * SECOND
    world.route("bees", "a", "b", **SOON)
    world.route("wasps", "b", **SOON)
    world.slots = 3
    for minute in range(150):
        world.queues[draw.choice(["bees", "wasps"])] += 30 * (minute % 40 == 0)
        for _ in range(draw.choice([0, 1, 1, 1, 2])):
            world.tick(draw.choice([None, _interrupted(world)]))
        world.pass_time(draw.choice([20, 60, 60, 100]) * SECOND)
    world.run(60)
    assert world.is_at_rest()


def test_trouble_in_acting_is_told_with_what_was_done_before_and_what_was_seen_is_remembered(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.route("wasps", "b", **ALWAYS)
    world.broken.add("a")
    report = world.tick()
    assert report.troubles == ("route bees: PermissionError: not allowed",)
    assert [route.name for route in report.routes] == ["bees", "wasps"]
    assert [action.split()[0] for action in report.routes[0].actions] == ["lease", "lease"]
    assert set(world.memories) == {"bees", "wasps"}
    assert world.status("b") is Status.STARTING


def test_no_model_lingers_for_longer_than_its_lease_while_nothing_can_be_remembered(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.route("bees", "a", on_demand={"max_wait": "10m"})
    world.queues["bees"] = 50
    world.run(10)
    monkeypatch.setattr(type(world.tools().records), "remember", lambda *_: 1 / 0)
    world.run(10)
    assert (world.status("a"), world.queues["bees"]) == (Status.RUNNING, 0)
    world.run(30)
    assert world.status("a") is Status.STOPPED


def test_what_was_seen_twenty_seconds_ago_is_not_acted_on(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    report = world.tick(_slow(world.now, 20 * SECOND))
    assert report.troubles == ()
    assert world.changes[-2:] == ["start a", "remember bees"]
    world.order("bees", "stop")
    before = list(world.changes)
    report = world.tick(_slow(world.now, 21 * SECOND))
    assert "Stale" in report.troubles[0]
    assert [change for change in world.changes[len(before) :] if not change.startswith("remember")] == []


def _slow(start: datetime, looking: timedelta) -> Callable[[], datetime]:
    times = iter([start])
    return lambda: next(times, start + looking)


def test_a_lost_race_for_the_memory_is_said_and_is_no_trouble(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.route("bees", "a")
    records = world.tools().records
    memory = type(records).memory
    monkeypatch.setattr(type(records), "memory", lambda self, route: _outdated(memory(self, route)))
    report = world.tick()
    assert report.routes[0].actions == ("forget this tick: another one has written meanwhile",)
    assert report.troubles == ()


def _outdated(kept: Any) -> Any:
    return type(kept)(kept.memory, "older")


def test_the_limit_of_running_models_stops_what_was_just_started_and_backs_off(world: Any) -> None:
    world.route("bees", "a", "b", **ALWAYS)
    world.foreign = 1
    report = world.tick().routes[0]
    assert [action.split(" (")[-1] for action in report.actions[-2:]] == [
        "refused: the account runs as many models as it may)",
        "busy: the next tick looks again)",
    ]
    assert world.tick().routes[0].row == Row.BACK_OFF
    (version, _) = world.versions.values()
    world.run(12)
    assert version.status is Status.STOPPING
    world.run(24 * 60)
    tries = [when for when, status in version.history if status is Status.STARTING]
    assert len(tries) < 16, "two hours apart after some time"
    ran = [when for when, status in version.history if status is Status.RUNNING]
    stopped = [when for when, status in version.history if status is Status.STOPPING]
    assert all(stop - run <= 2 * MINUTE for run, stop in zip(ran, stopped, strict=True))


def test_a_route_without_a_slot_asks_again_every_five_minutes(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.foreign = 2
    world.run(60)
    assert world.changes.count("start a") == 12
    world.foreign = 1
    world.run(20)
    assert world.status("a") is Status.RUNNING


def test_failed_starts_back_off(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    (version,) = world.versions.values()
    version.outcome = Status.FAILED
    world.run(120)
    starts = [when for when, status in version.history if status is Status.STARTING]
    gaps = [(later - earlier) // MINUTE for earlier, later in zip(starts, starts[1:], strict=False)]
    assert gaps == [15, 20, 30, 50]


def test_a_version_that_vanished_blocks_its_route_and_keeps_no_lease(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    next(iter(world.versions.values())).become(Status.VANISHED)
    assert world.tick().routes[0].row == Row.BLOCKED
    world.run(15)
    assert world.schedules == {}


def test_the_cap_stops_the_model_and_keeps_the_work(world: Any) -> None:
    world.route("bees", "a", cap={"day": 1}, **ALWAYS)
    world.run(70)
    assert world.status("a") is Status.RUNNING
    world.run(12)
    world.queues["bees"] = 5
    world.run(60)
    assert world.status("a") is Status.STOPPED
    assert world.tick().routes[0].row == Row.CAP
    assert world.queues["bees"] == 5
    world.run(10 * 60)
    assert world.status("a") is Status.RUNNING, "a new day"
    assert world.queues["bees"] == 0


def test_a_dead_controllers_queue_is_held_before_its_model_stops(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.run(15)
    world.pass_time(90 * MINUTE)
    assert (world.status("a"), world.mappings["bees"]) == (Status.STOPPED, "Disabled")
