"""AWS JSON 1.1: a target and a body become an operation and its request; a reply or an error becomes a body."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    ResourceNotFoundException,
    SerializationException,
    ServiceError,
    UnknownOperationException,
)
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


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    request_id: str
    code: str | None = None  # of the error, when it is one


def answer(service: Service, headers: Mapping[str, str], body: bytes) -> Reply:
    """Do what the request asks; every ServiceError becomes its reply."""
    request_id = str(uuid.uuid4())
    try:
        name = _operation(headers.get("X-Amz-Target") or "")
        request = REQUESTS[name].parse(_parsed(body))
        place = place_of(headers.get("Authorization") or "")
        _check_region(request, place)
        result = OPERATIONS[name](service, request, place)
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


def _operation(target: str) -> str:
    name = target.removeprefix(_PREFIX)
    if not target.startswith(_PREFIX) or name not in OPERATIONS:
        raise UnknownOperationException(f"The stand-in does not know the operation {target or '(no X-Amz-Target)'}.")
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
