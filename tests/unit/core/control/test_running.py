"""What follows from wanting: for every status the right actions, in the order in which they must happen."""

from dataclasses import replace
from datetime import timedelta
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
from labelpipe.core.control.leases import QUEUE_MARGIN, Kind
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Model, Observation
from labelpipe.core.control.running import decide, decide_route, decide_strays
from labelpipe.core.control.statuses import IN_THE_WAY, OFF, ON, STARTABLE, TO_STOP, Status
from labelpipe.core.control.wanting import Row, Want

RUN, FORCED, IDLE = Want(True, Row.DEMAND, "work"), Want(False, Row.CAP, "cap"), Want(False, Row.IDLE, "idle")
MINUTE = timedelta(minutes=1)


def _words(actions: tuple[Action, ...]) -> list[str]:
    """`lease` and `start` and so on, with `queue` or the version's name."""
    return [_word(action) for action in actions]


def _word(action: Action) -> str:
    match action:
        case HoldQueue():
            return "hold"
        case ReleaseQueue():
            return "release"
        case WriteLease(lease) | RemoveLease(lease):
            of = "queue" if lease.kind is Kind.QUEUE else lease.subject.split("/")[3]
            return f"{'lease' if isinstance(action, WriteLease) else 'unlease'} {of}"
        case StartModel(arn) | StopModel(arn):
            return f"{'start' if isinstance(action, StartModel) else 'stop'} {arn.split('/')[3]}"


def _run(seen: Observation) -> list[str]:
    kept = frozenset(version.arn for version in seen.models)
    return _words(decide_route(seen, seen.memory, RUN, kept).actions)


def _rest(
    seen: Observation, want: Want = FORCED, memory: Memory | None = None, kept: frozenset[str] = frozenset()
) -> list[str]:
    return _words(decide_route(seen, memory or seen.memory, want, kept).actions)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("leased", [True, False])
def test_wanted_in_every_status(make: Any, status: Status, leased: bool) -> None:
    actions = _run(make.observe(status, leased=leased, queue_leased=leased))
    if status in STARTABLE:
        assert actions == ["lease v0", "lease queue", "start v0"]
    elif status is Status.RUNNING:
        assert actions == (["release"] if leased else ["lease v0", "lease queue", "release"])
    elif status is Status.STARTING:
        assert actions == ([] if leased else ["lease v0", "lease queue"])
    elif status is Status.OUTDATED:
        assert actions == (["stop v0"] if leased else ["lease v0", "lease queue", "stop v0"])
    elif status is Status.BROKEN:
        assert actions == (["stop v0"] if leased else ["lease queue", "stop v0"])
    else:
        assert actions == ([] if leased else ["lease queue"])


@pytest.mark.parametrize("status", sorted(IN_THE_WAY))
def test_what_stands_in_the_way_goes_once_the_queue_is_held(make: Any, status: Status) -> None:
    held = [make.observe(status, leased=True, queue_leased=True, mapping=each) for each in ("Enabled", "Disabling")]
    assert [_run(seen) for seen in held] == [["hold"], []]


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("want", [FORCED, IDLE])
def test_unwanted_in_every_status(make: Any, status: Status, want: Want) -> None:
    actions = _rest(make.observe(status, leased=[make.spent_lease("v0")]), want, Memory(quiet_ticks=2))
    assert actions == (["stop v0"] if status in ON | IN_THE_WAY else ["unlease v0"] if status in OFF else [])


@pytest.mark.parametrize("status", sorted(ON))
def test_what_runs_without_a_lease_gets_one_before_it_is_stopped(make: Any, status: Status) -> None:
    assert _rest(make.observe(status)) == ["lease v0", "stop v0"]


@pytest.mark.parametrize(
    ("mapping", "wanted", "unwanted"),
    [
        ("Disabled", ["release"], ["stop v0"]),
        ("Disabling", ["release"], []),
        ("Enabled", [], ["hold"]),
        ("Enabling", [], ["hold"]),
        ("Updating", ["release"], ["hold"]),
        ("Creating", ["release"], ["hold"]),
    ],
)
def test_the_queue_follows_the_model_and_a_stop_follows_the_queue(
    make: Any, mapping: str, wanted: list[str], unwanted: list[str]
) -> None:
    seen = make.observe(Status.RUNNING, leased=True, queue_leased=True, mapping=mapping)
    assert (_run(seen), _rest(seen)) == (wanted, unwanted)


@pytest.mark.parametrize("other", [status for status in Status if status is not Status.RUNNING])
def test_the_queue_is_held_while_any_model_of_the_route_does_not_run(make: Any, other: Status) -> None:
    actions = _run(make.observe(Status.RUNNING, other, leased=True, queue_leased=True, mapping="Enabled"))
    assert actions[0] == "hold"
    assert "release" not in actions


def test_every_lease_is_written_before_the_first_start(make: Any) -> None:
    actions = _run(make.observe(Status.STOPPED, Status.RUNNING, Status.TRAINING_COMPLETED, mapping="Enabled"))
    assert actions == ["hold", "lease v0", "lease v2", "lease v1", "lease queue", "start v0", "start v2"]


def test_the_queue_is_held_before_the_model_is_stopped_by_a_lease(make: Any) -> None:
    actions = decide_route(make.observe(Status.STOPPED), Memory(), RUN, frozenset()).actions
    ends = {action.lease.kind: action.lease.ends for action in actions if isinstance(action, WriteLease)}
    assert ends[Kind.VERSION] == make.now + 30 * MINUTE
    assert ends[Kind.VERSION] - ends[Kind.QUEUE] == QUEUE_MARGIN


@pytest.mark.parametrize(
    ("left", "queue_left", "renewed"),
    [(29, 26, False), (20, 18, False), (19, 18, True), (20, 17, True), (-5, -8, True)],
)
def test_leases_are_renewed_together_when_it_is_worth_it(make: Any, left: int, queue_left: int, renewed: bool) -> None:
    held, queue_held = make.lease("v0", left=left * MINUTE), make.queue_lease(left=queue_left * MINUTE)
    seen = make.observe(Status.RUNNING, leased=[held], queue_leased=queue_held, mapping="Enabled")
    assert _run(seen) == (["lease v0", "lease queue"] if renewed else [])


def test_a_start_takes_the_units_of_the_policy(make: Any) -> None:
    seen = make.observe(Status.STOPPED, policy={"units": {"min": 2, "max": 4}})
    assert decide_route(seen, Memory(), RUN, frozenset()).actions[-1] == StartModel(make.arn("v0"), make.project, 2, 4)


@pytest.mark.parametrize(("quiet", "stops"), [(0, False), (1, False), (2, True)])
def test_an_idle_model_is_stopped_after_quiet_ticks(make: Any, quiet: int, stops: bool) -> None:
    actions = _rest(make.observe(Status.RUNNING, leased=True), IDLE, Memory(quiet_ticks=quiet))
    assert actions == (["stop v0"] if stops else [])


@pytest.mark.parametrize("status", sorted(ON))
def test_a_version_that_another_route_wants_is_left_alone(make: Any, status: Status) -> None:
    seen = make.observe(status, leased=True)
    assert _rest(seen, kept=frozenset({make.arn("v0")})) == []


def test_the_lease_of_a_version_that_another_route_is_about_to_start_stays(make: Any) -> None:
    seen = make.observe(Status.STOPPED, leased=True)
    assert _rest(seen, kept=frozenset({make.arn("v0")})) == []


def test_leases_stay_until_an_off_status_can_be_believed(make: Any) -> None:
    fresh = make.lease("v0", left=16 * MINUTE, age=14 * MINUTE)
    assert _rest(make.observe(Status.STOPPED, leased=[fresh], queue_leased=True)) == ["unlease queue"]
    spent, fresh_queue = make.spent_lease("v0"), make.queue_lease(age=MINUTE)
    assert _rest(make.observe(Status.STOPPED, leased=[spent], queue_leased=fresh_queue)) == ["unlease v0"]


@pytest.mark.parametrize(("mapping", "status"), [("Enabled", Status.STOPPED), ("Disabled", Status.RUNNING)])
def test_the_queues_lease_stays_while_it_is_released_or_a_model_runs(make: Any, mapping: str, status: Status) -> None:
    seen = make.observe(status, mapping=mapping, queue_leased=True)
    assert "unlease queue" not in _rest(seen)


def test_work_that_waits_too_long_is_released_so_that_it_ends(make: Any) -> None:
    old = Memory(non_empty_since=make.now - timedelta(days=10))
    seen = make.observe(Status.STOPPED, waiting=1)
    assert _rest(seen, memory=old) == ["lease queue", "release"]
    assert _rest(replace(seen, mapping="Enabled", queue_lease=make.queue_lease()), memory=old) == []
    almost = Memory(non_empty_since=make.now - timedelta(days=10) + MINUTE)
    assert _rest(seen, memory=almost) == []


def test_work_that_waits_too_long_does_not_keep_a_model_from_being_stopped(make: Any) -> None:
    old = Memory(non_empty_since=make.now - timedelta(days=10))
    assert _rest(make.observe(Status.RUNNING, waiting=1, leased=True), memory=old) == ["stop v0"]


def test_routes_that_share_a_version_stop_it_only_when_none_wants_it(make: Any) -> None:
    busy = {"on_demand": {"max_wait": "10m"}}
    shared = {"leased": True, "queue_leased": True}
    one = make.observe(Status.RUNNING, name="one", waiting=1, policy=busy, mapping="Enabled", **shared)
    two = make.observe(Status.RUNNING, name="two", policy={"on_demand": False}, **shared)
    decisions = decide([one, two], [], 2)
    assert [_words(decisions[name].actions) for name in ("one", "two")] == [[], []]
    alone = decide(
        [replace(one, policy=two.policy, mapping="Disabled"), replace(two, memory=Memory(quiet_ticks=1))], [], 2
    )
    assert _words(alone["two"].actions) == ["stop v0"]


@pytest.mark.parametrize(
    ("mapping", "quiet", "policy", "stops"),
    [
        ("Enabled", 0, {"on_demand": False}, False),
        ("Disabling", 0, {"on_demand": False}, False),
        ("Disabled", 0, {"on_demand": False}, True),  # no time for what is in flight
        ("Disabled", 0, {}, False),
        ("Disabled", 1, {}, True),
    ],
)
def test_a_shared_version_stops_once_every_queue_is_held_and_quiet(
    make: Any, mapping: str, quiet: int, policy: dict[str, Any], stops: bool
) -> None:
    shared, since = {"leased": True, "queue_leased": True}, Memory(quiet_ticks=1, empty_since=make.now - 60 * MINUTE)
    held = make.observe(Status.RUNNING, name="held", policy={"on_demand": False}, memory=since, **shared)
    memory = replace(since, quiet_ticks=quiet)
    other = make.observe(Status.RUNNING, name="other", policy=policy, mapping=mapping, memory=memory, **shared)
    assert ("stop v0" in _words(decide([held, other], [], 2)["held"].actions)) == stops


def test_deciding_twice_gives_the_same_and_changes_nothing_seen(make: Any) -> None:
    seen = make.observe(Status.STOPPED, waiting=1, policy={"on_demand": {"max_wait": "10m"}})
    assert decide([seen], [], 2) == decide([seen], [], 2)


@pytest.mark.parametrize("status", list(Status))
def test_a_leased_version_that_no_route_has_is_stopped_and_then_forgotten(make: Any, status: Status) -> None:
    stray = make.observe(status, leased=[make.spent_lease("v0")]).models
    actions = _words(decide_strays(stray, [], make.now))
    assert actions == (["stop v0"] if status in TO_STOP else ["unlease v0"] if status in OFF else [])


def test_a_stray_that_may_just_have_been_started_keeps_its_lease(make: Any) -> None:
    stray = make.observe(Status.STOPPED, leased=[make.lease("v0", age=MINUTE)]).models
    assert decide_strays(stray, [], make.now) == ()


def test_the_lease_on_a_queue_of_no_route_is_removed(make: Any) -> None:
    assert _words(decide_strays([], [make.queue_lease()], make.now)) == ["unlease queue"]


def test_actions_say_in_words_what_they_do(make: Any) -> None:
    seen = make.observe(Status.STOPPED, mapping="Enabled")
    actions = decide_route(seen, Memory(), RUN, frozenset()).actions
    assert [str(action) for action in actions] == [
        "hold the queue",
        "lease bees/v0 until 12:30:00 UTC",
        "lease the released queue until 12:27:00 UTC",
        "start bees/v0 with 1 inference unit",
    ]


def test_endpoints_are_leased_created_and_deleted_by_name(make: Any) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees"
    endpoint = Model(arn, arn.replace("endpoint/bees", "endpoint-config/bees-v3"), Status.STOPPED, "bees")
    started = decide_route(make.observe(models=(endpoint,)), Memory(), RUN, frozenset()).actions
    assert [str(action) for action in started] == [
        "lease endpoint bees until 12:30:00 UTC",
        "lease the released queue until 12:27:00 UTC",
        "create endpoint bees from bees-v3",
    ]
    on = replace(endpoint, status=Status.RUNNING)
    stopped = decide_route(make.observe(models=(on,)), Memory(), FORCED, frozenset()).actions
    assert str(stopped[-1]) == "delete endpoint bees"
