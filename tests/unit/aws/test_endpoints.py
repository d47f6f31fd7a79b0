"""InvokeEndpoint, against botocore's model of it."""

import json
from io import BytesIO
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from labelpipe.aws.clients import Clients
from labelpipe.aws.endpoints import Endpoints
from labelpipe.core.inference.answers import Answer, Found
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.releases import ReleasedModel

MODEL = ReleasedModel(
    "bees",
    "sagemaker",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/bees-v3",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees",
    answer="probabilities",
    labels=("bee", "ladybird"),
)
JPEG, PNG = b"\xff\xd8\xff\xe0 and so on", b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def runtime():
    client = Clients().endpoints()
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def answered(body: bytes) -> dict[str, Any]:
    return {"Body": StreamingBody(BytesIO(body), len(body)), "ResponseMetadata": {"RequestId": "r1"}}


@pytest.mark.parametrize(("picture", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png")])
def test_the_endpoint_is_given_the_picture_and_answers_with_the_releases_labels(runtime, picture, kind):
    client, stub = runtime
    asked = {"EndpointName": "bees", "ContentType": kind, "Accept": "application/json", "Body": picture}
    stub.add_response("invoke_endpoint", answered(json.dumps([0.2, 0.8]).encode()), asked)
    assert Endpoints(client).detect(MODEL, picture, 30) == Answer((Found("ladybird", 80.0, None),), "r1")


def test_an_answer_of_another_form_is_the_routes_fault_and_is_shown(runtime):
    client, stub = runtime
    stub.add_response("invoke_endpoint", answered(b'{"error": "no model"}'))
    with pytest.raises(Failure, match="no model.*expected a list of probabilities") as failure:
        Endpoints(client).detect(MODEL, JPEG, 5)
    assert failure.value.cause is Cause.ROUTE_FAULT


def test_an_answer_without_end_is_the_routes_fault_and_not_read_to_its_end(runtime):
    client, stub = runtime
    endless = b"[" + b"0.25, " * 1_000_000 + b"0.5]"
    stub.add_response("invoke_endpoint", body := answered(endless))
    with pytest.raises(Failure, match="more than 4000000 bytes") as failure:
        Endpoints(client).detect(MODEL, JPEG, 5)
    assert failure.value.cause is Cause.ROUTE_FAULT
    assert body["Body"].tell() == 4_000_001


def test_half_an_answer_is_their_fault(runtime):
    client, stub = runtime
    stub.add_response(
        "invoke_endpoint", {"Body": StreamingBody(BytesIO(b"[0.2, "), 10), "ResponseMetadata": {"RequestId": "r1"}}
    )
    with pytest.raises(Failure) as failure:
        Endpoints(client).detect(MODEL, JPEG, 5)
    assert failure.value.cause is Cause.THEIR_FAULT


@pytest.mark.parametrize(
    ("code", "message", "container", "cause"),
    [
        ("ValidationError", "Endpoint bees of account 123456789012 not found.", None, Cause.MODEL_OFF),
        ("ModelError", "", 400, Cause.REFUSED_IMAGE),
        ("ModelError", "", 500, Cause.THEIR_FAULT),
        ("ServiceUnavailable", "", None, Cause.THEIR_FAULT),
        ("ThrottlingException", "", None, Cause.TOO_FAST),
        ("AccessDeniedException", "", None, Cause.ROUTE_FAULT),
    ],
)
def test_a_failure_tells_its_cause(runtime, code, message, container, cause):
    client, stub = runtime
    fields = {"OriginalStatusCode": container} if container else None
    stub.add_client_error("invoke_endpoint", code, message, 424 if container else 400, modeled_fields=fields)
    with pytest.raises(Failure) as failure:
        Endpoints(client).detect(MODEL, JPEG, 5)
    assert failure.value.cause is cause
