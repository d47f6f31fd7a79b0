"""The snapshots of a training: the images that were used, and for each test image what the model said of it.

Shape: "Interpreting the evaluation manifest snapshot". Its prose spells ground-truth-labeling-jobs, its JSON labelling.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from labelpipe.standin.ground_truth.attributes import CLASSIFICATION, DETECTION, Attribute, Frame
from labelpipe.standin.trainings.material import Line

if TYPE_CHECKING:
    from labelpipe.standin.engine.evaluation import Judgement, LabelScore

Said = list[tuple[str, "Judgement"]]  # labels, each with one thing that was said of it
Pair = tuple[Any, dict[str, Any]]  # the value of an attribute, and its metadata
Pixels = tuple[float, float, float, float]  # left, top, width, height

_TRAINING, _EVALUATION = "rekognition-custom-labels-training", "rekognition-custom-labels-evaluation"


def snapshot(lines: Sequence[Line], *, boxes: bool, scores: Sequence[LabelScore] | None = None) -> bytes:
    """The manifest of the lines that were used; with scores, what was said of each, the lines being those tested."""
    said: list[Said] = [[] for _ in lines]
    for score in scores or ():
        for judgement in score.judgements:
            said[judgement.image].append((score.label, judgement))
    rows = [
        {**_truth(line, boxes), **(_evaluation(line.frame, its, boxes) if scores else {})}
        for line, its in zip(lines, said, strict=True)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _truth(line: Line, boxes: bool) -> dict[str, Any]:
    """The image with the attributes that the model learns from, under the service's names for them."""
    row: dict[str, Any] = {"source-ref": line.entry.uri} if line.entry else {}
    given = json.loads(line.text)
    attributes = line.entry.attributes if line.entry else ()
    used = [each for each in attributes if (each.boxes if boxes else each.label is not None)]
    for number, attribute in enumerate(used):
        said = {key: given[f"{attribute.name}-metadata"][key] for key in ("human-annotated", "creation-date")}
        said["job-name"] = f"{_TRAINING}-job"
        value, metadata = _boxed(attribute, line.frame) if boxes else _labelled(str(attribute.label), 1.0)
        row |= {f"{_TRAINING}-{number}": value, f"{_TRAINING}-{number}-metadata": {**metadata, **said}}
    return row


def _evaluation(frame: Frame, said: Said, boxes: bool) -> dict[str, Any]:
    """A pair of attributes for each label of a classifier, or one pair for all boxes of a detector."""
    common = {"human-annotated": "no", "job-name": f"{_EVALUATION}-job"}
    common["creation-date"] = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    if boxes:
        value, metadata = _found(frame, [(label, each) for label, each in said if each.is_sure or each.is_true])
        return {_EVALUATION: value, f"{_EVALUATION}-metadata": {**metadata, **common}}
    row: dict[str, Any] = {}
    for number, (label, judgement) in enumerate(said):
        value, metadata = _labelled(label, judgement.finding.confidence)
        details = {f"{_EVALUATION}-details": _details(judgement)}
        row |= {f"{_EVALUATION}-{number}": value, f"{_EVALUATION}-{number}-metadata": {**metadata, **common, **details}}
    return row


def _labelled(label: str, confidence: float) -> Pair:
    return 1, {"confidence": confidence, "class-name": label, "type": CLASSIFICATION}


def _boxed(attribute: Attribute, frame: Frame) -> Pair:
    boxes = [(box.label, (box.left, box.top, box.width, box.height)) for box in attribute.boxes]
    return _drawn(boxes, frame, [{"confidence": 1.0}] * len(boxes))


def _found(frame: Frame, said: Said) -> Pair:
    """Sure boxes and those that are there; AWS does not say which of a detector's many unsure ones it tells.

    Nor does it say of what the metadata's own confidence is; here it is that of the surest box.
    """
    width, height = frame
    boxes = []
    for label, judgement in said:
        left, top, across, down = judgement.finding.box or (0.0, 0.0, 0.0, 0.0)
        boxes.append((label, (left * width, top * height, across * width, down * height)))
    confidences = [judgement.finding.confidence for _, judgement in said]
    objects = [
        {"confidence": confidence, f"{_EVALUATION}-details": _details(judgement)}
        for confidence, (_, judgement) in zip(confidences, said, strict=True)
    ]
    value, metadata = _drawn(boxes, frame, objects)
    return value, {"confidence": max(confidences, default=0.0), **metadata}


def _drawn(boxes: Sequence[tuple[str, Pixels]], frame: Frame, objects: Sequence[dict[str, Any]]) -> Pair:
    """The value and the metadata of an attribute with those boxes, in whole pixels."""
    names = sorted({label for label, _ in boxes})
    annotations = [{"class_id": names.index(label), **_rounded(box)} for label, box in boxes]
    value = {"annotations": annotations, "image_size": [{"width": frame[0], "height": frame[1], "depth": 3}]}
    class_map = {str(number): label for number, label in enumerate(names)}
    return value, {"class-map": class_map, "objects": list(objects), "type": DETECTION}


def _rounded(box: Pixels) -> dict[str, int]:
    """The box between whole pixels, so that one within its frame stays there."""
    left, top, right, bottom = (round(edge) for edge in (*box[:2], box[0] + box[2], box[1] + box[3]))
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


def _details(judgement: Judgement) -> dict[str, Any]:
    sure, true = judgement.is_sure, judgement.is_true
    return {
        "version": 1,
        "ground-truth-labelling-jobs": [f"{_TRAINING}-job"],
        "is-true-positive": sure and true,
        "is-true-negative": not sure and not true,
        "is-false-positive": sure and not true,
        "is-false-negative": not sure and true,
        "is-present-in-ground-truth": true,
    }
