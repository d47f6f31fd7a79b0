import json

import pytest

from labelpipe.standin import wire
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import ServiceError
from labelpipe.standin.shapes import REQUESTS

SIGNED = "AWS4-HMAC-SHA256 Credential=AKID/20261120/eu-west-1/rekognition/aws4_request, SignedHeaders=host, Signature=f"


def answer(standin, target: str | None, body: bytes = b"{}", authorization: str = "") -> wire.Reply:
    headers = {"Authorization": authorization} | ({"X-Amz-Target": target} if target else {})
    return wire.answer(standin.service, headers, body)


def test_every_operation_has_a_request_shape() -> None:
    assert set(wire.OPERATIONS) == set(REQUESTS)


@pytest.mark.parametrize(("header", "region"), [(SIGNED, "eu-west-1"), ("", "us-east-1"), ("Basic abc", "us-east-1")])
def test_the_region_is_the_signature_s(header: str, region: str) -> None:
    assert wire.place_of(header) == Place(region)


def test_a_project_is_made_where_the_request_was_signed_for(standin) -> None:
    reply = answer(standin, "RekognitionService.CreateProject", b'{"ProjectName": "bees"}', SIGNED)
    assert json.loads(reply.body)["ProjectArn"].startswith("arn:aws:rekognition:eu-west-1:")


@pytest.mark.parametrize(
    "target", [None, "DescribeProjects", "RekognitionService.DetectFaces", "Other.DescribeProjects"]
)
def test_an_unknown_operation_is_named_in_a_plain_error(standin, target: str | None) -> None:
    reply = answer(standin, target)
    assert (reply.status, reply.code) == (400, "UnknownOperationException")
    assert (target or "no X-Amz-Target") in json.loads(reply.body)["Message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_not_an_object_is_a_serialization_error(standin, body: bytes) -> None:
    reply = answer(standin, "RekognitionService.DescribeProjects", body)
    assert (reply.status, reply.code) == (400, "SerializationException")


def test_an_error_has_the_body_that_the_service_sends(standin) -> None:
    reply = answer(standin, "RekognitionService.CreateProject")
    body = json.loads(reply.body)
    assert set(body) == {"__type", "Code", "Logref", "Message"}
    assert body["__type"] == body["Code"] == "InvalidParameterException"


def test_every_error_says_something() -> None:
    for error in ServiceError.__subclasses__():
        assert str(error()) or error.__doc__
