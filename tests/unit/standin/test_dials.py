"""/_standin/clock, /_standin/limits and /_standin/statuses: what they take, and what they tell."""

import json
from typing import Any

import pytest

from labelpipe.standin.http import routes
from labelpipe.standin.http.dials import paths, turn
from labelpipe.standin.lifecycle import Status
from labelpipe.standin.limits import Limits


def ask(standin, path: str, method: str = "GET", value: Any = None) -> tuple[int, dict[str, Any]]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    found = turn(standin.service, f"/_standin/{path}", method, body, routes.kinds())
    assert found is not None
    return found[0], json.loads(json.dumps(found[1]))


def test_the_clock_is_told_turned_and_let_run_faster(standin) -> None:
    began = standin.now
    assert ask(standin, "clock") == (200, {"time": began, "speed": 1.0})
    assert ask(standin, "clock", "PUT", {"forward": 900}) == (200, {"time": began + 900, "speed": 1.0})
    ask(standin, "clock", "PUT", {"speed": 60, "forward": 100})
    standin.now += 1
    assert ask(standin, "clock") == (200, {"time": began + 1060, "speed": 60})
    assert ask(standin, "clock", "DELETE") == (200, {"time": began + 1060, "speed": 1.0})


def test_a_version_runs_once_the_clock_is_turned(standin) -> None:
    arn = standin.trained(standin.project())
    standin.call("StartProjectVersion", ProjectVersionArn=arn, MinInferenceUnits=1)
    ask(standin, "clock", "PUT", {"forward": 600})
    assert ask(standin, "statuses") == (200, {arn: "RUNNING"})


def test_limits_are_put_told_and_the_service_s_own_again(standin) -> None:
    told = ask(standin, "limits")[1]
    assert (told["running_versions"], told["calls_per_second"]) == (2, 5)
    assert ask(standin, "limits", "PUT", {"running_versions": None})[1] == {**told, "running_versions": None}
    assert set(ask(standin, "limits", "PUT", b"off")[1].values()) == {None}
    assert standin.service.limits == Limits.off()
    assert ask(standin, "limits", "DELETE")[1] == told


@pytest.mark.parametrize("status", sorted(Status))
def test_any_status_can_be_put_and_lasts(standin, status: str) -> None:
    project = standin.project()
    arn = standin.trained(project)
    assert ask(standin, "statuses", "PUT", {arn: status}) == (200, {arn: status})
    standin.now += 1_000_000
    (version,) = standin.call("DescribeProjectVersions", ProjectArn=project)["ProjectVersionDescriptions"]
    assert version["Status"] == status


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("clock", b"{", "this is not JSON"),
        ("clock", [], "the clock must be a JSON object"),
        ("clock", {"back": 1}, "the clock cannot have back, only forward, speed"),
        ("clock", {"forward": -1}, "forward must be between 0 and"),
        ("clock", {"speed": "fast"}, "speed is not a number"),
        ("clock", b'{"speed": Infinity}', "speed is not a number"),
        ("limits", {"versions": True}, "versions is not a whole number"),
        ("statuses", {"arn": "RUNNING"}, "the statuses cannot have arn, since nothing is there yet"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(standin, path: str, value: Any, said: str) -> None:
    before = ask(standin, path)
    status, told = ask(standin, path, "PUT", value)
    assert (status, told["error"][: len(said)]) == (400, said)
    assert ask(standin, path) == before


def test_a_status_that_is_none_is_named(standin) -> None:
    arn = standin.trained(standin.project())
    status, told = ask(standin, "statuses", "PUT", {arn: "ASLEEP"})
    assert status == 400
    assert told["error"].startswith(f"{arn} is not one of TRAINING_IN_PROGRESS")
    assert standin.status(arn) == "TRAINING_COMPLETED"


def test_every_dial_is_there_and_no_other(standin) -> None:
    assert all(ask(standin, path.removeprefix("/_standin/"))[0] == 200 for path in paths())
    assert turn(standin.service, "/_standin/other", "GET", b"", routes.kinds()) is None
