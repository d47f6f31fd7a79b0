"""One label attribute of a line with its metadata: what can be used of it, and what is wrong.

Formats: "Image-level labels in manifest files" and "Object localization in manifest files". AWS does not say which
flaws of the metadata leave some boxes in use; here a missing confidence or class costs its own box only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from labelpipe.standin import images
from labelpipe.standin.ground_truth.flaws import Flaw

Frame = tuple[int, int]  # width and height of the image, in pixels

CLASSIFICATION, DETECTION = "groundtruth/image-classification", "groundtruth/object-detection"
MAX_NAME = 255  # characters, as the API's DatasetLabel has it; the page of the error says 256
TRAINED_SIDE = 1280  # pixels; "ERROR_BOUNDING_BOX_TOO_SMALL": a larger image is scaled down to this for training
_SIDES = ("left", "top", "width", "height")


@dataclass(frozen=True)
class Box:
    """Where a label is, in pixels of the stored raster; the number is its annotation's in the attribute."""

    label: str
    left: float
    top: float
    width: float
    height: float
    number: int = 0


@dataclass(frozen=True)
class Attribute:
    """A label of the whole image, or boxes, of which there may be none."""

    name: str
    label: str | None = None
    boxes: tuple[Box, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.label is None and not self.boxes


class _Bad(Exception):
    """The attribute cannot be used; the text is the code."""


def read(name: str, value: Any, metadata: Any, frame: Frame | None) -> tuple[Attribute | None, list[Flaw]]:
    """The attribute, None when none of it can be used, and its flaws; boxes must lie in the frame or the image_size."""
    try:
        kind = _kind(metadata)
        if kind == CLASSIFICATION:
            return Attribute(name, _class(value, metadata)), []
        return _read_boxes(name, value, metadata, frame)
    except _Bad as error:
        return None, [Flaw(str(error), name)]


def _kind(metadata: Any) -> str:
    """The type, when the metadata has what both formats need."""
    known = isinstance(metadata, dict) and isinstance(metadata.get("type"), str)
    if not known or metadata.get("human-annotated") not in ("yes", "no"):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT")
    if metadata["type"] not in (CLASSIFICATION, DETECTION):
        raise _Bad("ERROR_UNSUPPORTED_USE_CASE_TYPE")
    if not isinstance(metadata.get("creation-date"), str):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT")
    return str(metadata["type"])


def _class(value: Any, metadata: dict[str, Any]) -> str:
    """The label: the value may be any integer and the confidence any share, for neither is used."""
    if not _is_whole(value):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT")
    if not _is_share(metadata.get("confidence")) or not isinstance(metadata.get("class-name"), str):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT")
    return _named(metadata["class-name"])


def _read_boxes(
    name: str, value: Any, metadata: dict[str, Any], frame: Frame | None
) -> tuple[Attribute | None, list[Flaw]]:
    objects, names = _objects_and_names(metadata)
    size = _image_size(value)
    annotations = _annotations(value)
    if not annotations:
        return Attribute(name), [Flaw("WARNING_NO_ATTRIBUTE_ANNOTATIONS", name)]
    boxes, flaws = [], [] if frame or fits(size) else [Flaw("ERROR_INVALID_IMAGE_DIMENSION")]
    for number, annotation in enumerate(annotations):
        found = _unnamed(name, annotation, objects[number : number + 1], names)
        found += [Flaw(code, name, number) for code in _misplaced(annotation, frame or size)]
        if not found:
            label = names[str(int(annotation["class_id"]))]
            left, top, width, height = (annotation[side] for side in _SIDES)
            boxes.append(Box(label, left, top, width, height, number))
        flaws += found
    if not boxes:
        return None, [*dict.fromkeys(flaws), Flaw("ERROR_NO_VALID_ANNOTATIONS", name)]
    return Attribute(name, boxes=tuple(boxes)), list(dict.fromkeys(flaws))


def fits(frame: Frame) -> bool:
    """Whether no side of the image is too short or too long."""
    return min(frame) >= images.MIN_SIDE and max(frame) <= images.MAX_SIDE


def _objects_and_names(metadata: dict[str, Any]) -> tuple[list[Any], dict[str, str]]:
    objects, names = metadata.get("objects"), metadata.get("class-map")
    if not isinstance(objects, list) or not isinstance(names, dict):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT")
    if not all(isinstance(label, str) for label in names.values()):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT")
    return objects, {identity: _named(label) for identity, label in names.items()}


def _image_size(value: Any) -> Frame:
    """The depth must be there, although nothing uses it."""
    sizes = value.get("image_size") if isinstance(value, dict) else None
    size = sizes[0] if isinstance(sizes, list) and len(sizes) == 1 else None
    if not isinstance(size, dict) or not all(_is_whole(size.get(side)) for side in ("width", "height", "depth")):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT")
    return size["width"], size["height"]


def _annotations(value: dict[str, Any]) -> list[dict[str, Any]]:
    """None at all is a warning, as AWS says; what is no box of whole pixels is an error of the attribute."""
    annotations = value.get("annotations", [])
    if not isinstance(annotations, list) or not all(
        isinstance(each, dict) and all(_is_whole(each.get(key)) for key in ("class_id", *_SIDES))
        for each in annotations
    ):
        raise _Bad("ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT")
    return annotations


def _unnamed(name: str, annotation: dict[str, Any], its_object: list[Any], names: dict[str, str]) -> list[Flaw]:
    """What the metadata lacks for the annotation: its confidence, in the object of the same number, and its class."""
    codes = []
    if not its_object or not isinstance(its_object[0], dict) or "confidence" not in its_object[0]:
        codes.append("ERROR_MISSING_BOUNDING_BOX_CONFIDENCE")
    if str(int(annotation["class_id"])) not in names:
        codes.append("ERROR_MISSING_CLASS_MAP_ID")
    return [Flaw(code, name) for code in codes]


def _misplaced(annotation: dict[str, Any], frame: Frame) -> list[str]:
    """A side must be longer than one pixel, also when the image is scaled down for training."""
    left, top, width, height = (annotation[side] for side in _SIDES)
    if min(left, top, width, height) < 0 or left + width > frame[0] or top + height > frame[1]:
        return ["ERROR_INVALID_BOUNDING_BOX"]
    if min(width, height) * min(TRAINED_SIDE, max(frame)) <= max(frame):
        return ["ERROR_BOUNDING_BOX_TOO_SMALL"]
    return []


def _named(label: str) -> str:
    if not 1 <= len(label) <= MAX_NAME:
        raise _Bad("ERROR_INVALID_LABEL_NAME_LENGTH")
    return label


def _is_whole(value: Any) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _is_share(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float)) and 0 <= value <= 1
