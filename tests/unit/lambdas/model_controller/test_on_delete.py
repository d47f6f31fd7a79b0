"""Before the stack goes, what is paid for is stopped; CloudFormation is answered whatever happens."""

import json
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from labelpipe.core.control.statuses import ON, Status
from labelpipe.core.errors import Problem
from lambdas.model_controller import on_delete
from lambdas.model_controller.stopping import Patience, stop_all

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
    stop_all(world.tools(), patience)


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


def test_a_tick_that_was_under_way_leaves_nothing_running(world: Any) -> None:
    """It has looked before the ticks ended, and starts a model up to 20 seconds later."""
    late = [world.now + 15 * SECOND]

    def sleep(span: float) -> None:
        world.pass_time(span * SECOND, step=span * SECOND)
        if late and world.now >= late[0]:
            late.pop()
            world.tick()

    stop_all(world.tools(), Patience(lambda: world.now, lambda: 880, sleep))
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
    with pytest.raises(RuntimeError, match="bees is broken"):
        _stop(world)
    assert _is_off(world)


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
