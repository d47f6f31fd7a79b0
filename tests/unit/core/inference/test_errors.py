"""What AWS says becomes a cause: every error that botocore's models list, and what is not listed."""

import botocore.session
import pytest

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause
from labelpipe.core.inference.errors import ANNOUNCE, DETECT, IMAGE, INVOKE, OURS, ROUTE, Said, failure

OPERATIONS = [
    ("rekognition", "DetectCustomLabels", DETECT, {"ValidationException"}),
    ("sagemaker-runtime", "InvokeEndpoint", INVOKE, {"AccessDeniedException"}),
]
"""With the errors that are not modelled, but documented as common."""


@pytest.mark.parametrize(("service", "operation", "table", "common"), OPERATIONS)
def test_the_table_of_a_model_s_errors_is_complete_and_invents_none(service, operation, table, common):
    model = botocore.session.get_session().get_service_model(service).operation_model(operation)
    assert set(table) == {shape.error_code for shape in model.error_shapes} | common


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
        ("OptInRequired", Cause.ROUTE_FAULT),
        ("SomethingNewException", Cause.OUR_FAULT),
    ],
)
def test_an_error_of_detection_has_a_cause(code, cause):
    assert failure(Said(code, 400), DETECT, "why").cause is cause


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (Said("ValidationError", 400, "Endpoint bees of account 123456789012 not found."), Cause.MODEL_OFF),
        (Said("ValidationError", 400, "1 validation error detected: body"), Cause.BAD_PARAMETER),
        (Said("ModelError", 424, container_status=400), Cause.REFUSED_IMAGE),
        (Said("ModelError", 424, container_status=404), Cause.ROUTE_FAULT),
        (Said("ModelError", 424, container_status=415), Cause.BAD_PARAMETER),
        (Said("ModelError", 424, container_status=429), Cause.TOO_FAST),
        (Said("ModelError", 424, container_status=500), Cause.THEIR_FAULT),
        (Said("ModelError", 424), Cause.THEIR_FAULT),
        (Said("ModelNotReadyException", 429), Cause.THEIR_FAULT),
        (Said("ThrottlingException", 400), Cause.TOO_FAST),
    ],
    ids=str,
)
def test_an_error_of_an_endpoint_has_a_cause(said, cause):
    assert failure(said, INVOKE, "why").cause is cause


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
        (ROUTE, "KMS.DisabledException", 400, Cause.ROUTE_FAULT, Code.ACCESS_DENIED),
        (ROUTE, "ParameterNotFound", 400, Cause.ROUTE_FAULT, None),
        (ROUTE, "ThrottlingException", 400, Cause.TOO_FAST, None),
        (ROUTE, "InternalError", 500, Cause.THEIR_FAULT, None),
        (OURS, "AccessDenied", 403, Cause.OUR_FAULT, Code.ACCESS_DENIED),
        (ANNOUNCE, "ResourceNotFoundException", 400, Cause.ROUTE_FAULT, None),
        (ANNOUNCE, "NotAuthorizedForSourceException", 0, Cause.ROUTE_FAULT, None),
        (ANNOUNCE, "MalformedDetail", 0, Cause.OUR_FAULT, None),
        (ANNOUNCE, "InternalFailure", 0, Cause.THEIR_FAULT, None),
    ],
)
def test_what_it_was_about_decides_what_an_error_means(table, code, status, cause, published):
    found = failure(Said(code, status), table, "why")
    assert (found.cause, found.code) == (cause, published)


def test_an_unknown_error_of_theirs_is_their_fault():
    assert failure(Said("SomethingNew", 503), DETECT, "why").cause is Cause.THEIR_FAULT
