"""Faults on demand as an ordinary client meets them."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from labelpipe.standin import wire

Control = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def control(target) -> Iterator[Control]:
    """Ask the control endpoint; afterwards nothing goes wrong any more."""

    def ask(method: str, value: Any = None, path: str = "/_standin/faults") -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(urlsplit(target.server.url).netloc, timeout=10)
        connection.request(method, path, json.dumps(value) if value is not None else None)
        reply = connection.getresponse()
        told = reply.status, json.loads(reply.read())
        connection.close()
        return told

    yield ask
    assert ask("DELETE")[0] == 200


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("throttling", "ThrottlingException", 400),
        ("throttling_500", "ThrottlingException", 500),
        ("provisioned_throughput", "ProvisionedThroughputExceededException", 400),
        ("internal_error", "InternalServerError", 500),
    ],
)
@pytest.mark.parametrize("operation", ["describe_projects", "start_project_version"])
def test_an_error_comes_as_the_service_sends_it(
    asked, control: Control, detector: str, kind: str, code: str, status: int, operation: str
) -> None:
    control("PUT", {"rates": {name: {kind: 1} for name in wire.OPERATIONS}})
    request = {"ProjectVersionArn": detector, "MinInferenceUnits": 1} if operation.startswith("start") else {}
    with pytest.raises(ClientError) as caught:
        getattr(asked, operation)(**request)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_every_call_and_fault_is_counted(asked, control: Control) -> None:
    before = control("PUT", {"seed": 5, "rates": {"DescribeProjects": {"throttling": 0.5}}})[1]
    refused = 0
    for _ in range(20):
        try:
            asked.describe_projects()
        except ClientError:
            refused += 1
    after = control("GET")[1]
    assert 0 < refused < 20
    assert after["calls"]["DescribeProjects"] - before["calls"].get("DescribeProjects", 0) == 20
    injected = [told["injected"].get("DescribeProjects", {}).get("throttling", 0) for told in (before, after)]
    assert injected[1] - injected[0] == refused


@pytest.fixture
def impatient(target) -> Iterator[Any]:
    config = Config(read_timeout=0.3, retries={"total_max_attempts": 1})
    made = boto3.client("rekognition", endpoint_url=target.server.url, region_name="us-east-1", config=config)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        ("hang", ReadTimeoutError, False),
        ("drop", ConnectionClosedError, False),
        ("lost", ConnectionClosedError, True),
        ("slow", ReadTimeoutError, True),
    ],
)
def test_a_connection_that_fails_tells_nothing_of_what_was_done(
    asked, impatient, control: Control, kind: str, error: type[Exception], done: bool
) -> None:
    control("PUT", {"rates": {"CreateProject": {kind: 1}}, "slow_seconds": 0.6})
    with pytest.raises(error):
        impatient.create_project(ProjectName=f"made-{kind}")
    assert bool(asked.describe_projects(ProjectNames=[f"made-{kind}"])["ProjectDescriptions"]) is done


def test_a_slow_answer_is_the_right_one(asked, control: Control) -> None:
    control("PUT", {"rates": {"DescribeProjects": {"slow": 1}}, "slow_seconds": 0.2})
    began = time.monotonic()
    assert "ProjectDescriptions" in asked.describe_projects()
    assert time.monotonic() - began >= 0.2


def test_a_start_fails_after_it_was_accepted_and_the_next_one_succeeds(
    target, asked, control: Control, detector: str, describe_version
) -> None:
    control("PUT", {"rates": {"StartProjectVersion": {"failed": 1}}})
    started = asked.start_project_version(ProjectVersionArn=detector, MinInferenceUnits=1)
    assert started["Status"] == describe_version(detector)["Status"] == "STARTING"
    target.clock.now += 600
    assert describe_version(detector)["Status"] == "FAILED"
    control("DELETE")
    asked.start_project_version(ProjectVersionArn=detector, MinInferenceUnits=1)
    target.clock.now += 600
    assert describe_version(detector)["Status"] == "RUNNING"
    asked.stop_project_version(ProjectVersionArn=detector)
    target.clock.now += 180


def test_a_stop_fails_after_it_was_accepted(target, asked, control: Control, running: str, describe_version) -> None:
    control("PUT", {"rates": {"StopProjectVersion": {"failed": 1}}})
    assert asked.stop_project_version(ProjectVersionArn=running)["Status"] == "STOPPING"
    target.clock.now += 180
    assert describe_version(running)["Status"] == "RUNNING"
    control("DELETE")


def test_more_images_than_the_units_take_are_refused(target, asked, control: Control, running: str, picture) -> None:
    control("PUT", {"images_per_second": 2})
    answers = []
    for _ in range(4):
        try:
            answers.append(asked.detect_custom_labels(ProjectVersionArn=running, Image={"Bytes": picture(1).content}))
        except asked.exceptions.ProvisionedThroughputExceededException:
            answers.append(None)
    assert [answer is not None for answer in answers] == [True, True, False, False]
    target.clock.now += 1
    assert asked.detect_custom_labels(ProjectVersionArn=running, Image={"Bytes": picture(1).content})


def test_a_fixed_answer_is_told_without_looking(asked, control: Control, running: str, picture) -> None:
    box = {"Width": 0.3, "Height": 0.4, "Left": 0.1, "Top": 0.2}
    label = {"Name": "bee", "Confidence": 90.0, "Geometry": {"BoundingBox": box}}
    control("PUT", {"fixed_answer": [{"Name": "wasp", "Confidence": 30}, label]})
    image = {"Bytes": picture(1).content}
    assert asked.detect_custom_labels(ProjectVersionArn=running, Image=image)["CustomLabels"] == [label]
    told = asked.detect_custom_labels(ProjectVersionArn=running, Image=image, MinConfidence=0)["CustomLabels"]
    assert [label["Name"] for label in told] == ["bee", "wasp"]


def test_another_path_is_not_found(control: Control) -> None:
    for method in ("PUT", "DELETE"):
        assert control(method, {}, "/_standin/other")[0] == 404


def test_the_command_begins_with_faults(tmp_path) -> None:
    command = [sys.executable, "-m", "labelpipe.standin", "--state", str(tmp_path), "--faults", '{"seed": 9}']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        connection = http.client.HTTPConnection(process.stdout.readline().split("//")[1].strip(), timeout=10)
        connection.request("GET", "/_standin/faults")
        assert json.loads(connection.getresponse().read())["faults"]["seed"] == 9
        connection.close()
        process.terminate()


def test_bad_faults_on_the_command_line_are_one_line(tmp_path) -> None:
    command = [sys.executable, "-m", "labelpipe.standin", "--state", str(tmp_path), "--faults", '{"sede": 9}']
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("standin: --faults: the faults cannot have sede, only fixed_answer, ")
