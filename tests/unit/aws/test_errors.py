"""AWS errors become causes."""

import botocore.session
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ParamValidationError,
    ReadTimeoutError,
)

from labelpipe.aws.errors import DETECT, IMAGE, OURS, ROUTE, Table, translated
from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure, Sent

MODEL = botocore.session.get_session().get_service_model("rekognition").operation_model("DetectCustomLabels")


def failure(code: str, status: int = 400, table: Table = DETECT) -> Failure:
    answer = {"Error": {"Code": code, "Message": "why"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return failure_of(ClientError(answer, "Operation"), table)


def failure_of(error: Exception, table: Table = DETECT) -> Failure:
    with pytest.raises(Failure) as caught, translated(table, sent=Sent.OBJECT):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


@pytest.mark.parametrize("shape", MODEL.error_shapes, ids=lambda shape: shape.name)
def test_every_error_that_the_service_lists_is_in_the_table(shape):
    assert shape.error_code in DETECT


def test_the_table_invents_no_errors():
    generic = {"ValidationException"}
    assert set(DETECT) - generic == {shape.error_code for shape in MODEL.error_shapes}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("ResourceNotReadyException", Cause.MODEL_OFF),
        ("ResourceNotFoundException", Cause.ROUTE_FAULT),
        ("AccessDeniedException", Cause.ROUTE_FAULT),
        ("InvalidParameterException", Cause.BAD_PARAMETER),
        ("InvalidS3ObjectException", Cause.UNREADABLE_OBJECT),
        ("ImageTooLargeException", Cause.REFUSED_IMAGE),
        ("ProvisionedThroughputExceededException", Cause.TOO_FAST),
        ("InternalServerError", Cause.THEIR_FAULT),
        ("ExpiredTokenException", Cause.THEIR_FAULT),
        ("SomethingNewException", Cause.OUR_FAULT),
    ],
)
def test_an_error_of_the_model_has_a_cause_and_tells_what_was_sent(code, cause):
    assert (failure(code).cause, failure(code).sent) == (cause, Sent.OBJECT)


def test_an_unknown_error_of_theirs_is_their_fault():
    assert failure("SomethingNew", status=503).cause is Cause.THEIR_FAULT


@pytest.mark.parametrize(
    ("table", "code", "status", "cause", "published"),
    [
        (IMAGE, "NoSuchKey", 404, Cause.GONE, None),
        (IMAGE, "404", 404, Cause.GONE, None),
        (IMAGE, "NoSuchVersion", 404, Cause.GONE, None),
        (IMAGE, "MethodNotAllowed", 405, Cause.GONE, None),
        (IMAGE, "InvalidObjectState", 403, Cause.BAD_IMAGE, Code.ARCHIVED),
        (IMAGE, "InvalidRequest", 400, Cause.BAD_IMAGE, Code.CUSTOMER_KEY),
        (IMAGE, "AccessDenied", 403, Cause.OUR_FAULT, Code.ACCESS_DENIED),
        (IMAGE, "403", 403, Cause.OUR_FAULT, Code.ACCESS_DENIED),
        (IMAGE, "KMS.DisabledException", 400, Cause.OUR_FAULT, Code.ACCESS_DENIED),
        (IMAGE, "SlowDown", 503, Cause.TOO_FAST, None),
        (IMAGE, "InternalError", 500, Cause.THEIR_FAULT, None),
        (ROUTE, "AccessDenied", 403, Cause.ROUTE_FAULT, Code.ACCESS_DENIED),
        (ROUTE, "ParameterNotFound", 400, Cause.ROUTE_FAULT, None),
        (ROUTE, "ThrottlingException", 400, Cause.TOO_FAST, None),
        (OURS, "AccessDenied", 403, Cause.OUR_FAULT, Code.ACCESS_DENIED),
    ],
)
def test_what_it_was_about_decides_what_an_error_means(table, code, status, cause, published):
    found = failure(code, status, table)
    assert (found.cause, found.code) == (cause, published)


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
