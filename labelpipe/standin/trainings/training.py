"""python -m labelpipe.standin.trainings.training FOLDER: one training, in a process of its own.

Reads the job in the folder, learns, writes the results to S3 and the model and the outcome to the folder. The outcome
comes last, so that a training that was cut off anywhere is done again from its job.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from botocore.exceptions import BotoCoreError

from labelpipe.standin.engine import Example, learn, save
from labelpipe.standin.ground_truth.content_errors import MESSAGES, UseCase, of_owners, of_rows
from labelpipe.standin.ground_truth.manifests import max_images
from labelpipe.standin.models import MODEL
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import Location, Training
from labelpipe.standin.trainings import artefacts, evaluation_summary, validation_results
from labelpipe.standin.trainings.jobs import Job, Outcome
from labelpipe.standin.trainings.material import FileError, Line, checked, texts_of
from labelpipe.standin.trainings.snapshot import snapshot
from labelpipe.standin.trainings.split import Material, Part, decided


def train(folder: Path, objects: Objects) -> Outcome:
    """Do the job of the folder; a fault in the material is an outcome too."""
    began = time.monotonic()
    job = Job.read(folder)
    try:
        return _trained(job, folder, objects, began)
    except FileError as error:
        return _failed(str(error))
    except BotoCoreError as error:
        return _failed(f"Amazon Rekognition experienced a service issue. (S3 does not answer: {error})")


def _trained(job: Job, folder: Path, objects: Objects, began: float) -> Outcome:
    material = _material(job, folder, objects)
    written = artefacts.write(objects, job, validation_results.results(material))
    if material.codes:
        return _failed(_reason(material), written)
    boxes = material.case.boxes
    train_lines, test_lines = _used(material.train, boxes), _used(material.test, boxes)
    model, scores = learn(_examples(train_lines, boxes), _examples(test_lines, boxes), boxes)
    save(model, folder / MODEL)
    summary = evaluation_summary.summary(
        job.version_arn, scores, trained=len(train_lines), tested=len(test_lines), boxes=boxes
    )
    contents = {
        "Evaluation": json.dumps(summary, indent=2).encode(),
        "Train": snapshot(train_lines, boxes=boxes),
        "Test": snapshot(test_lines, boxes=boxes, scores=scores),
    }
    written |= artefacts.write(objects, job, contents)
    training = Training(
        ended=time.time(),
        seconds=max(1, round(time.monotonic() - began)),
        f1=summary["AggregatedEvaluationResults"]["F1Score"],
        summary=written.pop("Evaluation"),
        manifests=written,
    )
    return Outcome(True, "", training)


def _material(job: Job, folder: Path, objects: Objects) -> Material:
    """Both manifests, read before a line of them is looked at; a project's datasets are files of the folder."""
    file = folder / "test.manifest"
    texts = texts_of(folder / "train.manifest", job.train, objects)
    test = texts_of(file, job.test, objects) if job.test or file.exists() else None
    region = job.version_arn.split(":")[3]
    return decided(
        _part(texts, max_images(region, "TRAIN"), job.train, objects),
        None if test is None else _part(test, max_images(region, "TEST"), job.test, objects),
    )


def _part(texts: Sequence[str], most: int, manifests: Sequence[Location], objects: Objects) -> Part:
    """The lines with the errors of their rows; lines beyond those that a manifest may have are not looked at."""
    lines = tuple(checked(texts[:most], objects))
    too_many = ["ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM"] if len(texts) > most else []
    return Part(lines, [*too_many, *of_rows(lines), *of_owners(lines, manifests, objects)])


def _used(part: Part, boxes: bool) -> list[Line]:
    """Those that this kind of model can learn from."""
    return [line for line in part.lines if line.labels(boxes)]


def _examples(lines: Sequence[Line], boxes: bool) -> list[Example]:
    examples = [line.example for line in lines if line.example]
    return [replace(each, labels=frozenset()) if boxes else replace(each, boxes=()) for each in examples]


def _failed(message: str, manifests: Mapping[str, Location] | None = None) -> Outcome:
    return Outcome(False, message, Training(time.time(), 0, manifests=manifests or {}))


def _reason(material: Material) -> str:
    """Every code with its message, and a hint that AWS does not give."""
    reason = " ".join(f"{code}: {MESSAGES[code]}" for code in material.codes)
    if "ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST" in material.codes:
        lines = [*material.train.lines, *material.test.lines]
        reason += (
            f" (Lines have {', '.join(sorted({f.code for each in lines if each.is_invalid for f in each.flaws}))}.)"
        )
    brand = material.case is UseCase.IMAGE_LEVEL_LABELS and not _used(material.test, boxes=False)
    if brand and _used(material.test, boxes=True):
        reason += " (This stand-in finds no brands from images of the logo alone: draw boxes on training images.)"
    return reason


def _end_with_parent() -> None:
    """Leave when standard input closes, which happens however the server ends."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser("python -m labelpipe.standin.trainings.training", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--s3-endpoint-url")
    options = parser.parse_args()
    _end_with_parent()
    train(options.folder, Objects(options.s3_endpoint_url)).write(options.folder)


if __name__ == "__main__":
    main()
