"""python -m labelpipe.standin.training FOLDER: one training, in a process of its own.

Reads the job in the folder, learns, writes the results to S3 and the model and the outcome to the folder.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from labelpipe.standin import artefacts, images
from labelpipe.standin.engine import BrokenImage, Example, TrueBox, learn, pixels_of, save
from labelpipe.standin.errors import ServiceError
from labelpipe.standin.jobs import Job, Outcome
from labelpipe.standin.manifests import Entry, LineError, parse
from labelpipe.standin.models import MODEL
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import Location, Training

HELD_OUT = 5  # every fifth image, when there is nothing to test on
MAX_INVALID = 0.2  # of a manifest's lines: "Manifest file validation rules"


class TrainingError(Exception):
    """The material cannot be trained on; the text becomes the version's StatusMessage."""


@dataclass(frozen=True)
class Line:
    """A line of a manifest with its entry and image, or with the code of what is wrong."""

    text: str
    entry: Entry | None = None
    example: Example | None = None
    error: str | None = None


def train(folder: Path, objects: Objects) -> Outcome:
    """Do the job of the folder; a fault in the material is an outcome too."""
    began = time.monotonic()
    job = Job.read(folder)
    try:
        return _trained(job, folder, objects, began)
    except (TrainingError, ServiceError) as error:
        return Outcome(False, str(error), Training(time.time(), 0))


def _trained(job: Job, folder: Path, objects: Objects, began: float) -> Outcome:
    train_lines, test_lines = _split(
        _read(folder / "train.manifest", job.train, objects), _read(folder / "test.manifest", job.test, objects)
    )
    boxes = _is_detection(train_lines)
    train_set, test_set = _examples(train_lines, boxes), _examples(test_lines, boxes)
    _check(train_set, test_set, boxes)
    model, scores = learn(train_set, test_set, boxes)
    save(model, folder / MODEL)
    summary = artefacts.summary(job, scores, len(train_set), len(test_set), boxes)
    written = artefacts.write(objects, job, summary, train_lines, test_lines)
    training = Training(
        ended=time.time(),
        seconds=max(1, round(time.monotonic() - began)),
        f1=artefacts.mean([score.f1 for score in scores]),
        summary=written.pop("Evaluation"),
        manifests=written,
    )
    return Outcome(True, "", training)


def _read(file: Path, manifests: Sequence[Location], objects: Objects) -> list[Line]:
    """Every line of the manifests with its image, checked: ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST above a fifth."""
    texts = file.read_text("utf-8").splitlines() if file.exists() else []
    for manifest in manifests:
        texts += objects.read(manifest).decode("utf-8", "replace").splitlines()
    lines = [_line(text, objects) for text in texts]
    if sum(line.error is not None for line in lines) > MAX_INVALID * len(lines):
        raise TrainingError(
            "ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST: more than 20 % of the lines of the manifest cannot be used: "
            + ", ".join(sorted({line.error for line in lines if line.error}))
        )
    return lines


def _line(text: str, objects: Objects) -> Line:
    try:
        entry = parse(text)
    except LineError as error:
        return Line(text, error=str(error))
    try:
        image = objects.read(entry.source, limit=images.MAX_OBJECT_BYTES)
        return Line(text, entry, _example(entry, image))
    except LineError as error:
        return Line(text, error=str(error))
    except (ServiceError, BrokenImage):
        return Line(text, error="ERROR_INVALID_IMAGE")


def _example(entry: Entry, image: bytes) -> Example:
    """The image, with boxes as ratios of it; a box that leaves the image is an error of the line."""
    width, height = images.check(image)
    for box in entry.boxes:
        if box.left + box.width > width or box.top + box.height > height:
            raise LineError("ERROR_INVALID_BOUNDING_BOX")
    boxes = tuple(
        TrueBox(box.label, (box.left / width, box.top / height, box.width / width, box.height / height))
        for box in entry.boxes
    )
    return Example(pixels_of(image), entry.labels, boxes)


def _split(train: list[Line], test: list[Line]) -> tuple[list[Line], list[Line]]:
    """Hold out every fifth image when there is no test manifest, labels in turn so that each is in both parts."""
    if test:
        return train, test
    order = sorted(range(len(train)), key=lambda i: sorted(entry.names) if (entry := train[i].entry) else [])
    held_out = set(order[HELD_OUT - 1 :: HELD_OUT])
    return [line for i, line in enumerate(train) if i not in held_out], [train[i] for i in sorted(held_out)]


def _is_detection(lines: Sequence[Line]) -> bool:
    """The data decide what the model is: the kind of label that most images have."""
    boxed = sum(bool(line.entry.boxes) for line in lines if line.entry)
    labelled = sum(bool(line.entry.labels) for line in lines if line.entry)
    return boxed >= labelled


def _examples(lines: Sequence[Line], boxes: bool) -> list[Example]:
    """The images that this kind of model can learn from; a detector also does from those that are marked as empty."""
    usable = [(line.entry, line.example) for line in lines if line.entry and line.example]
    if boxes:
        return [replace(example, labels=frozenset()) for entry, example in usable if entry.has_box_attribute]
    return [replace(example, boxes=()) for entry, example in usable if entry.labels]


def _check(train: list[Example], test: list[Example], boxes: bool) -> None:
    learnt, tested = _labels(train), _labels(test)
    if len(learnt) < (1 if boxes else 2):
        raise TrainingError("ERROR_MANIFEST_TOO_FEW_USABLE_LABELS: at least 1 label with boxes, or 2 of whole images")
    if len(learnt) > 250:
        raise TrainingError("ERROR_MANIFEST_TOO_MANY_LABELS: at most 250 labels")
    if len(learnt & tested) < 0.5 * len(learnt):
        raise TrainingError(
            "ERROR_INSUFFICIENT_USABLE_LABEL_OVERLAP: less than half of the labels are in the test images too"
        )


def _labels(examples: Sequence[Example]) -> set[str]:
    return {label for e in examples for label in (*e.labels, *(true.label for true in e.boxes))}


def _end_with_parent() -> None:
    """Leave when standard input closes, which happens however the server ends."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser("python -m labelpipe.standin.training", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--s3-endpoint-url")
    options = parser.parse_args()
    _end_with_parent()
    train(options.folder, Objects(options.s3_endpoint_url)).write(options.folder)


if __name__ == "__main__":
    main()
