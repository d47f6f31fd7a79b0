"""DetectCustomLabels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelpipe.standin import images
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    ImageTooLargeException,
    ProvisionedThroughputExceededException,
)
from labelpipe.standin.findings import Finding
from labelpipe.standin.lifecycle import version_after
from labelpipe.standin.operations.s3_objects import location
from labelpipe.standin.service import Service


def detect(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    """What the version finds. Of several errors the first is told, in this order; AWS does not say its own.

    UnknownOperationException, SerializationException: the wire's.
    InvalidParameterException: the shape of the request; not exactly one source of the image.
    ResourceNotFoundException: no such version in this Region.
    ResourceNotReadyException: it is not RUNNING.
    ProvisionedThroughputExceededException: its units are busy. Before the image: a call too many costs nothing.
    InvalidS3ObjectException: the object cannot be read.
    ImageTooLargeException: above 15 MB as an object, above 4 MB as bytes (the model's shape alone has 5 MiB).
    InvalidImageFormatException: neither PNG nor JPEG, by content.
    ImageTooLargeException: a side above 4096 pixels.
    InvalidParameterException: a side below 64 pixels, or above 20 times the other.
    InvalidImageFormatException: it cannot be decoded.
    """
    with service.turn() as state:
        version = state.version(request["ProjectVersionArn"], service.clock())
    version_after("DetectCustomLabels", version.status)
    if not service.injector.admits(version.arn, version.min_units or 1, service.clock.real()):
        raise ProvisionedThroughputExceededException()
    image = _image(service, request["Image"])
    images.check(image)
    findings, thresholds = service.find(version.arn, image)
    return {"CustomLabels": [finding.told() for finding in chosen(findings, thresholds, request)]}


def chosen(findings: list[Finding], thresholds: Mapping[str, float], request: dict[str, Any]) -> list[Finding]:
    """Findings at their label's assumed threshold or, when MinConfidence is given, at that alone; surest first."""
    least = request.get("MinConfidence")
    kept = [
        finding
        for finding in findings
        if (finding.confidence >= thresholds.get(finding.label, 0.5) if least is None else finding.percent >= least)
    ]
    kept.sort(key=lambda finding: -finding.confidence)
    return kept[: request.get("MaxResults")]


def _image(service: Service, source: dict[str, Any]) -> bytes:
    if "S3Object" in source:
        return service.objects.read(location(source), limit=images.MAX_OBJECT_BYTES)
    content: bytes = source["Bytes"]
    if len(content) > images.MAX_BLOB_BYTES:
        raise ImageTooLargeException()
    return content
