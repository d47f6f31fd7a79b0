"""What a model found, in the words of four kinds of container."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from labelpipe.standin.findings import Finding, Ratios


class Form(StrEnum):
    """The forms by the name that a model's environment says."""

    LABELPIPE = "labelpipe"
    TENSORFLOW = "tensorflow"
    OBJECT_DETECTION = "sagemaker-object-detection"
    PROBABILITIES = "probabilities"


class NoBoxes(Exception):
    """The form tells boxes, and the model finds none, because it speaks of whole images."""


def answer(form: Form, findings: Sequence[Finding], labels: Sequence[str]) -> Any:
    """The answer's JSON value: everything that was found, surest first. A class's number is its label's place."""
    return _FORMS[form](findings, labels)


def _labelpipe(findings: Sequence[Finding], labels: Sequence[str]) -> Any:
    """As DetectCustomLabels answers."""
    return {"CustomLabels": [finding.told() for finding in findings]}


def _tensorflow(findings: Sequence[Finding], labels: Sequence[str]) -> Any:
    """TensorFlow Serving's REST API with the outputs of TensorFlow's Object Detection API; classes count from 1."""
    corners = [_corners(finding) for finding in findings]
    prediction = {
        "detection_boxes": [[top, left, bottom, right] for left, top, right, bottom in corners],
        "detection_scores": [finding.confidence for finding in findings],
        "detection_classes": [labels.index(finding.label) + 1.0 for finding in findings],
        "num_detections": float(len(findings)),
    }
    return {"predictions": [prediction]}


def _object_detection(findings: Sequence[Finding], labels: Sequence[str]) -> Any:
    """ "Object Detection Request and Response Formats" in the SageMaker guide; classes count from 0."""
    return {
        "prediction": [
            [float(labels.index(finding.label)), finding.confidence, *_corners(finding)] for finding in findings
        ]
    }


def _probabilities(findings: Sequence[Finding], labels: Sequence[str]) -> Any:
    """The built-in image classification's: one number for each label; a detector's surest box of it, or 0."""
    return [max((f.confidence for f in findings if f.label == label), default=0.0) for label in labels]


def _corners(finding: Finding) -> Ratios:
    """Left, top, right and bottom."""
    if finding.box is None:
        raise NoBoxes(f"the model speaks of whole images: it has no box for {finding.label}")
    left, top, width, height = finding.box
    return left, top, left + width, top + height


_FORMS: Mapping[Form, Callable[[Sequence[Finding], Sequence[str]], Any]] = MappingProxyType(
    {
        Form.LABELPIPE: _labelpipe,
        Form.TENSORFLOW: _tensorflow,
        Form.OBJECT_DETECTION: _object_detection,
        Form.PROBABILITIES: _probabilities,
    }
)
