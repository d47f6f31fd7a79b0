"""A model of one's own behind a SageMaker endpoint, asked for one image."""

from typing import Any

from labelpipe.aws.errors import translated
from labelpipe.aws.objects import start_of
from labelpipe.core.inference.answers import Answer
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import INVOKE
from labelpipe.core.inference.forms import read_answer
from labelpipe.core.releases import ReleasedModel, endpoint_name

_JPEG = b"\xff\xd8\xff"
_LONGEST_ANSWER = 4_000_000
"""Bytes. Answers for a whole batch are in memory at once, in Python 25 times as large."""


class Endpoints:
    """Failures by core.inference.errors.INVOKE."""

    def __init__(self, runtime: Any) -> None:
        self._runtime = runtime

    def detect(self, model: ReleasedModel, picture: bytes, floor: float) -> Answer:
        """Labels from floor (0 to 100) up. picture: JPEG or PNG, at most 4 MB."""
        with translated(INVOKE):
            answer = self._runtime.invoke_endpoint(
                EndpointName=endpoint_name(model.version_arn),
                ContentType="image/jpeg" if picture.startswith(_JPEG) else "image/png",
                Accept="application/json",
                Body=picture,
            )
            body = start_of(answer["Body"], _LONGEST_ANSWER)
        if len(body) > _LONGEST_ANSWER:
            raise Failure(Cause.ROUTE_FAULT, f"InvokeEndpoint answered with more than {_LONGEST_ANSWER} bytes")
        try:
            found = read_answer(model.answer, body, model.labels, floor)
        except ValueError as error:  # the container answers so to every image, until it or the settings are mended
            raise Failure(Cause.ROUTE_FAULT, f"InvokeEndpoint answered {body[:200]!r}: {error}") from error
        return Answer(found, answer["ResponseMetadata"].get("RequestId"))
