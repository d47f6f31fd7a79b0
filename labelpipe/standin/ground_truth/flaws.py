"""What can be wrong with a line of a manifest: every code, where it is told and what it means.

Codes and messages: "Non-terminal JSON line validation errors". Places: "Understanding training and testing validation
result manifests"; for codes that no page gives a place, it is inferred from what the code speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Any


class Level(Enum):
    """The object of the line that has the array of errors or warnings."""

    LINE = auto()
    ATTRIBUTE = auto()
    METADATA = auto()
    ANNOTATION = auto()


@dataclass(frozen=True)
class Meaning:
    level: Level
    message: str


_LINE, _ATTRIBUTE, _METADATA, _ANNOTATION = Level.LINE, Level.ATTRIBUTE, Level.METADATA, Level.ANNOTATION

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "ERROR_INVALID_JSON_LINE": Meaning(_LINE, "The JSON Line has an invalid format."),
        "ERROR_MISSING_SOURCE_REF": Meaning(_LINE, "The source-ref key is missing."),
        "ERROR_INVALID_SOURCE_REF_FORMAT": Meaning(_LINE, "The format of the source-ref value is invalid."),
        "ERROR_NO_LABEL_ATTRIBUTES": Meaning(_LINE, "No label attributes found."),
        "ERROR_NO_VALID_LABEL_ATTRIBUTES": Meaning(_LINE, "No valid label attributes found."),
        "ERROR_INVALID_IMAGE": Meaning(_LINE, "The image is invalid. Check S3 path and/or image properties."),
        "ERROR_INVALID_IMAGE_DIMENSION": Meaning(_LINE, "The image dimension(s) do not conform to allowed dimensions."),
        "ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT": Meaning(_ATTRIBUTE, "The format of the label attribute {} is invalid."),
        "ERROR_NO_VALID_ANNOTATIONS": Meaning(_ATTRIBUTE, "No valid annotations found."),
        "ERROR_TOO_MANY_BOUNDING_BOXES": Meaning(_ATTRIBUTE, "There are more bounding boxes than the allowed maximum."),
        "ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT": Meaning(
            _METADATA, "The format of the label attribute metadata is invalid."
        ),
        "ERROR_MISSING_BOUNDING_BOX_CONFIDENCE": Meaning(
            _METADATA, "One or more bounding boxes has a missing confidence value."
        ),
        "ERROR_MISSING_CLASS_MAP_ID": Meaning(_METADATA, "One or more class ids is missing from the class map."),
        "ERROR_UNSUPPORTED_USE_CASE_TYPE": Meaning(
            _METADATA,
            "The use case type of the {}-metadata label attribute metadata is unsupported. Check the type field.",
        ),
        # AWS gives this code no message.
        "ERROR_INVALID_LABEL_NAME_LENGTH": Meaning(_METADATA, "The length of the label name is invalid."),
        "ERROR_INVALID_BOUNDING_BOX": Meaning(_ANNOTATION, "The bounding box has off frame values."),
        "ERROR_BOUNDING_BOX_TOO_SMALL": Meaning(_ANNOTATION, "The height and width of the bounding box is too small."),
        "WARNING_UNANNOTATED_RECORD": Meaning(_LINE, "Record is unannotated."),
        "WARNING_NO_ANNOTATIONS": Meaning(_LINE, "No annotations were found."),
        "WARNING_NO_ATTRIBUTE_ANNOTATIONS": Meaning(_ATTRIBUTE, "No attribute annotations were found."),
    }
)


LISTED = "cl-"  # begins what ListDatasetEntries adds, in AWS's example of ERROR_UNSUPPORTED_USE_CASE_TYPE


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: its code, the label attribute and the number of the annotation that it is about."""

    code: str
    attribute: str = ""
    annotation: int = 0
    detail: str = ""  # said after the message

    @property
    def level(self) -> Level:
        return MEANINGS[self.code].level

    @property
    def is_warning(self) -> bool:
        return self.code.startswith("WARNING_")

    @property
    def message(self) -> str:
        message = MEANINGS[self.code].message.replace("{}", self.attribute)
        return f"{message} {self.detail}" if self.detail else message


def is_invalid(flaws: Iterable[Flaw]) -> bool:
    """Whether the whole line cannot be used: an error of an attribute or an annotation leaves the others."""
    return any(flaw.level is Level.LINE and not flaw.is_warning for flaw in flaws)


def is_ignored(flaws: Iterable[Flaw]) -> bool:
    """Whether the line is left out without being wrong."""
    return any(flaw.level is Level.LINE and flaw.is_warning for flaw in flaws)


def with_flaws(line: str, flaws: Iterable[Flaw], prefix: str = "") -> str:
    """The line with its errors and warnings where AWS puts them; a line without any comes back as it is.

    A line that is no JSON object is replaced by one that has nothing but the errors, as AWS says. Where the place of
    an error is not a JSON object (the number of an image-level label), the next one that is takes it: AWS does not say.

    Args:
        prefix: LISTED for what ListDatasetEntries tells.
    """
    flaws = list(flaws)
    if not flaws:
        return line
    row = {} if any(flaw.code == "ERROR_INVALID_JSON_LINE" for flaw in flaws) else json.loads(line)
    for key, warnings in ((f"{prefix}errors", False), (f"{prefix}warnings", True)):
        told: dict[int, list[Any]] = {}
        for flaw in (flaw for flaw in flaws if flaw.is_warning is warnings):
            place = _place(row, flaw)
            place[key] = told.setdefault(id(place), [])  # what an earlier training said there is replaced
            place[key].append({"code": flaw.code, "message": flaw.message})
    return json.dumps(row, ensure_ascii=False)


def without_flaws(line: str) -> str:
    """The line without what ListDatasetEntries told in it: whoever mends an entry may send it back with that."""
    if f'"{LISTED}' not in line:
        return line
    told = {f"{LISTED}errors", f"{LISTED}warnings"}
    own = json.loads(line, object_hook=lambda row: {k: v for k, v in row.items() if k not in told})
    return json.dumps(own, ensure_ascii=False)


def _place(row: dict[str, Any], flaw: Flaw) -> dict[str, Any]:
    attribute, metadata = row.get(flaw.attribute), row.get(f"{flaw.attribute}-metadata")
    places: list[Any] = [row]
    if flaw.level is not Level.LINE:
        places += [metadata]
    if flaw.level in (Level.ATTRIBUTE, Level.ANNOTATION):
        places += [attribute]
    if flaw.level is Level.ANNOTATION and isinstance(attribute, dict):
        places += [attribute["annotations"][flaw.annotation]]
    return next(place for place in reversed(places) if isinstance(place, dict))
