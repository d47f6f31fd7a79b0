"""What is wrong with a manifest as a whole: the training fails, and the manifest summary says why.

Codes and messages: "Terminal manifest content errors"; that of too many lines is a dataset's, for that page has none.
Rules: "Validation rules for manifest files". Numbers: "Guidelines and quotas in Amazon Rekognition Custom Labels";
where a page swaps the minima of labels, that one counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from labelpipe.standin.ground_truth.manifests import MAX_INVALID, MAX_LABELS
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import Location
from labelpipe.standin.trainings.material import Line

MIN_OVERLAP = 0.5  # of the labels to learn must be among those to test

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM": "The manifest file has too many rows.",
        "ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST": "The manifest file contains too many invalid rows.",
        "ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS": "The manifest file contains images from multiple S3 buckets.",
        "ERROR_INVALID_PERMISSIONS_IMAGES_S3_BUCKET": "The permissions for the images S3 bucket are invalid.",
        "ERROR_INVALID_IMAGES_S3_BUCKET_OWNER": "Invalid owner id for images S3 bucket.",
        "ERROR_FAILED_IMAGES_S3_COPY": "Failed to copy images from S3 bucket.",
        "ERROR_INSUFFICIENT_IMAGES_PER_LABEL_FOR_AUTOSPLIT": (
            "The manifest file contains insufficient labeled images per label to perform auto-split."
        ),
        "ERROR_MANIFEST_TOO_FEW_LABELS": "The manifest file has too few labels.",
        "ERROR_MANIFEST_TOO_MANY_LABELS": "The manifest file has too many labels.",
        "ERROR_MANIFEST_TOO_FEW_USABLE_LABELS": "The manifest file has too few usable labels.",
        "ERROR_INSUFFICIENT_LABEL_OVERLAP": (
            "Less than 50% label overlap between the training and testing manifest files."
        ),
        "ERROR_INSUFFICIENT_USABLE_LABEL_OVERLAP": (
            "Less than 50% usable label overlap between the training and testing manifest files."
        ),
    }
)


class UseCase(StrEnum):
    """What a model finds; the service chooses by the training lines and leaves the other kind out."""

    IMAGE_LEVEL_LABELS = "IMAGE_LEVEL_LABELS"
    OBJECT_LOCALIZATION = "OBJECT_LOCALIZATION"
    NOT_DETERMINED = "NOT_DETERMINED"

    @property
    def boxes(self) -> bool:
        return self is UseCase.OBJECT_LOCALIZATION


def use_case(lines: Sequence[Line]) -> UseCase:
    """The kind that most lines have: AWS says that it chooses, and not how."""
    boxed = sum(bool(line.labels(boxes=True)) for line in lines)
    labelled = sum(bool(line.labels(boxes=False)) for line in lines)
    if not boxed and not labelled:
        return UseCase.NOT_DETERMINED
    return UseCase.OBJECT_LOCALIZATION if boxed >= labelled else UseCase.IMAGE_LEVEL_LABELS


def of_rows(lines: Sequence[Line]) -> list[str]:
    """Codes that need no look at the labels. Images that S3 denies, all of them, are a matter of permissions.

    A fifth of the lines may be invalid, all kinds of errors together and blank lines too; warnings do not count.
    """
    codes = []
    refusals = [line.refusal for line in lines if line.entry and not line.is_ignored]
    if refusals and all(refusals):
        denied = all(refusal == 403 for refusal in refusals)
        codes.append("ERROR_INVALID_PERMISSIONS_IMAGES_S3_BUCKET" if denied else "ERROR_FAILED_IMAGES_S3_COPY")
    if len({line.entry.source.bucket for line in lines if line.entry}) > 1:
        codes.append("ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS")
    if sum(line.is_invalid for line in lines) > MAX_INVALID * len(lines):
        codes.append("ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST")
    return codes


def of_owners(lines: Sequence[Line], manifests: Sequence[Location], objects: Objects) -> list[str]:
    """The code of images in a bucket that belongs to somebody else than the manifest's, as far as S3 tells owners."""
    buckets = {line.entry.source.bucket for line in lines if line.entry}
    named = {manifest.bucket for manifest in manifests}
    if not named or buckets <= named:
        return []
    owners = {objects.owner(bucket) for bucket in buckets | named} - {None}
    return ["ERROR_INVALID_IMAGES_S3_BUCKET_OWNER"] if len(owners) > 1 else []


def of_labels(lines: Sequence[Line], case: UseCase) -> list[str]:
    """Codes of too few or too many labels, counting all of them and then those of the chosen kind."""
    every, usable = labels(lines), labels(lines, case)
    least = 1 if case.boxes else 2
    if len(every) < least:
        return ["ERROR_MANIFEST_TOO_FEW_LABELS"]
    if len(usable) < least:
        return ["ERROR_MANIFEST_TOO_FEW_USABLE_LABELS"]
    return ["ERROR_MANIFEST_TOO_MANY_LABELS"] if len(every) > MAX_LABELS else []


def of_both(train: Sequence[Line], test: Sequence[Line], case: UseCase) -> list[str]:
    """The code of labels to learn that there are too few to test of."""
    if _overlap(labels(train), labels(test)) < MIN_OVERLAP:
        return ["ERROR_INSUFFICIENT_LABEL_OVERLAP"]
    if _overlap(labels(train, case), labels(test, case)) < MIN_OVERLAP:
        return ["ERROR_INSUFFICIENT_USABLE_LABEL_OVERLAP"]
    return []


def labels(lines: Sequence[Line], case: UseCase | None = None) -> set[str]:
    """Labels of the lines that can be used, of every kind or of the one."""
    kinds = (True, False) if case is None else (case.boxes,)
    return {label for line in lines for boxes in kinds for label in line.labels(boxes)}


def _overlap(train: set[str], test: set[str]) -> float:
    return len(train & test) / max(len(train), 1)
