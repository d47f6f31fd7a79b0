"""Ground Truth manifests, as Custom Labels reads them: JSON Lines, one image a line ("Creating a manifest file")."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from labelpipe.core.errors import Problem
from labelpipe.datasets.folder import find_images, image_size
from labelpipe.datasets.images import Box, LabelledImage

BOXES, LABEL = "groundtruth/object-detection", "groundtruth/image-classification"
# The service refuses a longer line ("Debugging terminal manifest content errors").
MAX_LINE = 100_000


def write_manifest(
    path: Path, images: Sequence[LabelledImage], source_refs: Sequence[str], *, created: datetime | None = None
) -> None:
    """Write one line per image; `source_refs` are the images' `s3://bucket/key`, in the same order."""
    _check_refs(source_refs)
    lines = [manifest_line(image, ref, created=created) for image, ref in zip(images, source_refs, strict=True)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _check_refs(source_refs: Sequence[str]) -> None:
    twice = [ref for ref, times in Counter(source_refs).items() if times > 1]
    if twice:
        raise Problem(f"{twice[0]} stands for {source_refs.count(twice[0])} images: give every image a key of its own")
    buckets = sorted({ref.split("/")[2] for ref in source_refs})
    if len(buckets) > 1:
        raise Problem(f"a manifest holds images of one bucket, not of {' and '.join(buckets)}: copy them into one")


def manifest_line(image: LabelledImage, source_ref: str, *, created: datetime | None = None) -> str:
    """The image's line: its boxes in pixels; or its labels; an image with neither is a line with no boxes.

    `created` is when it was labelled (default: now), written in UTC.
    """
    stamp = (created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    record: dict[str, Any] = {"source-ref": source_ref}
    common = {"human-annotated": "yes", "creation-date": stamp, "job-name": "labelpipe"}
    if image.boxes or not image.labels:
        record |= _boxes_to_json(image, common)
    for number, label in enumerate(image.labels):
        record[f"label-{number}"] = 1
        record[f"label-{number}-metadata"] = {"confidence": 1, "class-name": label, "type": LABEL, **common}
    line = json.dumps(record, ensure_ascii=False)
    if len(line) > MAX_LINE:
        raise Problem(f"{image.path} needs a line of {len(line)} characters, over {MAX_LINE}: give it fewer boxes")
    return line


def _boxes_to_json(image: LabelledImage, common: dict[str, str]) -> dict[str, Any]:
    labels = sorted({box.label for box in image.boxes})
    annotations = [
        {
            "class_id": labels.index(box.label),
            "left": box.left,
            "top": box.top,
            "width": box.width,
            "height": box.height,
        }
        for box in image.boxes
    ]
    return {
        "boxes": {
            "image_size": [{"width": image.width, "height": image.height, "depth": 3}],
            "annotations": annotations,
        },
        "boxes-metadata": {
            "objects": [{"confidence": 1}] * len(annotations),
            "class-map": {str(number): label for number, label in enumerate(labels)},
            "type": BOXES,
            **common,
        },
    }


def read_manifest(path: Path, images: Path) -> list[LabelledImage]:
    """Read a manifest whose images are in the folder `images`.

    An image is found by as many of the last parts of its key as fit: `s3://b/x/y.jpg` is `x/y.jpg`, else `y.jpg`.
    A line that is wrong, or whose image is missing or of another size, is a `Problem` that names the line.
    """
    files = _Files(images)
    found: dict[Path, int] = {}
    labelled = []
    for number, record in _records(path):
        try:
            image = _image_from_json(record, files)
            if image.path in found:
                raise Problem(f"it has the same image as line {found[image.path]}: remove one of them")
        except Problem as problem:
            raise Problem(f"{path} line {number}: {problem}") from problem
        found[image.path] = number
        labelled.append(image)
    if not labelled:
        raise Problem(f"{path} is empty: name a manifest with one image a line")
    return labelled


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read as a manifest ({error}): name a file of JSON lines in UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise Problem(f"{path} line {number}: it is not JSON ({error}): mend the line") from error
        if not isinstance(record, dict):
            raise Problem(f'{path} line {number}: it is not a JSON object: begin it with {{"source-ref": ...')
        yield number, record


class _Files:
    """The images of a folder, by the last parts of their path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_tail: dict[str, list[Path]] = {}
        for path in find_images(folder):
            for tail in _tails(path.relative_to(folder).as_posix()):
                self.by_tail.setdefault(tail, []).append(path)

    def find(self, source_ref: str) -> Path:
        for tail in _tails(source_ref):
            if len(paths := self.by_tail.get(tail, [])) > 1:
                raise Problem(f"{source_ref} may be {' or '.join(map(str, paths))}: keep one of them")
            if paths:
                return paths[0]
        raise Problem(f"{source_ref} has no image {PurePosixPath(source_ref).name!r} in {self.folder}: add it there")


def _tails(path: str) -> Iterable[str]:
    """The path, then without its first part, and so on down to the name."""
    parts = path.split("/")
    return ("/".join(parts[first:]) for first in range(len(parts)))


def _image_from_json(record: dict[str, Any], files: _Files) -> LabelledImage:
    source_ref = record.get("source-ref")
    if not isinstance(source_ref, str) or not source_ref:
        raise Problem('it has no "source-ref": give the image\'s s3://bucket/key')
    path = files.find(source_ref)
    width, height = image_size(path)
    boxes: list[Box] = []
    labels: list[str] = []
    kinds = 0
    for name, kind in _attributes(record):
        kinds += 1
        try:
            if kind == BOXES:
                boxes += _boxes_from_json(record[name], record[f"{name}-metadata"], width, height)
            else:
                labels.append(str(record[f"{name}-metadata"]["class-name"]))
        except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
            raise Problem(f'"{name}" is not as {kind} needs it ({type(error).__name__}: {error}): mend it') from error
    if not kinds:
        raise Problem("it has no labels or boxes: label the image or remove the line")
    return LabelledImage(path, width, height, tuple(boxes), tuple(labels))


def _attributes(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each label attribute with its type: a name that has a partner called `NAME-metadata`."""
    for name in record:
        metadata = record.get(f"{name}-metadata")
        if not isinstance(metadata, dict):
            continue
        kind = metadata.get("type")
        if kind not in (BOXES, LABEL):
            raise Problem(f'"{name}" has the type {kind!r}, which Custom Labels does not read: use {BOXES} or {LABEL}')
        yield name, kind


def _boxes_from_json(value: Any, metadata: Any, width: int, height: int) -> Iterator[Box]:
    said = value["image_size"][0]
    if (said["width"], said["height"]) != (width, height):
        raise Problem(f"it was drawn on {said['width']} x {said['height']} pixels but the image has {width} x {height}")
    for item in value["annotations"]:
        label = metadata["class-map"][str(item["class_id"])]
        box = Box(str(label), *(int(item[side]) for side in ("left", "top", "width", "height")))
        if not (0 <= box.left < box.left + box.width <= width and 0 <= box.top < box.top + box.height <= height):
            raise Problem(f"a box of {box.label} is outside the image or empty: mend it or remove it")
        yield box
