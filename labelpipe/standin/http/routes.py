"""Which API a request belongs to: one server, one port, told apart by X-Amz-Target and path."""

from __future__ import annotations

from types import ModuleType

from labelpipe.standin import wire as rekognition
from labelpipe.standin.errors import UnknownOperationException
from labelpipe.standin.faults import Fault, Kinds
from labelpipe.standin.http.exchange import Reply, Request
from labelpipe.standin.service import Service


def kinds() -> Kinds:
    """What may happen to each operation of every API."""
    from labelpipe.standin.sagemaker import runtime, wire  # noqa: PLC0415

    return {**rekognition.FAULTS, **wire.FAULTS, **runtime.FAULTS}


def operation(request: Request) -> str | None:
    """The name of the operation that is called, when it is one of ours."""
    return _api(request).operation(request)


def answer(service: Service, request: Request, fault: Fault | None = None) -> Reply:
    """Do what the request asks, or what the fault makes of it."""
    api = _api(request)
    if (name := api.operation(request)) is None:
        called = request.target or "(no X-Amz-Target)"
        return rekognition.failure(UnknownOperationException(f"The stand-in does not know the operation {called}."))
    return api.answer(service, name, request, fault)


def _api(request: Request) -> ModuleType:
    """A module with FAULTS, operation(request) and answer(...). SageMaker's are imported when they are first asked."""
    if request.target.startswith("SageMaker."):
        from labelpipe.standin.sagemaker import wire  # noqa: PLC0415

        return wire
    if request.path.startswith("/endpoints/"):
        from labelpipe.standin.sagemaker import runtime  # noqa: PLC0415

        return runtime
    return rekognition
