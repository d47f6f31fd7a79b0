"""Requests and replies against botocore's own model of a service: members, types, enums, ranges and patterns."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel, Shape

KINDS = {
    "string": str,
    "blob": str,
    "integer": int,
    "long": int,
    "float": (int, float),
    "boolean": bool,
    "timestamp": (int, float),
}


def faults(shape: Shape | None, value: Any, path: str) -> Iterator[str]:
    """What is wrong with a JSON value, by botocore's shape of it."""
    match shape.type_name if shape else "absent":
        case "absent":
            yield from ([f"{path} should be empty"] if value else [])
        case "structure":
            for name in set(value) - set(shape.members):
                yield f"{path}.{name} is not in the model"
            for name in set(shape.required_members) - set(value):
                yield f"{path}.{name} is required"
            for name in set(value) & set(shape.members):
                yield from faults(shape.members[name], value[name], f"{path}.{name}")
        case "list":
            yield from _out_of_range(shape, len(value), path)
            for i, item in enumerate(value):
                yield from faults(shape.member, item, f"{path}[{i}]")
        case "map":
            yield from _out_of_range(shape, len(value), path)
            for key, item in value.items():
                yield from faults(shape.key, key, f"{path} key")
                yield from faults(shape.value, item, f"{path}.{key}")
        case kind:
            if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
                yield f"{path} is {value!r}, not a {kind}"
            else:
                yield from _of_scalar(shape, value, path)


def _of_scalar(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if (values := shape.metadata.get("enum")) and value not in values:
        yield f"{path} is {value!r}, not one of the enum"
    if shape.type_name == "string":
        yield from _out_of_range(shape, len(value), path)
        if (pattern := shape.metadata.get("pattern")) and not _matches(pattern, value):
            yield f"{path} is {value!r}, which does not match {pattern}"
    elif shape.type_name == "blob":
        yield from _out_of_range(shape, len(base64.b64decode(value, validate=True)), path)
    elif shape.type_name in ("integer", "long", "float"):
        yield from _out_of_range(shape, value, path)


def _out_of_range(shape: Shape, size: float, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min", size), shape.metadata.get("max", size)
    if not low <= size <= high:
        yield f"{path} is of {size}, not from {low} to {high}"


def _matches(pattern: str, value: str) -> bool:
    for theirs, ours in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(theirs, ours)
    return re.fullmatch(pattern, value, re.DOTALL) is not None


def check_reply(http_response: Any, model: OperationModel, **_: Any) -> None:
    """Fail when a reply is not of the operation's model, or an error not one that the operation has."""
    body, headers = json.loads(http_response.content), http_response.headers
    if not headers["x-amzn-RequestId"] or headers["Content-Type"] != "application/x-amz-json-1.1":
        raise AssertionError(f"the headers are {headers}")
    if http_response.status_code == 200:
        if found := list(faults(model.output_shape, body, model.name)):
            raise AssertionError(f"a reply that is not of the model: {found}")
    elif body["__type"] not in _errors(model) or not body["Message"]:
        raise AssertionError(f"an error that {model.name} does not have: {body}")


def _errors(model: OperationModel) -> set[str]:
    """Names of the errors that the operation has: in its model, and in the model's words about MaxResults."""
    names = {shape.name for shape in model.error_shapes}
    size = model.input_shape.members.get("MaxResults") if model.input_shape else None
    return names | {"ValidationException"} if size and "ValidationException" in size.documentation else names


class Requests:
    """Watches what clients send: a request that is not of the model fails its test, unless it is meant."""

    def __init__(self) -> None:
        self.meant = False
        self.invalid: list[str] = []

    def check(self, params: dict[str, Any], model: OperationModel, **_: Any) -> None:
        found = list(faults(model.input_shape, json.loads(params["body"]), model.name))
        self.invalid += found
        if found and not self.meant:
            raise AssertionError(f"a request that is not of the model: {found}; if it is meant, use invalid_requests")


REQUESTS = Requests()
