import json

import pytest

from labelpipe.standin import wire
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import ServiceError
from labelpipe.standin.http import routes
from labelpipe.standin.http.exchange import Reply, Request
from labelpipe.standin.sagemaker import shapes as sagemaker_shapes
from labelpipe.standin.sagemaker import wire as sagemaker_wire
from labelpipe.standin.shapes import REQUESTS

SIGNED = "AWS4-HMAC-SHA256 Credential=AKID/20261120/eu-west-1/rekognition/aws4_request, SignedHeaders=host, Signature=f"


def answer(standin, target: str | None, body: bytes = b"{}", authorization: str = "") -> Reply:
    headers = {"Authorization": authorization} | ({"X-Amz-Target": target} if target else {})
    return routes.answer(standin.service, Request("/", headers, body))


def code(reply: Reply) -> str:
    return json.loads(reply.body)["__type"]


def test_every_operation_has_a_request_shape() -> None:
    assert set(wire.OPERATIONS) == set(REQUESTS)


@pytest.mark.parametrize(("header", "region"), [(SIGNED, "eu-west-1"), ("", "us-east-1"), ("Basic abc", "us-east-1")])
def test_the_region_is_the_signature_s(header: str, region: str) -> None:
    assert Request("/", {"Authorization": header}).place == Place(region)


def test_a_project_is_made_where_the_request_was_signed_for(standin) -> None:
    reply = answer(standin, "RekognitionService.CreateProject", b'{"ProjectName": "bees"}', SIGNED)
    assert json.loads(reply.body)["ProjectArn"].startswith("arn:aws:rekognition:eu-west-1:")


@pytest.mark.parametrize(
    "target", [None, "DescribeProjects", "RekognitionService.DetectFaces", "Other.DescribeProjects"]
)
def test_an_unknown_operation_is_named_in_a_plain_error(standin, target: str | None) -> None:
    reply = answer(standin, target)
    assert (reply.status, code(reply)) == (400, "UnknownOperationException")
    assert (target or "no X-Amz-Target") in json.loads(reply.body)["Message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_not_an_object_is_a_serialization_error(standin, body: bytes) -> None:
    reply = answer(standin, "RekognitionService.DescribeProjects", body)
    assert (reply.status, code(reply)) == (400, "SerializationException")


def test_an_error_has_the_body_that_the_service_sends(standin) -> None:
    reply = answer(standin, "RekognitionService.CreateProject")
    body = json.loads(reply.body)
    assert set(body) == {"__type", "Code", "Logref", "Message"}
    assert body["__type"] == body["Code"] == "InvalidParameterException"


def test_every_error_says_something() -> None:
    for error in ServiceError.__subclasses__():
        assert str(error()) or error.__doc__


@pytest.mark.parametrize(
    ("path", "target", "name"),
    [
        ("/", "RekognitionService.DetectCustomLabels", "DetectCustomLabels"),
        ("/", "SageMaker.CreateEndpoint", "CreateEndpoint"),
        ("/", "SageMaker.CreateProject", None),
        ("/", "RekognitionService.CreateEndpoint", None),
        ("/endpoints/bees/invocations", "", "InvokeEndpoint"),
        ("/endpoints/bees/invocations?x=1", "", "InvokeEndpoint"),
        ("/endpoints//invocations", "", None),
        ("/endpoints/bees/async-invocations", "", None),
    ],
)
def test_target_and_path_tell_the_operation(path: str, target: str, name: str | None) -> None:
    assert routes.operation(Request(path, {"X-Amz-Target": target})) == name


def test_every_operation_of_sagemaker_has_a_request_shape() -> None:
    assert set(sagemaker_wire.OPERATIONS) == set(sagemaker_shapes.REQUESTS)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]"])
def test_a_body_that_sagemaker_cannot_read_is_an_error_and_no_bug(standin, body: bytes) -> None:
    reply = answer(standin, "SageMaker.ListEndpoints", body)
    assert (reply.status, code(reply)) in {(400, "SerializationException"), (400, "ValidationException")}
