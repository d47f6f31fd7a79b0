"""Ground Truth manifests: JSON Lines of an image with its labels or boxes, read into values.

Formats: "Creating a manifest file" in the Amazon Rekognition Custom Labels Developer Guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from labelpipe.standin.state import Location

MAX_LINE = 100_000  # characters
_SOURCE = re.compile(r"s3://([0-9A-Za-z.\-_]{3,255})/(.{1,1024})", re.DOTALL)


class LineError(Exception):
    """A line that cannot be used; its text is a code of "Non-terminal JSON line validation errors"."""


@dataclass(frozen=True)
class Box:
    """Where a label is, in pixels of the stored raster."""

    label: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Entry:
    """One image of a manifest, with the labels of the whole image and the boxes of things in it."""

    line: str
    source: Location
    labels: frozenset[str] = frozenset()
    boxes: tuple[Box, ...] = ()
    has_box_attribute: bool = False

    @property
    def names(self) -> frozenset[str]:
        return self.labels | {box.label for box in self.boxes}

    @property
    def uri(self) -> str:
        return f"s3://{self.source.bucket}/{self.source.key}"


def usable(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries of a dataset: lines that cannot be used and images seen before are silently left out."""
    seen: set[Location] = set()
    for line in lines:
        try:
            entry = parse(line)
        except LineError:
            continue
        if entry.source not in seen:
            seen.add(entry.source)
            yield entry


def parse(line: str) -> Entry:
    """One line, or LineError with its code."""
    row = _object(line)
    source = _source(row.get("source-ref"))
    labels, boxes, boxed = set(), [], False
    for name, metadata in row.items():
        if not name.endswith("-metadata") or not isinstance(metadata, dict):
            continue
        value = row.get(name.removesuffix("-metadata"))
        match metadata.get("type"):
            case "groundtruth/image-classification":
                labels.add(_label(metadata.get("class-name")))
            case "groundtruth/object-detection":
                boxes += _boxes(value, metadata)
                boxed = True
    return Entry(line, source, frozenset(labels), tuple(boxes), boxed)


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise LineError("ERROR_INVALID_JSON_LINE") from error
    if not isinstance(row, dict) or len(line) > MAX_LINE:
        raise LineError("ERROR_INVALID_JSON_LINE")
    return row


def _source(value: Any) -> Location:
    if value is None:
        raise LineError("ERROR_MISSING_SOURCE_REF")
    found = _SOURCE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise LineError("ERROR_INVALID_SOURCE_REF_FORMAT")
    return Location(found[1], found[2])


def _label(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 255:
        raise LineError("ERROR_INVALID_LABEL_NAME_LENGTH")
    return value


def _boxes(value: Any, metadata: dict[str, Any]) -> list[Box]:
    try:
        return [_box(annotation, metadata["class-map"]) for annotation in value["annotations"]]
    except (KeyError, TypeError) as error:
        raise LineError("ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT") from error


def _box(annotation: dict[str, Any], class_map: dict[str, str]) -> Box:
    identity = str(annotation["class_id"])
    if identity not in class_map:
        raise LineError("ERROR_MISSING_CLASS_MAP_ID")
    sides = [annotation[name] for name in ("left", "top", "width", "height")]
    if any(isinstance(side, bool) or not isinstance(side, (int, float)) for side in sides):
        raise LineError("ERROR_INVALID_BOUNDING_BOX")
    if min(sides[:2]) < 0 or min(sides[2:]) <= 0:
        raise LineError("ERROR_INVALID_BOUNDING_BOX")
    return Box(_label(class_map[identity]), *sides)
