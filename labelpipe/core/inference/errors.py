"""What AWS says, as causes: a table for each thing that it was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure


@dataclass(frozen=True)
class Said:
    """An error as a service answered it."""

    code: str
    """As AWS names it; the HTTP status in digits where the answer had no body."""
    status: int = 0
    """HTTP; 0 when unknown."""
    message: str = ""
    container_status: int = 0
    """Of SageMaker's ModelError: what the model's own container had answered, HTTP."""


Table = Mapping[str, Cause | Callable[[Said], Cause]]
"""By the error's code."""
_ANY_OTHER = "any other"
"""What is not listed is our own fault, or theirs by its status, unless the table says otherwise here."""

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
    "InternalFailure": Cause.THEIR_FAULT,
    "ServiceUnavailable": Cause.THEIR_FAULT,
    # No image of the route can be answered while these are said.
    "InvalidClientTokenId": Cause.ROUTE_FAULT,
    "IncompleteSignature": Cause.ROUTE_FAULT,
    "MissingAuthenticationToken": Cause.ROUTE_FAULT,
    "NotAuthorized": Cause.ROUTE_FAULT,
    "OptInRequired": Cause.ROUTE_FAULT,
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

_CONTAINER = {
    401: Cause.ROUTE_FAULT,
    403: Cause.ROUTE_FAULT,
    404: Cause.ROUTE_FAULT,
    405: Cause.ROUTE_FAULT,
    408: Cause.THEIR_FAULT,
    415: Cause.BAD_PARAMETER,  # a PNG, where JPEG would be taken; or it takes no images at all
    429: Cause.TOO_FAST,
}


def _of_container(said: Said) -> Cause:
    """Otherwise a 4xx refuses the image, and all else is the container's own trouble."""
    refuses = Cause.REFUSED_IMAGE if 400 <= said.container_status < 500 else Cause.THEIR_FAULT
    return _CONTAINER.get(said.container_status, refuses)


def _of_endpoint(said: Said) -> Cause:
    """An endpoint that is off does not exist. Its status 400 says no more than its message, which begins so."""
    off = said.message.startswith("Endpoint ") and "not found" in said.message
    return Cause.MODEL_OFF if off else Cause.BAD_PARAMETER


# Every error of InvokeEndpoint in botocore's model, and denial, which is a common error there.
# Source: SageMaker API Reference, "InvokeEndpoint".
INVOKE: Table = {
    "ValidationError": _of_endpoint,
    "ModelError": _of_container,
    "ModelNotReadyException": Cause.THEIR_FAULT,
    "InternalFailure": Cause.THEIR_FAULT,
    "ServiceUnavailable": Cause.THEIR_FAULT,
    "InternalDependencyException": Cause.THEIR_FAULT,
    "AccessDeniedException": Cause.ROUTE_FAULT,
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
_CODES = {"InvalidObjectState": Code.ARCHIVED, "InvalidRequest": Code.CUSTOMER_KEY}

ROUTE: Table = {_ANY_OTHER: Cause.ROUTE_FAULT}
"""Of the release's record and of its pointer: whatever is wrong with them is wrong for every image of the route."""

# Of the bus that hears of results: as with the release, but for what only this event can have wrong.
# Source: EventBridge API Reference, "PutEventsResultEntry".
ANNOUNCE: Table = {
    "InternalException": Cause.THEIR_FAULT,
    "InvalidArgument": Cause.OUR_FAULT,
    "MalformedDetail": Cause.OUR_FAULT,
    _ANY_OTHER: Cause.ROUTE_FAULT,
}

# Of results and messages.
OURS: Table = {"NoSuchKey": Cause.GONE}

_DENIED = ("AccessDenied", "403", "KMS.")


def failure(said: Said, table: Table, detail: str) -> Failure:
    """What was said, as a failure: total."""
    cause = _cause(said, table)
    code = _CODES.get(said.code) if cause is Cause.BAD_IMAGE else None
    return Failure(cause, detail, code=code or (Code.ACCESS_DENIED if said.code.startswith(_DENIED) else None))


def _cause(said: Said, table: Table) -> Cause:
    if meaning := table.get(said.code) or _COMMON.get(said.code):
        return meaning if isinstance(meaning, Cause) else meaning(said)
    if said.status >= 500:
        return Cause.THEIR_FAULT
    other = table.get(_ANY_OTHER, Cause.OUR_FAULT)
    return other if isinstance(other, Cause) else other(said)
