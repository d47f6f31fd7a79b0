"""AWS JSON 1.1: a target and a body become an operation and its request; a reply or an error becomes a body."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
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
)
from labelpipe.standin.faults import OF_CONNECTIONS, Fault, Kinds
from labelpipe.standin.http.exchange import Reply, Request
from labelpipe.standin.lifecycle import Status
from labelpipe.standin.service import Service
from labelpipe.standin.shapes import REQUESTS

_PREFIX = "RekognitionService."

Handler = Callable[[Service, dict[str, Any], Place], dict[str, Any]]

# The module and function of labelpipe.standin.operations, imported when first called: a server that starts has no call.
OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "CreateProject": "projects.create",
        "DescribeProjects": "projects.describe",
        "DeleteProject": "projects.delete",
        "CreateDataset": "datasets.create",
        "DescribeDataset": "datasets.describe",
        "ListDatasetEntries": "entries.listed",
        "ListDatasetLabels": "entries.labels",
        "UpdateDatasetEntries": "datasets.update",
        "DistributeDatasetEntries": "distribution.distribute",
        "DeleteDataset": "datasets.delete",
        "CreateProjectVersion": "training.create",
        "DescribeProjectVersions": "versions.describe",
        "StartProjectVersion": "versions.start",
        "StopProjectVersion": "versions.stop",
        "DeleteProjectVersion": "versions.delete",
        "CopyProjectVersion": "copies.copy",
        "PutProjectPolicy": "policies.put",
        "ListProjectPolicies": "policies.listed",
        "DeleteProjectPolicy": "policies.delete",
        "DetectCustomLabels": "detection.detect",
        "ListTagsForResource": "tags.listed",
        "TagResource": "tags.tag",
        "UntagResource": "tags.untag",
    }
)

# What an operation is told under Fault.FAILED.
IN_VAIN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "CreateDataset": {"in_vain": True},
        "UpdateDatasetEntries": {"in_vain": True},
        "DistributeDatasetEntries": {"in_vain": True},
        "CreateProjectVersion": {"in_vain": True},
        "StartProjectVersion": {"becomes": Status.FAILED},
        "StopProjectVersion": {"becomes": Status.RUNNING},
        "CopyProjectVersion": {"becomes": Status.COPYING_FAILED},
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

FAULTS: Kinds = {
    name: OF_CONNECTIONS | frozenset(ERRORS) | ({Fault.FAILED} if name in IN_VAIN else frozenset())
    for name in OPERATIONS
}


def operation(request: Request) -> str | None:
    """The name of the operation that is called, when it is one of ours."""
    name = request.target.removeprefix(_PREFIX)
    return name if request.target.startswith(_PREFIX) and name in OPERATIONS else None


def answer(service: Service, name: str, request: Request, fault: Fault | None = None) -> Reply:
    """Do the operation, or what the fault makes of it; every ServiceError becomes its reply."""
    try:
        if fault in ERRORS:
            raise ERRORS[fault]()
        service.admit(name, request.place)
        given, place = REQUESTS[name].parse(_value(request)), request.place
        _check_region(given, place)
        do = handler(name, in_vain=fault is Fault.FAILED)
        return Reply(200, json.dumps(do(service, given, place)).encode())
    except ServiceError as error:
        return failure(error)


def handler(name: str, *, in_vain: bool = False) -> Handler:
    """What does the operation of that name; in_vain: so that it ends badly after it was answered well."""
    module, _, function = OPERATIONS[name].partition(".")
    do = getattr(import_module(f"labelpipe.standin.operations.{module}"), function)
    return partial(do, **IN_VAIN[name]) if in_vain else do


def failure(error: ServiceError) -> Reply:
    """The body of an error: "Error handling" in the Amazon Rekognition Developer Guide."""
    body = {"__type": error.code, "Code": error.code, "Logref": str(uuid.uuid4()), "Message": str(error)}
    return Reply(error.status, json.dumps(body).encode())


def _check_region(request: dict[str, Any], place: Place) -> None:
    for name, value in request.items():
        if name.endswith("Arn") and not place.holds(value):
            raise ResourceNotFoundException(f"The resource {value} could not be found in {place.region}.")


def _value(request: Request) -> dict[str, Any]:
    try:
        value = request.value()
    except ValueError as error:
        raise SerializationException(f"The body cannot be read as JSON: {error}.") from error
    if not isinstance(value, dict):
        raise SerializationException("The body is not a JSON object.")
    return value
