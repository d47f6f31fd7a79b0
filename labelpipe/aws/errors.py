"""AWS errors as causes, translated once, by tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure, Sent

Table = Mapping[str, Cause]

# What any service may say. Source: the services' pages "Common Errors".
_COMMON: Table = {
    "ThrottlingException": Cause.TOO_FAST,
    "Throttling": Cause.TOO_FAST,
    "RequestLimitExceeded": Cause.TOO_FAST,
    "SlowDown": Cause.TOO_FAST,
    "RequestTimeout": Cause.THEIR_FAULT,
    "RequestTimeTooSkewed": Cause.THEIR_FAULT,
    "ExpiredToken": Cause.THEIR_FAULT,
    "ExpiredTokenException": Cause.THEIR_FAULT,
    "UnrecognizedClientException": Cause.THEIR_FAULT,
}

# Every error of DetectCustomLabels in botocore's model, and what its page's "generic" errors add.
# Sources: Rekognition API Reference, "DetectCustomLabels"; Rekognition Developer Guide, "Error handling".
DETECT: Table = {
    "ResourceNotReadyException": Cause.MODEL_OFF,
    "ResourceNotFoundException": Cause.ROUTE_FAULT,
    "AccessDeniedException": Cause.ROUTE_FAULT,
    "ValidationException": Cause.BAD_PARAMETER,
    "InvalidParameterException": Cause.BAD_PARAMETER,
    "InvalidS3ObjectException": Cause.UNREADABLE_OBJECT,
    "InvalidImageFormatException": Cause.REFUSED_IMAGE,
    "ImageTooLargeException": Cause.REFUSED_IMAGE,
    "ProvisionedThroughputExceededException": Cause.TOO_FAST,
    "LimitExceededException": Cause.TOO_FAST,
    "ThrottlingException": Cause.TOO_FAST,
    "InternalServerError": Cause.THEIR_FAULT,
}

# Of the image. Archived: Amazon S3 API Reference, "Error responses". A delete marker that is asked for by its
# version answers MethodNotAllowed: Amazon S3 User Guide, "Working with delete markers".
IMAGE: Table = {
    "NoSuchKey": Cause.GONE,
    "NoSuchVersion": Cause.GONE,
    "404": Cause.GONE,
    "MethodNotAllowed": Cause.GONE,
    "405": Cause.GONE,
    "InvalidObjectState": Cause.BAD_IMAGE,
    "InvalidRequest": Cause.BAD_IMAGE,
}
CODES = {"InvalidObjectState": Code.ARCHIVED, "InvalidRequest": Code.CUSTOMER_KEY}

# Of the release's record and of its pointer: whatever is wrong with them is wrong for every image of the route.
ROUTE: Table = dict.fromkeys(
    ("AccessDenied", "AccessDeniedException", "NoSuchKey", "NoSuchBucket", "ParameterNotFound", "404", "403"),
    Cause.ROUTE_FAULT,
)

# Of results and messages.
OURS: Table = {"NoSuchKey": Cause.GONE}

_DENIED = ("AccessDenied", "403", "KMS.")


@contextmanager
def translated(table: Table, *, sent: Sent = Sent.NOTHING) -> Iterator[None]:
    """Raise Failure for every error of AWS and of the way to it."""
    try:
        yield
    except ClientError as error:
        raise _from_answer(error, table, sent) from error
    except ParamValidationError as error:
        raise Failure(Cause.OUR_FAULT, f"botocore refuses the call: {error}", sent=sent) from error
    except BotoCoreError as error:  # no connection, no answer in time, half an answer
        raise Failure(Cause.THEIR_FAULT, f"no answer: {error}", sent=sent) from error


def _from_answer(error: ClientError, table: Table, sent: Sent) -> Failure:
    said, status = error_code(error), http_status(error)
    cause = table.get(said) or _COMMON.get(said) or (Cause.THEIR_FAULT if status >= 500 else Cause.OUR_FAULT)
    code = CODES.get(said) if cause is Cause.BAD_IMAGE else Code.ACCESS_DENIED if said.startswith(_DENIED) else None
    return Failure(cause, f"{error.operation_name}: {error}", code=code, sent=sent)


def error_code(error: ClientError) -> str:
    """As AWS names it; an HTTP status in digits where there was no body."""
    return error.response.get("Error", {}).get("Code", "")


def http_status(error: ClientError) -> int:
    """0 when unknown."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
