"""SageMaker's control plane, in AWS JSON 1.1."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from labelpipe.standin.errors import InvalidPaginationTokenException, InvalidParameterException
from labelpipe.standin.faults import OF_CONNECTIONS, Fault, Kinds
from labelpipe.standin.http.exchange import Reply, Request
from labelpipe.standin.sagemaker import endpoints, models
from labelpipe.standin.sagemaker.errors import (
    InternalFailure,
    SageMakerError,
    SerializationException,
    ThrottlingException,
    ValidationException,
)
from labelpipe.standin.sagemaker.hosting import Table
from labelpipe.standin.sagemaker.resources import Status
from labelpipe.standin.sagemaker.shapes import REQUESTS
from labelpipe.standin.service import Service

PREFIX = "SageMaker."

Handler = Callable[[Service, dict[str, Any], Table], dict[str, Any] | None]

OPERATIONS: Mapping[str, Handler] = MappingProxyType(
    {
        "CreateModel": models.create,
        "DescribeModel": models.describe,
        "DeleteModel": models.delete,
        "CreateEndpointConfig": models.create_config,
        "DescribeEndpointConfig": models.describe_config,
        "DeleteEndpointConfig": models.delete_config,
        "CreateEndpoint": endpoints.create,
        "DescribeEndpoint": endpoints.describe,
        "DeleteEndpoint": endpoints.delete,
        "ListEndpoints": endpoints.listed,
    }
)

# What an operation does under Fault.FAILED.
IN_VAIN: Mapping[str, Handler] = MappingProxyType(
    {
        "CreateEndpoint": partial(endpoints.create, becomes=Status.FAILED),
        "DeleteEndpoint": partial(endpoints.delete, becomes=Status.IN_SERVICE),
    }
)

# "Common Error Types" in the Amazon SageMaker API Reference.
ERRORS: Mapping[Fault, type[SageMakerError]] = MappingProxyType(
    {Fault.THROTTLING: ThrottlingException, Fault.INTERNAL_ERROR: InternalFailure}
)

FAULTS: Kinds = {
    name: OF_CONNECTIONS | frozenset(ERRORS) | ({Fault.FAILED} if name in IN_VAIN else frozenset())
    for name in OPERATIONS
}


def operation(request: Request) -> str | None:
    """The name of the operation that is called, when it is one of ours."""
    name = request.target.removeprefix(PREFIX)
    return name if request.target.startswith(PREFIX) and name in OPERATIONS else None


def answer(service: Service, name: str, request: Request, fault: Fault | None = None) -> Reply:
    """Do the operation, or what the fault makes of it; every SageMakerError becomes its reply."""
    try:
        if fault in ERRORS:
            raise ERRORS[fault]()
        handler = IN_VAIN[name] if fault is Fault.FAILED else OPERATIONS[name]
        result = _result(service, handler, name, request)
    except SageMakerError as error:
        return Reply(error.status, json.dumps({"__type": error.code, "message": str(error)}).encode())
    return Reply(200, b"" if result is None else json.dumps(result).encode())


def _result(service: Service, handler: Handler, name: str, request: Request) -> dict[str, Any] | None:
    try:
        given = REQUESTS[name].parse(_value(request))
        with service.hosting.turn(request.place, service.clock()) as table:
            return handler(service, given, table)
    except InvalidParameterException as error:
        what = str(error).removeprefix(f"{InvalidParameterException.message}: ")
        raise ValidationException(f"1 validation error detected: {what}") from error
    except InvalidPaginationTokenException as error:
        raise ValidationException("Invalid NextToken") from error


def _value(request: Request) -> Any:
    try:
        return request.value()
    except ValueError as error:
        raise SerializationException(f"The body cannot be read as JSON: {error}.") from error
