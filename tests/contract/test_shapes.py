"""The stand-in's table of requests against botocore's own model, member by member."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.model import Shape

from labelpipe.standin.errors import ServiceError
from labelpipe.standin.sagemaker import shapes as sagemaker
from labelpipe.standin.shapes import REQUESTS
from labelpipe.standin.validation import Blob, Flag, Number, Sequence, Structure, Table, Text

MODEL = botocore.session.get_session().get_service_model("rekognition")
SAGEMAKER = botocore.session.get_session().get_service_model("sagemaker")

# What the service checks beyond its model, as its reference has it or because there is nothing to do otherwise.
STRICTER = {
    "S3Object.required",
    "GroundTruthManifest.required",
    "Assets[].required",
    "OutputConfig.required",
    "Image.Bytes.range",
}
LOOSER = {"InstanceType.enum", "InstanceType.range"}  # new types come every month


def differences(ours: Any, theirs: Shape, path: str, *, all_members: bool = True) -> Iterator[str]:
    limits = theirs.metadata
    match ours:
        case Structure():
            unlike = set(ours.members) ^ set(theirs.members) if all_members else set(ours.members) - set(theirs.members)
            yield from (f"{path}.{name}" for name in unlike)
            if set(ours.required) != set(theirs.required_members):
                yield f"{path}.required"
            for name in set(ours.members) & set(theirs.members):
                yield from differences(
                    ours.members[name], theirs.members[name], f"{path}.{name}", all_members=all_members
                )
        case Sequence():
            yield from _limits(ours, limits, path)
            yield from differences(ours.member, theirs.member, f"{path}[]", all_members=all_members)
        case Table():
            yield from [f"{path}.max"] if ours.max != limits.get("max") else []
        case Text():
            yield from _limits(ours, limits, path)
            yield from [f"{path}.enum"] if set(ours.values) != set(limits.get("enum", ())) else []
        case Number():
            yield from _limits(ours, limits, path)
            yield from [f"{path}.whole"] if ours.whole != (theirs.type_name == "integer") else []
        case Blob():
            yield from _limits(ours, limits, path)
            yield from [f"{path}.type"] if theirs.type_name != "blob" else []
        case Flag():
            yield from [f"{path}.type"] if theirs.type_name != "boolean" else []


def _limits(ours: Any, limits: dict[str, Any], path: str) -> Iterator[str]:
    if (ours.min or 0) != limits.get("min", 0) or ours.max != limits.get("max"):
        yield f"{path}.range"


@pytest.mark.parametrize("operation", sorted(REQUESTS))
def test_a_request_is_what_the_model_says(operation: str) -> None:
    found = set(differences(REQUESTS[operation], MODEL.operation_model(operation).input_shape, operation))
    assert {path for path in found if not path.endswith(tuple(STRICTER))} == set()


@pytest.mark.parametrize("operation", sorted(sagemaker.REQUESTS))
def test_a_request_to_sagemaker_has_nothing_that_the_model_has_not(operation: str) -> None:
    theirs = SAGEMAKER.operation_model(operation).input_shape
    found = set(differences(sagemaker.REQUESTS[operation], theirs, operation, all_members=False))
    assert {path for path in found if not path.endswith(tuple(LOOSER))} == set()


def test_every_error_but_the_wire_s_own_is_in_the_model() -> None:
    ours = {error.__name__ for error in ServiceError.__subclasses__()}
    wire_s_own = {"UnknownOperationException", "SerializationException", "ValidationException"}
    assert ours - {shape.name for shape in MODEL.error_shapes} == wire_s_own


@pytest.mark.parametrize("error", ServiceError.__subclasses__())
def test_an_error_has_the_model_s_status(error: type[ServiceError]) -> None:
    assert error.status == (500 if error.__name__ == "InternalServerError" else 400)
