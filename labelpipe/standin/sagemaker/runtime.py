"""SageMaker's runtime: InvokeEndpoint, POST /endpoints/NAME/invocations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from labelpipe.standin.arns import ACCOUNT
from labelpipe.standin.faults import OF_CONNECTIONS, Fault, Kinds
from labelpipe.standin.http.exchange import Reply, Request
from labelpipe.standin.sagemaker.errors import (
    InternalDependencyException,
    InternalFailure,
    ModelError,
    ModelNotReadyException,
    SageMakerError,
    ServiceUnavailable,
    ThrottlingException,
    ValidationError,
    ValidationException,
)
from labelpipe.standin.sagemaker.resources import Endpoint, Status
from labelpipe.standin.sagemaker.serving import serve
from labelpipe.standin.service import Service

INVOKE = "InvokeEndpoint"
MAX_BODY = 6 * 1024**2  # bytes: Body of InvokeEndpoint in the SageMaker Runtime API Reference
_PATH = re.compile(r"/endpoints/([^/?]+)/invocations(\?|$)")

ERRORS: Mapping[Fault, Callable[[], SageMakerError]] = MappingProxyType(
    {
        Fault.THROTTLING: ThrottlingException,
        Fault.INTERNAL_ERROR: InternalFailure,
        Fault.SERVICE_UNAVAILABLE: ServiceUnavailable,
        Fault.MODEL_ERROR: partial(ModelError, 500, "out of memory"),
        Fault.MODEL_NOT_READY: ModelNotReadyException,
        Fault.DEPENDENCY_ERROR: InternalDependencyException,
    }
)

FAULTS: Kinds = {INVOKE: OF_CONNECTIONS | frozenset(ERRORS)}


def operation(request: Request) -> str | None:
    """The name of the operation that is called, when it is ours."""
    return INVOKE if _PATH.match(request.path) else None


def answer(service: Service, name: str, request: Request, fault: Fault | None = None) -> Reply:
    """Ask the model, or what the fault makes of it; every SageMakerError becomes its reply."""
    try:
        if fault in ERRORS:
            raise ERRORS[fault]()
        endpoint = _endpoint(service, request)
        value = _invoke(service, endpoint, request)
    except SageMakerError as error:
        return _failure(error)
    headers = {"x-Amzn-Invoked-Production-Variant": endpoint.variants[0].name}
    return Reply(200, json.dumps(value).encode(), "application/json", headers)


def _endpoint(service: Service, request: Request) -> Endpoint:
    """The runtime knows an endpoint only while it is in service."""
    found = _PATH.match(request.path)
    name = unquote(found[1]) if found else ""
    missing = ValidationError(f"Endpoint {name} of account {ACCOUNT} not found.")
    try:
        with service.hosting.turn(request.place, service.clock()) as table:
            endpoint: Endpoint = table.find(Endpoint, name)
    except ValidationException:
        raise missing from None
    if endpoint.status is not Status.IN_SERVICE:
        raise missing
    return endpoint


def _invoke(service: Service, endpoint: Endpoint, request: Request) -> Any:
    if len(request.body) > MAX_BODY:
        raise ModelError(413, f"the body has more than {MAX_BODY} bytes")
    return serve(service, endpoint.environment, request.headers.get("Content-Type") or "", request.body)


def _failure(error: SageMakerError) -> Reply:
    body: dict[str, Any] = {"Message": str(error)}
    if isinstance(error, ModelError):
        body |= {"OriginalStatusCode": error.original_status, "OriginalMessage": error.original_message}
    headers = {"x-amzn-ErrorType": error.code}
    return Reply(error.status, json.dumps(body).encode(), "application/json", headers)
