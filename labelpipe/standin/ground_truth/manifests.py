"""Ground Truth manifests: JSON Lines of an image with its labels or boxes, read into values.

Formats: "Creating a manifest file" in the Amazon Rekognition Custom Labels Developer Guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from labelpipe.standin.ground_truth.attributes import Attribute, Box, Frame, read
from labelpipe.standin.ground_truth.flaws import Flaw, is_ignored, is_invalid
from labelpipe.standin.state import Location

MAX_LINE = 100_000  # characters; "Debugging terminal dataset errors"
# The others: "Guidelines and quotas in Amazon Rekognition Custom Labels" and "Validation rules for manifest files".
MAX_BYTES = 1024**3
MAX_LABELS = 250
MAX_INVALID = 0.2  # of the lines
MAX_LABELS_OF_IMAGE = MAX_BOXES_OF_IMAGE = 50
_SMALL_REGIONS = ("ap-south-1", "eu-west-2")
_SOURCE = re.compile(r"s3://([0-9A-Za-z.\-_]{3,255})/(.{1,1024})", re.DOTALL)
_SUFFIX = "-metadata"
_TOLD = frozenset({"errors", "warnings", "cl-errors", "cl-warnings", "cl-metadata"})  # what the service itself adds


class LineError(Exception):
    """A line that names no image; its text is a code of "Non-terminal JSON line validation errors"."""


@dataclass(frozen=True)
class Entry:
    """One image of a manifest, with what can be used of its label attributes and what is wrong with it."""

    line: str
    source: Location
    attributes: tuple[Attribute, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @property
    def labels(self) -> frozenset[str]:
        """Of the whole image."""
        return frozenset(attribute.label for attribute in self.attributes if attribute.label is not None)

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for attribute in self.attributes for box in attribute.boxes)

    @property
    def names(self) -> frozenset[str]:
        return self.labels | {box.label for box in self.boxes}

    @property
    def uri(self) -> str:
        return f"s3://{self.source.bucket}/{self.source.key}"

    @property
    def is_usable(self) -> bool:
        """Whether it has anything to learn from: errors of one annotation leave the others."""
        return not is_invalid(self.flaws) and not is_ignored(self.flaws)


def max_images(region: str, kind: str) -> int:
    """How many a TRAIN or a TEST manifest may have in that Region, without a raised quota."""
    return {"TRAIN": 28_000, "TEST": 7_000}[kind] if region in _SMALL_REGIONS else 250_000


def lines_of(content: bytes) -> list[str]:
    """The lines of a manifest; a blank one counts, the end of the last line does not begin another.

    Only line feeds part lines: JSON may hold the other characters that Python takes for ends of lines. Spaces around a
    line are not of it.
    """
    lines = content.decode("utf-8", "replace").split("\n")
    return [line.strip(" \t\r") for line in (lines if lines[-1] else lines[:-1])]


def usable(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries of a dataset: lines that name no image and images seen before are silently left out.

    These are the "terminal content errors" of "Debugging terminal dataset errors"; other flaws stay with their entry.
    """
    seen: set[Location] = set()
    for line in lines:
        try:
            entry = parse(line)
        except LineError:
            continue
        if entry.source not in seen:
            seen.add(entry.source)
            yield entry


def parse(line: str, frame: Frame | None = None) -> Entry:
    """One line with its flaws, or LineError when it names no image.

    Args:
        frame: width and height of the image in pixels; without it, boxes are held against their own image_size.
    """
    row = _object(line)
    source = _source(row)
    pairs = [name for name in row if name != "source-ref" and name + _SUFFIX in row]
    if not pairs:
        return Entry(line, source, flaws=(Flaw(_without_attributes(row)),))
    found = [read(name, row[name], row[name + _SUFFIX], frame) for name in pairs]
    attributes = tuple(attribute for attribute, _ in found if attribute)
    flaws = [flaw for _, flaws in found for flaw in flaws]
    return _concluded(line, source, attributes, flaws)


def _concluded(line: str, source: Location, attributes: tuple[Attribute, ...], flaws: list[Flaw]) -> Entry:
    """The entry, with the flaws of the line as a whole. AWS names no error for more than 50 labels of an image."""
    if sum(len(attribute.boxes) for attribute in attributes) > MAX_BOXES_OF_IMAGE:
        flaws += [Flaw("ERROR_TOO_MANY_BOUNDING_BOXES", each.name) for each in attributes if each.boxes]
        attributes = tuple(attribute for attribute in attributes if not attribute.boxes)
    if len({attribute.label for attribute in attributes if attribute.label is not None}) > MAX_LABELS_OF_IMAGE:
        flaws.append(
            Flaw("ERROR_NO_VALID_LABEL_ATTRIBUTES", detail=f"An image has at most {MAX_LABELS_OF_IMAGE} labels.")
        )
    elif not attributes:
        flaws.append(Flaw("ERROR_NO_VALID_LABEL_ATTRIBUTES"))
    elif all(attribute.is_empty for attribute in attributes):
        flaws.append(Flaw("WARNING_NO_ANNOTATIONS"))
    return Entry(line, source, attributes, tuple(flaws))


def _without_attributes(row: dict[str, Any]) -> str:
    """A line of nothing but its image is one that nobody labelled yet; what else is there is no pair of attributes."""
    return "WARNING_UNANNOTATED_RECORD" if set(row) - _TOLD == {"source-ref"} else "ERROR_NO_LABEL_ATTRIBUTES"


def _object(line: str) -> dict[str, Any]:
    """AWS says that a line has at most 100,000 characters, and names no error for a longer one in a training."""
    try:
        row = json.loads(line, parse_constant=_refuse) if len(line) <= MAX_LINE else None
        if "\\u" in line:
            json.dumps(row, ensure_ascii=False).encode()  # JSON may hold half of a character, which no file can
    except (ValueError, RecursionError) as error:
        raise LineError("ERROR_INVALID_JSON_LINE") from error
    if not isinstance(row, dict):
        raise LineError("ERROR_INVALID_JSON_LINE")
    return row


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _source(row: dict[str, Any]) -> Location:
    if "source-ref" not in row:
        raise LineError("ERROR_MISSING_SOURCE_REF")
    value = row["source-ref"]
    found = _SOURCE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise LineError("ERROR_INVALID_SOURCE_REF_FORMAT")
    return Location(found[1], found[2])
