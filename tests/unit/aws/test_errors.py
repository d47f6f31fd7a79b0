"""Errors of botocore become failures, with everything that decides their cause."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ParamValidationError,
    ReadTimeoutError,
)

from labelpipe.aws.errors import translated
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import DETECT, IMAGE, INVOKE, Table


def failure_of(error: Exception, table: Table = DETECT) -> Failure:
    with pytest.raises(Failure) as caught, translated(table):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


def refused(code: str, status: int = 400, message: str = "why", **more: object) -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(answer, "Operation")


@pytest.mark.parametrize(
    ("error", "table", "cause"),
    [
        (refused("ResourceNotReadyException"), DETECT, Cause.MODEL_OFF),
        (refused("Unheard", status=503), DETECT, Cause.THEIR_FAULT),
        (refused("ValidationError", message="Endpoint bees of account 1 not found."), INVOKE, Cause.MODEL_OFF),
        (refused("ModelError", status=424, OriginalStatusCode=413), INVOKE, Cause.REFUSED_IMAGE),
        (refused("ModelError", status=424, OriginalStatusCode=500), INVOKE, Cause.THEIR_FAULT),
    ],
)
def test_code_status_message_and_the_container_s_status_decide(error, table, cause):
    assert failure_of(error, table).cause is cause


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="https://example.com"),
        ReadTimeoutError(endpoint_url="https://example.com"),
        EndpointConnectionError(endpoint_url="https://example.com"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_answer_or_half_an_answer_is_their_fault(error):
    assert failure_of(error).cause is Cause.THEIR_FAULT


def test_a_call_that_botocore_refuses_to_make_is_ours():
    assert failure_of(ParamValidationError(report="why")).cause is Cause.OUR_FAULT


def test_a_failure_and_a_bug_pass_as_they_are():
    for error in (Failure(Cause.GONE, "gone"), ZeroDivisionError()):
        with pytest.raises(type(error)) as caught, translated(IMAGE):
            raise error
        assert caught.value is error
