"""AWS JSON 1.1: a target and a body become an operation and its request; a reply or an error becomes a body."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    InternalServerError,
    ProvisionedThroughputExceededException,
    ResourceNotFoundException,
    SerializationException,
    ServiceError,
    ThrottlingException,
    UnknownOperationException,
)
from labelpipe.standin.faults import OF_CONNECTIONS, Fault
from labelpipe.standin.lifecycle import Status
from labelpipe.standin.operations import datasets, detection, projects, tags, training, versions
from labelpipe.standin.service import Service
from labelpipe.standin.shapes import REQUESTS

CONTENT_TYPE = "application/x-amz-json-1.1"
_PREFIX = "RekognitionService."
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([a-z\d-]+)/")

Handler = Callable[[Service, dict[str, Any], Place], dict[str, Any]]

OPERATIONS: Mapping[str, Handler] = MappingProxyType(
    {
        "CreateProject": projects.create,
        "DescribeProjects": projects.describe,
        "DeleteProject": projects.delete,
        "CreateDataset": datasets.create,
        "DescribeDataset": datasets.describe,
        "ListDatasetEntries": datasets.entries,
        "DeleteDataset": datasets.delete,
        "CreateProjectVersion": training.create,
        "DescribeProjectVersions": versions.describe,
        "StartProjectVersion": versions.start,
        "StopProjectVersion": versions.stop,
        "DeleteProjectVersion": versions.delete,
        "DetectCustomLabels": detection.detect,
        "ListTagsForResource": tags.listed,
        "TagResource": tags.tag,
        "UntagResource": tags.untag,
    }
)

# What an operation does under Fault.FAILED.
IN_VAIN: Mapping[str, Handler] = MappingProxyType(
    {
        "StartProjectVersion": partial(versions.start, becomes=Status.FAILED),
        "StopProjectVersion": partial(versions.stop, becomes=Status.RUNNING),
    }
)

# "Error handling" in the Amazon Rekognition Developer Guide.
ERRORS: Mapping[Fault, Callable[[], ServiceError]] = MappingProxyType(
    {
        Fault.THROTTLING: ThrottlingException,
        Fault.THROTTLING_500: partial(ThrottlingException, "Service unavailable.", status=500),
        Fault.PROVISIONED_THROUGHPUT: ProvisionedThroughputExceededException,
        Fault.INTERNAL_ERROR: InternalServerError,
    }
)

FAULTS = {
    name: OF_CONNECTIONS | frozenset(ERRORS) | ({Fault.FAILED} if name in IN_VAIN else frozenset())
    for name in OPERATIONS
}


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    request_id: str
    code: str | None = None  # of the error, when it is one


def answer(service: Service, headers: Mapping[str, str], body: bytes, fault: Fault | None = None) -> Reply:
    """Do what the request asks, or what the fault makes of it; every ServiceError becomes its reply."""
    request_id = str(uuid.uuid4())
    try:
        if fault in ERRORS:
            raise ERRORS[fault]()
        name = _known(headers)
        request = REQUESTS[name].parse(_parsed(body))
        place = place_of(headers.get("Authorization") or "")
        _check_region(request, place)
        handler = IN_VAIN[name] if fault is Fault.FAILED else OPERATIONS[name]
        result = handler(service, request, place)
    except ServiceError as error:
        return failure(error, request_id)
    return Reply(200, json.dumps(result).encode(), request_id)


def failure(error: ServiceError, request_id: str) -> Reply:
    """The body of an error: "Error handling" in the Amazon Rekognition Developer Guide."""
    body = {"__type": error.code, "Code": error.code, "Logref": str(uuid.uuid4()), "Message": str(error)}
    return Reply(error.status, json.dumps(body).encode(), request_id, error.code)


def place_of(authorization: str) -> Place:
    """The Region of the signature's credential scope; the signature itself is not checked."""
    found = _SCOPE.search(authorization)
    return Place(found[1]) if found else Place()


def operation(headers: Mapping[str, str]) -> str | None:
    """The name of the operation that is called, when it is one of ours."""
    target = headers.get("X-Amz-Target") or ""
    name = target.removeprefix(_PREFIX)
    return name if target.startswith(_PREFIX) and name in OPERATIONS else None


def _known(headers: Mapping[str, str]) -> str:
    if (name := operation(headers)) is None:
        target = headers.get("X-Amz-Target") or "(no X-Amz-Target)"
        raise UnknownOperationException(f"The stand-in does not know the operation {target}.")
    return name


def _check_region(request: dict[str, Any], place: Place) -> None:
    for name, value in request.items():
        if name.endswith("Arn") and not place.holds(value):
            raise ResourceNotFoundException(f"The resource {value} could not be found in {place.region}.")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise SerializationException("The body is not JSON.") from error
    if not isinstance(value, dict):
        raise SerializationException("The body is not a JSON object.")
    return value
