"""What is wrong with a reply, by botocore's model of the operation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labelpipe.standin import wire
from tests.contract.model import faults
from tests.fuzz.cases import HTTP, INVOKE, Case, model

# Of every operation and in no operation's model: the wire's own, and SageMaker's common errors.
COMMON = frozenset({"UnknownOperationException", "SerializationException", "ValidationException"})


@dataclass(frozen=True)
class Reply:
    """A status, the error's name where a header tells it, and the body."""

    status: int
    error: str
    body: bytes


def wrong(case: Case, reply: Reply | None) -> Iterator[str]:
    """Every way in which the reply is not one that the service could send. None: the connection closed without."""
    if case.operation == HTTP:
        if reply and reply.status >= 500 and reply.status not in (501, 505):
            yield f"status {reply.status}: {reply.body[:200]!r}"
    elif reply is None:
        yield "no reply"
    elif reply.status != 200:
        yield from _of_error(case, reply)
    elif case.operation != INVOKE:
        yield from _faults(model(case.operation).output_shape, json.loads(reply.body or b"{}"))
        if case.operation in wire.OPERATIONS:  # of SageMaker, the stand-in ignores much
            yield from (f"taken although {fault}" for fault in _broken_rules(case))


def _of_error(case: Case, reply: Reply) -> Iterator[str]:
    body = json.loads(reply.body)
    name, said = reply.error or body.get("__type"), body.get("Message") or body.get("message")
    modelled = {shape.name for shape in model(case.operation).error_shapes} | COMMON
    if name not in modelled:
        yield f"{case.operation} has no error {name} ({reply.status}: {said})"
    if not said:
        yield f"{name} says nothing"
    if name == "InternalServerError" or (reply.status == 500 and case.operation != INVOKE):
        yield f"status {reply.status}, {name}: {said}"


def _broken_rules(case: Case) -> list[str]:
    """What the model has against the request; members that nobody knows and nulls do not count."""
    shape = model(case.operation).input_shape
    return _faults(shape, _plain(shape, case.value))


def _faults(shape: Any, value: Any) -> list[str]:
    try:
        return list(faults(shape, value, ""))
    except (ValueError, TypeError, AttributeError) as error:  # no base64, or a value of another type
        return [f"{value!r:.200}: {error}"]


def _plain(shape: Any, value: Any) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        given = {name: item for name, item in value.items() if item is not None and name in shape.members}
        return {name: _plain(shape.members[name], item) for name, item in given.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_plain(shape.member, item) for item in value]
    return value
