"""The function as it is deployed: environment in, JSON out, loud when something went wrong."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from labelpipe.core.environment import ControllerEnvironment
from labelpipe.core.wiring import ModelWiring, RouteWiring
from lambdas.model_controller import handler as module
from lambdas.model_controller.tools import tools

ALWAYS = {"always_on": ["daily 00:00-24:00"]}


@pytest.fixture
def world(make_world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    world = make_world()
    monkeypatch.setattr(module, "tools", world.tools)
    monkeypatch.setattr(module, "datetime", _Clock(world))
    return world


class _Clock:
    def __init__(self, world: Any) -> None:
        self._world = world

    def now(self, _: object) -> Any:
        return self._world.now


def test_the_answer_is_plain_json_that_says_what_was_done(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    answer = json.loads(json.dumps(module.handler({}, None)))
    assert answer["troubles"] == []
    assert answer["routes"] == [
        {
            "name": "bees",
            "wanted": "running",
            "row": "always on",
            "reason": "12:00 is inside a window of always_on",
            "actions": [
                "lease bees/a until 12:30:00 UTC",
                "lease the released queue until 12:27:00 UTC",
                "start bees/a with 1 inference unit",
            ],
            "statuses": {"a": "TRAINING_COMPLETED"},
            "queue": "Disabled",
            "waiting": 0,
            "measures": {
                "WaitingMessages": 0,
                "ModelWanted": 1,
                "CannotStart": 0,
                "StartingMinutes": 0,
                "CapReached": 0,
            },
        }
    ]


def test_a_troubled_route_fails_the_invocation_after_all_else_was_done(world: Any) -> None:
    world.route("bees", "a", **ALWAYS)
    world.route("wasps", "b", **ALWAYS)
    world.broken.add("bees")
    with pytest.raises(module.TickFailed, match="looking at bees: RuntimeError: bees is broken"):
        module.handler({}, None)
    assert world.status("b") == "STARTING"


def test_what_runs_and_waits_is_measured(world: Any, capsys: pytest.CaptureFixture[str]) -> None:
    world.route("bees", "a", **ALWAYS)
    world.queues["bees"] = 7
    world.run(15)
    world.queues["bees"] = 7
    capsys.readouterr()
    module.handler({}, None)
    measured: dict[str, Any] = {}
    for line in capsys.readouterr().out.splitlines():
        if "_aws" in (record := json.loads(line)):
            measured |= record
    assert (measured["RunningModels"], measured["WaitingMessages"], measured["Troubles"]) == ([1], [7], [0])
    assert (measured["ModelWanted"], measured["CannotStart"], measured["CapReached"]) == ([1], [0], [0])
    assert (measured["Bucket"], measured["Route"]) == ("bucket", "bees")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What the stack makes for one route without a release; gives the mapping's id."""
    with mock_aws():
        role = boto3.client("iam").create_role(RoleName="lease", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        boto3.client("s3").create_bucket(Bucket="bucket")
        boto3.client("scheduler").create_schedule_group(Name="leases")
        queue = boto3.client("sqs").create_queue(QueueName="bees")["QueueUrl"]
        mapping = _mapping(role)
        wiring = RouteWiring("bees", queue, mapping, "release", 864000, 5, (ModelWiring("m", "rekognition", "p"),), {})
        for name, value in (("wiring", json.dumps(wiring.to_json())), ("release", "none")):
            boto3.client("ssm").put_parameter(Name=name, Value=value, Type="String")
        environment = ControllerEnvironment("bucket", "key", ("wiring",), 2, "leases", role, "arn:aws:sqs:r:1:dead")
        for name, value in environment.to_env().items():
            monkeypatch.setenv(name, value)
        tools.cache_clear()
        yield mapping
        tools.cache_clear()


def _mapping(role: str) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("f.py", "")
    functions = boto3.client("lambda")
    functions.create_function(
        FunctionName="f", Runtime="python3.13", Role=role, Handler="f.f", Code={"ZipFile": code.getvalue()}
    )
    queue_arn = f"arn:aws:sqs:us-east-1:{role.split(':')[4]}:bees"
    return functions.create_event_source_mapping(EventSourceArn=queue_arn, FunctionName="f", Enabled=False)["UUID"]


def test_a_deployed_route_without_a_release_waits(deployed: str) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=boto3.client("sqs").get_queue_url(QueueName="bees")["QueueUrl"], MessageBody="x"
    )
    (route,) = module.handler({}, None)["routes"]
    assert (route["wanted"], route["row"], route["waiting"], route["queue"]) == ("stopped", "no release", 1, "Disabled")
    memory = boto3.client("s3").get_object(Bucket="bucket", Key="_labelpipe/state/bees.json")
    assert json.loads(memory["Body"].read())["non_empty_since"]
