"""Of two things that are wrong with a call of DetectCustomLabels, the one that the docstring names first is told.

Of the other operations: statuses before quotas, as docs/standin.md says.
"""

import base64
import io
import json
from itertools import combinations
from typing import Any

import pytest
from PIL import Image

from labelpipe.standin.errors import ResourceInUseException
from labelpipe.standin.faults import Faults
from labelpipe.standin.http import routes
from labelpipe.standin.http.exchange import Request
from labelpipe.standin.limits import Limits

# What can be wrong, in the order of the docstring, with its error.
ERRORS = {
    "operation": "UnknownOperationException",
    "json": "SerializationException",
    "shape": "InvalidParameterException",
    "sources": "InvalidParameterException",
    "empty": "InvalidParameterException",
    "absent": "ResourceNotFoundException",
    "region": "ResourceNotFoundException",
    "off": "ResourceNotReadyException",
    "busy": "ProvisionedThroughputExceededException",
    "object": "InvalidS3ObjectException",
    "bytes": "ImageTooLargeException",
    "format": "InvalidImageFormatException",
    "pixels": "ImageTooLargeException",
    "sides": "InvalidParameterException",
    "decoding": "InvalidImageFormatException",
}
# What cannot be wrong together: there is no JSON, no such version, one image or none.
APART = [
    *({"json", other} for other in list(ERRORS)[2:]),
    {"absent", "region", "off"},
    {"absent", "region", "busy"},
    {"empty", "sources", "object"},
    *({"empty", other} for other in ("bytes", "format", "pixels", "sides", "decoding")),
    *({"object", other} for other in ("bytes", "format", "pixels", "sides", "decoding")),
    *({"format", other} for other in ("pixels", "sides", "decoding")),
]
TOGETHER = [
    (one, other)
    for one, other in combinations(ERRORS, 2)
    if ERRORS[one] != ERRORS[other] and not any({one, other} <= group for group in APART)
]


class FakeModel:
    thresholds: dict[str, float] = {}  # noqa: RUF012

    def find(self, pixels: Any) -> list[Any]:
        return []


def image(wrong: set[str]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4097 if "pixels" in wrong else 100, 63 if "sides" in wrong else 300)).save(file, "PNG")
    content = b"GIF89a" if "format" in wrong else file.getvalue()
    content = content[:-40] if "decoding" in wrong else content
    return content + bytes(4 * 1024**2) if "bytes" in wrong else content


def asked(standin: Any, wrong: set[str]) -> dict[str, Any]:
    """The request, and a service in which what is wrong is so."""
    arn = standin.running(standin.project())
    standin.service.models.load = lambda arn: FakeModel()
    if "busy" in wrong:
        standin.service.injector.put(Faults(images_per_second=0.001))
        call(standin, {"ProjectVersionArn": arn, "Image": {"Bytes": base64.b64encode(image(set())).decode()}})
    if "off" in wrong:
        standin.call("StopProjectVersion", ProjectVersionArn=arn)
    stored = {"S3Object": {"Bucket": "images", "Name": "absent"}}
    source = stored if "object" in wrong else {"Bytes": base64.b64encode(image(wrong)).decode()}
    source = {"Bytes": ""} if "empty" in wrong else source | (stored if "sources" in wrong else {})
    arn = arn.replace("us-east-1", "eu-west-1") if "region" in wrong else arn + "1" * ("absent" in wrong)
    return {"ProjectVersionArn": arn, "Image": source, "MinConfidence": 101 if "shape" in wrong else 50}


def call(standin: Any, value: dict[str, Any], wrong: set[str] = frozenset()) -> str | None:
    """The name of the error."""
    operation = "DetectFaces" if "operation" in wrong else "DetectCustomLabels"
    body = b"{" if "json" in wrong else json.dumps(value).encode()
    reply = routes.answer(standin.service, Request("/", {"X-Amz-Target": f"RekognitionService.{operation}"}, body))
    return json.loads(reply.body).get("__type")


def test_nothing_wrong_is_no_error(standin) -> None:
    assert call(standin, asked(standin, set())) is None


@pytest.mark.parametrize("wrong", ERRORS)
def test_each_has_its_error(standin, wrong: str) -> None:
    assert call(standin, asked(standin, {wrong}), {wrong}) == ERRORS[wrong]


@pytest.mark.parametrize("pair", TOGETHER)
def test_the_first_of_two_is_told(standin, pair: tuple[str, str]) -> None:
    assert call(standin, asked(standin, {*pair}), {*pair}) == ERRORS[pair[0]]


def test_a_status_is_told_before_a_quota(standin) -> None:
    bees, wasps = standin.project(), standin.project("wasps")
    version, output = standin.training(bees), {"S3Bucket": "results"}
    standin.call("CreateDataset", ProjectArn=wasps, DatasetType="TRAIN")
    standin.service.limits = Limits(versions=0, trainings=0, copies=0)
    copied = {"SourceProjectArn": bees, "SourceProjectVersionArn": version, "DestinationProjectArn": wasps}
    for operation, request in (
        ("StartProjectVersion", {"ProjectVersionArn": version, "MinInferenceUnits": 6}),
        ("CreateProjectVersion", {"ProjectArn": wasps, "VersionName": "v1", "OutputConfig": output}),
        ("CopyProjectVersion", {**copied, "VersionName": "v1", "OutputConfig": output}),
    ):
        with pytest.raises(ResourceInUseException):
            standin.call(operation, **request)
