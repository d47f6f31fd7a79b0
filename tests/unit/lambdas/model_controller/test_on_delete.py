"""Before the stack goes, what is paid for is stopped; CloudFormation is answered whatever happens."""

import json
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from labelpipe.core.control.statuses import ON, Status
from labelpipe.core.errors import Problem
from lambdas.model_controller import on_delete
from lambdas.model_controller.stopping import Patience, stop_all

LOG = Logger(service="test", level="CRITICAL")
ALWAYS = {"always_on": ["daily 00:00-24:00"]}
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
EVENT = {
    "RequestType": "Delete",
    "ResponseURL": "https://cloudformation.example/answer?signed",
    "StackId": "stack",
    "RequestId": "request",
    "LogicalResourceId": "Stop",
    "PhysicalResourceId": "running-models",
}


class Context:
    """Of an invocation that began when the world stood at `begun`."""

    log_stream_name = "log/1"

    def __init__(self, world: Any, seconds: float = 900) -> None:
        self._world, self._ends = world, world.now + timedelta(seconds=seconds)

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends - self._world.now) / timedelta(milliseconds=1))


@pytest.fixture
def world(make_world: Any) -> Any:
    world = make_world()
    world.route("bees", "a", **ALWAYS)
    world.route("wasps", "b", **ALWAYS)
    return world


def _stop(world: Any, seconds: float = 880) -> None:
    ends = world.now + timedelta(seconds=seconds)
    patience = Patience(
        clock=lambda: world.now,
        time_left=lambda: (ends - world.now).total_seconds(),
        sleep=lambda span: world.pass_time(span * SECOND, step=span * SECOND),
    )
    stop_all(world.tools(), patience, LOG)


def _is_off(world: Any) -> bool:
    return all(version.status not in ON for version in world.versions.values())


def test_what_runs_is_stopped_every_queue_is_held_and_no_lease_is_left(world: Any) -> None:
    world.run(15)
    assert set(world.mappings.values()) == {"Enabled"}
    _stop(world)
    assert _is_off(world)
    assert set(world.mappings.values()) == {"Disabled"}
    assert world.schedules == {}


def test_what_is_still_starting_is_waited_for(world: Any) -> None:
    world.run(2)
    _stop(world)
    assert _is_off(world)
    assert world.schedules == {}


def test_when_time_is_up_the_version_and_the_command_that_stops_it_are_named(world: Any) -> None:
    world.run(2)
    with pytest.raises(Problem, match="still running") as caught:
        _stop(world, 60)
    for version in world.versions:
        assert f"aws rekognition stop-project-version --project-version-arn {version}" in str(caught.value)
    assert len([lease for lease in world.schedules.values() if lease.kind == "version"]) == 2


@pytest.mark.parametrize("seconds", [15, 60, 135])
@pytest.mark.parametrize("lag", [0, 40])
@pytest.mark.parametrize("minutes", [0, 15], ids=["first start", "another start"])
def test_a_tick_that_was_under_way_or_queued_leaves_nothing_running(
    world: Any, seconds: int, lag: int, minutes: int
) -> None:
    """It was called for before the ticks ended, and starts a model when it comes to it."""
    world.lag = lag * SECOND
    for version in world.versions.values():
        version.stopping = 20 * SECOND
    world.run(minutes)
    late = [world.now + seconds * SECOND]

    def sleep(span: float) -> None:
        world.pass_time(span * SECOND, step=span * SECOND)
        if late and world.now >= late[0]:
            late.pop()
            world.tick()

    stop_all(world.tools(), Patience(lambda: world.now, lambda: 880, sleep), LOG)
    assert not late
    assert _is_off(world)
    assert world.schedules == {}


def test_an_off_status_of_what_may_just_have_been_started_is_not_believed(world: Any) -> None:
    world.lag = 40 * SECOND
    world.pass_time(MINUTE)
    world.tick()
    _stop(world)
    assert _is_off(world)


def test_models_stop_even_when_a_route_cannot_be_read(world: Any) -> None:
    world.run(15)
    world.broken.add("bees")
    with pytest.raises(Problem, match="bees is broken"):
        _stop(world)
    assert _is_off(world)
    assert world.mappings["wasps"] == "Disabled"


def test_a_model_of_a_route_that_left_the_settings_is_stopped_too(world: Any) -> None:
    world.run(15)
    del world.routes["bees"]
    _stop(world)
    assert _is_off(world)
    assert world.schedules == {}


@pytest.mark.parametrize("denied", [{"describe"}, {"stop"}, {"describe", "stop"}], ids=" and ".join)
def test_what_no_role_covers_is_named_and_the_others_are_stopped(world: Any, denied: set[str]) -> None:
    world.run(15)
    world.denied = {(call, "a") for call in denied}
    with pytest.raises(Problem, match="--project-version-arn .*/version/a/") as caught:
        _stop(world, 300)
    assert "/version/b/" not in str(caught.value)
    assert all(f"PermissionError: no {call}" in str(caught.value) for call in denied)
    assert (world.status("a") in ON, world.status("b")) == ("stop" in denied, Status.STOPPED)
    assert [lease.subject.split("/")[3] for lease in world.schedules.values()] == ["a"]


def test_what_is_still_stopping_keeps_its_lease_and_fails_the_deletion(world: Any) -> None:
    world.run(15)
    for version in world.versions.values():
        version.stopping = 60 * MINUTE
    with pytest.raises(Problem, match="still running"):
        _stop(world, 300)
    assert {version.status for version in world.versions.values()} == {Status.STOPPING}
    assert len([lease for lease in world.schedules.values() if lease.kind == "version"]) == 2


def test_a_stop_that_goes_wrong_once_is_tried_again(world: Any) -> None:
    world.run(15)
    world.denied = {("describe", "a"), ("stop", "b")}
    ends = world.now + 880 * SECOND

    def sleep(span: float) -> None:
        world.denied = set()
        world.pass_time(span * SECOND, step=span * SECOND)

    stop_all(world.tools(), Patience(lambda: world.now, lambda: (ends - world.now).total_seconds(), sleep), LOG)
    assert _is_off(world)
    assert world.schedules == {}


@pytest.fixture
def answers(world: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    sent: list[Any] = []
    monkeypatch.setattr(on_delete, "tools", world.tools)
    monkeypatch.setattr(on_delete, "datetime", _Clock(world))
    monkeypatch.setattr(on_delete.time, "sleep", lambda span: world.pass_time(span * SECOND, step=span * SECOND))
    monkeypatch.setattr(on_delete.urllib.request, "urlopen", lambda request, timeout: nullcontext(sent.append(request)))
    return sent


class _Clock:
    def __init__(self, world: Any) -> None:
        self._world = world

    def now(self, _: object) -> Any:
        return self._world.now


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_creating_and_updating_have_nothing_to_do(world: Any, answers: list[Any], kind: str) -> None:
    event = EVENT | {"RequestType": kind}
    del event["PhysicalResourceId"]
    on_delete.handler(event, Context(world))
    assert world.changes == []
    assert json.loads(answers[0].data)["Status"] == "SUCCESS"
    assert json.loads(answers[0].data)["PhysicalResourceId"] == "running-models"


def test_the_answer_goes_where_cloudformation_wants_it(world: Any, answers: list[Any]) -> None:
    world.run(15)
    on_delete.handler(EVENT, Context(world))
    (request,) = answers
    assert (request.method, request.full_url) == ("PUT", EVENT["ResponseURL"])
    answer = json.loads(request.data)
    assert answer == {
        "Status": "SUCCESS",
        "Reason": "See the log stream log/1",
        "PhysicalResourceId": "running-models",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Stop",
    }
    assert _is_off(world)


def test_what_could_not_be_stopped_in_time_fails_the_deletion_in_a_sentence(world: Any, answers: list[Any]) -> None:
    world.run(2)
    on_delete.handler(EVENT, Context(world, seconds=80))
    answer = json.loads(answers[0].data)
    assert answer["Status"] == "FAILED"
    assert "aws rekognition stop-project-version --project-version-arn" in answer["Reason"]


def test_a_bug_is_answered_too(world: Any, answers: list[Any]) -> None:
    world.broken.add("bees")
    on_delete.handler(EVENT, Context(world))
    answer = json.loads(answers[0].data)
    assert (answer["Status"], "bees is broken" in answer["Reason"]) == ("FAILED", True)


def test_a_version_that_somebody_deleted_is_no_obstacle(world: Any, answers: list[Any]) -> None:
    world.run(15)
    for version in world.versions.values():
        version.become(Status.VANISHED)
    on_delete.handler(EVENT, Context(world))
    assert json.loads(answers[0].data)["Status"] == "SUCCESS"
