"""What came back for each upload."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.datasets.images import LabelledImage
from labelpipe.evaluation.matching import Found
from labelpipe.evaluation.metrics import evaluate
from labelpipe.local.uploads import Upload


@dataclass(frozen=True)
class Answer:
    """An upload with the JSON beside it, if any."""

    upload: Upload
    result: dict[str, Any] | None

    @property
    def status(self) -> str:
        """Of the result; MISSING without one."""
        return str(self.result["Status"]) if self.result else "MISSING"

    @property
    def expected(self) -> bool:
        """Whether it is what should have come back."""
        return self.status == self.upload.expected

    @property
    def labels(self) -> list[dict[str, Any]]:
        """Labels that count, as the API gives them."""
        return list(self.result["CustomLabels"]) if self.result else []

    @property
    def reason(self) -> str:
        """Why it was refused or failed; empty when it was neither."""
        error = self.result["Error"] if self.result else None
        return f"{error['Code']}: {error['Message']}" if error else ""


def answered(s3: Any, bucket: str, uploads: Iterable[Upload], prefix: str) -> set[str]:
    """Keys of those uploads that have a result beside them."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    there = {each["Key"] for page in pages for each in page.get("Contents", [])}
    return {upload.key for upload in uploads if upload.key + RESULT_SUFFIX in there}


def collect(s3: Any, bucket: str, uploads: Sequence[Upload], there: set[str]) -> list[Answer]:
    """Read every result that is there."""
    return [Answer(upload, _read(s3, bucket, upload.key) if upload.key in there else None) for upload in uploads]


def _read(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(s3.get_object(Bucket=bucket, Key=key + RESULT_SUFFIX)["Body"].read())
    return result


def macro_f1(answers: Iterable[Answer]) -> float | None:
    """Mean F1 of the labels over the uploads whose truth is known; None when it is of none."""
    pairs = [(answer.upload.truth, found(answer.upload.truth, answer)) for answer in answers if answer.upload.truth]
    return evaluate(pairs).macro_f1 if pairs else None


def found(image: LabelledImage, answer: Answer) -> list[Found]:
    """Labels that count, in pixels of the stored raster."""
    return [_found(image, label) for label in answer.labels]


def _found(image: LabelledImage, label: dict[str, Any]) -> Found:
    name, confidence = label["Name"], label["Confidence"]
    if "Geometry" not in label:
        return Found(name, confidence)
    box = label["Geometry"]["BoundingBox"]
    left, top = box["Left"] * image.width, box["Top"] * image.height
    return Found(name, confidence, left, top, box["Width"] * image.width, box["Height"] * image.height)
