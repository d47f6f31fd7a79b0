"""The service's time over HTTP: turned, let run faster, kept through a restart; and botocore's waiters."""

import http.client
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import WaiterError

from labelpipe.standin.lifecycle import REALISTIC
from labelpipe.standin.limits import Limits
from labelpipe.standin.server import ThreadedStandin

NOWHERE = {"Assets": [{"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "absent.manifest"}}}]}
SOON = {"Delay": 0, "MaxAttempts": 5}


def turn(url: str, dial: str, value: Any = None) -> dict[str, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET" if value is None else "PUT", f"/_standin/{dial}", value and json.dumps(value))
    reply = connection.getresponse()
    told = json.loads(reply.read())
    connection.close()
    assert reply.status == 200, told
    return told


@pytest.fixture
def begin(tmp_path: Path, s3) -> Callable[..., ThreadedStandin]:
    """A stand-in with the service's own lengths on one folder, each time it is called."""

    def one(**options: Any) -> ThreadedStandin:
        limits = Limits(calls_per_second=None)
        return ThreadedStandin(tmp_path, s3_endpoint_url=s3.url, delays=REALISTIC, limits=limits, **options)

    return one


@pytest.fixture
def served(begin: Callable[..., ThreadedStandin]) -> Iterator[ThreadedStandin]:
    with begin() as server:
        yield server


@pytest.fixture
def version(served: ThreadedStandin, make_client: Callable[[str], Any]) -> tuple[Any, str, str]:
    """A client, a project and a version of it, in training."""
    asked = make_client(served.url)
    project = asked.create_project(ProjectName="timed")["ProjectArn"]
    turn(served.url, "clock", {"forward": 1})
    data = {"TrainingData": NOWHERE, "TestingData": {"AutoCreate": True}}
    request = {"ProjectArn": project, "VersionName": "v1", "OutputConfig": {"S3Bucket": "results"}, **data}
    return asked, project, asked.create_project_version(**request)["ProjectVersionArn"]


def test_time_runs_as_fast_as_it_is_told_and_goes_on_after_a_restart(begin: Callable[..., ThreadedStandin]) -> None:
    real = [1_790_000_000.0]

    def real_time() -> float:
        return real[0]

    with begin(clock=real_time) as server:
        began = turn(server.url, "clock")["time"]
        turn(server.url, "clock", {"speed": 3600, "forward": 10})
        real[0] += 2
        told = turn(server.url, "clock")
        assert told == {"time": began + 7210, "speed": 3600}
    with begin(clock=real_time) as again:
        assert turn(again.url, "clock") == {"time": told["time"], "speed": 1.0}


def test_the_waiter_for_running_ends_when_it_runs(served: ThreadedStandin, version) -> None:
    asked, project, arn = version
    turn(served.url, "statuses", {arn: "TRAINING_COMPLETED"})
    asked.start_project_version(ProjectVersionArn=arn, MinInferenceUnits=1)
    waiter = asked.get_waiter("project_version_running")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(ProjectArn=project, VersionNames=["v1"], WaiterConfig=SOON)
    turn(served.url, "clock", {"forward": 900})
    waiter.wait(ProjectArn=project, VersionNames=["v1"], WaiterConfig=SOON)


@pytest.mark.parametrize(
    ("waiter", "status", "said"),
    [
        ("project_version_running", "FAILED", "terminal failure state"),
        ("project_version_running", "STOPPED", "Max attempts exceeded"),
        ("project_version_running", "EXPIRED", "Max attempts exceeded"),
        ("project_version_training_completed", "TRAINING_FAILED", "terminal failure state"),
        ("project_version_training_completed", "DEPRECATED", "Max attempts exceeded"),
    ],
)
def test_a_waiter_fails_as_botocore_says(served: ThreadedStandin, version, waiter: str, status: str, said: str) -> None:
    asked, project, arn = version
    turn(served.url, "statuses", {arn: status})
    with pytest.raises(WaiterError, match=said):
        asked.get_waiter(waiter).wait(ProjectArn=project, VersionNames=["v1"], WaiterConfig=SOON)


def test_the_waiter_for_training_ends_when_it_is_trained(served: ThreadedStandin, version) -> None:
    asked, project, arn = version
    turn(served.url, "statuses", {arn: "TRAINING_COMPLETED"})
    asked.get_waiter("project_version_training_completed").wait(
        ProjectArn=project, VersionNames=["v1"], WaiterConfig=SOON
    )
