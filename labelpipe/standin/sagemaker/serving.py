"""The container behind an endpoint: a trained version, named by the environment, that looks at an image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelpipe.standin import images
from labelpipe.standin.errors import InternalServerError, InvalidImageFormatException, ResourceNotFoundException
from labelpipe.standin.lifecycle import PASSING, VANISHING
from labelpipe.standin.sagemaker.answers import Form, NoBoxes, answer
from labelpipe.standin.sagemaker.errors import ModelError
from labelpipe.standin.service import Service

VERSION_ARN = "LABELPIPE_VERSION_ARN"
ANSWER = "LABELPIPE_ANSWER"
CONTENT_TYPES = frozenset({"application/x-image", "image/jpeg", "image/png"})
MAX_PIXELS = 100_000_000  # more than that would take this machine's memory


def can_serve(service: Service, environment: Mapping[str, str]) -> bool:
    """Whether the environment names a version that learnt something, and a form that is known."""
    try:
        with service.turn() as state:
            version = state.version(environment.get(VERSION_ARN, ""), service.clock())
    except ResourceNotFoundException:
        return False
    learnt = version.training is not None and version.training.f1 is not None
    there = version.status not in VANISHING | PASSING
    return learnt and there and environment.get(ANSWER, Form.LABELPIPE) in set(Form)


def serve(service: Service, environment: Mapping[str, str], content_type: str, image: bytes) -> Any:
    """The container's answer, a JSON value, or ModelError."""
    if content_type not in CONTENT_TYPES:
        raise ModelError(415, f"{content_type or 'no content type'} is not one of {', '.join(sorted(CONTENT_TYPES))}")
    if not can_serve(service, environment):
        raise ModelError(500, f"{environment.get(VERSION_ARN)} is not there any more")
    try:
        width, height = images.size(image)
        if width * height > MAX_PIXELS:
            raise ModelError(400, f"the image has {width} x {height} pixels")
        findings, thresholds = service.find(environment[VERSION_ARN], image)
    except InvalidImageFormatException as error:
        raise ModelError(400, "the body is not an image that can be decoded") from error
    except InternalServerError as error:
        raise ModelError(500, "the version's model cannot be loaded") from error
    try:
        return answer(Form(environment.get(ANSWER, Form.LABELPIPE)), findings, list(thresholds))
    except NoBoxes as error:
        raise ModelError(500, str(error)) from error
