"""The evaluation manifest snapshot: what is true of a test image, and what was said of it."""

import json
from typing import Any

import numpy as np
import pytest

from labelpipe.standin.engine import Example, Finding, TrueBox
from labelpipe.standin.engine.evaluation import evaluate
from labelpipe.standin.ground_truth.manifests import parse
from labelpipe.standin.trainings.material import Line
from labelpipe.standin.trainings.snapshot import snapshot

PIXELS = np.zeros((64, 64, 3), np.uint8)
FRAME = 200, 100
SORT = {"confidence": 0.4, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00", "job-name": "mine"}
EVALUATION = "rekognition-custom-labels-evaluation"


def labelled(*labels: str) -> Line:
    row: dict[str, Any] = {"source-ref": "s3://images/a.jpg"}
    for number, label in enumerate(labels):
        kind = SORT | {"type": "groundtruth/image-classification", "class-name": label}
        row |= {f"c{number}": 0, f"c{number}-metadata": kind}
    text = json.dumps(row)
    return Line(text, (), parse(text), Example(PIXELS, frozenset(labels)), FRAME)


def boxed(*places: tuple[int, int, int, int]) -> Line:
    boxes = [dict(zip(("left", "top", "width", "height"), place, strict=True), class_id=5) for place in places]
    kind = SORT | {"type": "groundtruth/object-detection", "class-map": {"5": "bee"}, "objects": [SORT] * len(boxes)}
    value = {"image_size": [{"width": 200, "height": 100, "depth": 3}], "annotations": boxes}
    text = json.dumps({"source-ref": "s3://images/a.jpg", "b": value, "b-metadata": kind})
    true = tuple(TrueBox("bee", (x / 200, y / 100, w / 200, h / 100)) for x, y, w, h in places)
    return Line(text, (), parse(text), Example(PIXELS, boxes=true), FRAME)


def told(lines: list[Line], found: list[list[Finding]], labels: list[str], boxes: bool) -> list[dict[str, Any]]:
    scores = evaluate(labels, found, [line.example for line in lines if line.example])
    return [json.loads(row) for row in snapshot(lines, boxes=boxes, scores=scores).splitlines()]


def verdict(details: dict[str, Any]) -> str:
    (kind,) = [name for name in details if name.startswith("is-true") or name.startswith("is-false") if details[name]]
    return f"{kind.removeprefix('is-')}, {'there' if details['is-present-in-ground-truth'] else 'not there'}"


def test_every_label_of_a_classifier_is_judged_by_its_threshold() -> None:
    lines = [labelled("bee"), *[labelled("wasp")] * 3, labelled("bee")]
    sure = [(0.9, 0.1), (0.4, 0.9), (0.3, 0.9), (0.2, 0.9), (0.1, 0.95)]
    found = [[Finding("bee", bee), Finding("wasp", wasp)] for bee, wasp in sure]
    rows = told(lines, found, ["bee", "wasp"], boxes=False)
    judged = [
        [verdict(row[f"{EVALUATION}-{number}-metadata"][f"{EVALUATION}-details"]) for number in (0, 1)] for row in rows
    ]
    assert judged == [
        ["true-positive, there", "true-negative, not there"],
        *[["true-negative, not there", "true-positive, there"]] * 3,
        ["false-negative, there", "false-positive, not there"],
    ]


def test_a_classified_image_has_the_documented_shape() -> None:
    (row, _) = told(
        [labelled("bee"), labelled("wasp")], [[Finding("bee", 0.75)], [Finding("bee", 0.5)]], ["bee"], boxes=False
    )
    assert row.pop(f"{EVALUATION}-0-metadata").pop("creation-date")
    assert row == {
        "source-ref": "s3://images/a.jpg",
        "rekognition-custom-labels-training-0": 1,
        "rekognition-custom-labels-training-0-metadata": {
            "confidence": 1.0,
            "job-name": "rekognition-custom-labels-training-job",
            "class-name": "bee",
            "human-annotated": "yes",
            "creation-date": "2026-11-20T10:00:00",
            "type": "groundtruth/image-classification",
        },
        f"{EVALUATION}-0": 1,
    }


def test_the_details_have_the_documented_shape() -> None:
    (row, _) = told(
        [labelled("bee"), labelled("wasp")], [[Finding("bee", 0.75)], [Finding("bee", 0.5)]], ["bee"], boxes=False
    )
    metadata = row[f"{EVALUATION}-0-metadata"]
    assert metadata.pop("creation-date")
    assert metadata == {
        "confidence": 0.75,
        "job-name": "rekognition-custom-labels-evaluation-job",
        "class-name": "bee",
        "human-annotated": "no",
        "type": "groundtruth/image-classification",
        "rekognition-custom-labels-evaluation-details": {
            "version": 1,
            "ground-truth-labelling-jobs": ["rekognition-custom-labels-training-job"],
            "is-true-positive": True,
            "is-true-negative": False,
            "is-false-positive": False,
            "is-false-negative": False,
            "is-present-in-ground-truth": True,
        },
    }


HERE, THERE, MISSED, EMPTY = (20, 20, 40, 40), (100, 20, 40, 40), (150, 60, 30, 30), (0, 0, 10, 10)


def finding(place: tuple[int, int, int, int], confidence: float) -> Finding:
    left, top, width, height = place
    return Finding("bee", confidence, (left / 200, top / 100, width / 200, height / 100))


@pytest.fixture
def row() -> dict[str, Any]:
    """Two boxes found, of which the threshold leaves one out; one missed; and one that is not there."""
    found = [finding(HERE, 0.9), finding(EMPTY, 0.3), *[finding(EMPTY, 0.2)] * 4, finding(THERE, 0.1)]
    return told([boxed(HERE, THERE, MISSED)], [found], ["bee"], boxes=True)[0]


def test_the_boxes_of_a_detector_are_one_attribute_in_pixels(row) -> None:
    value, metadata = row[EVALUATION], row[f"{EVALUATION}-metadata"]
    assert value["image_size"] == [{"width": 200, "height": 100, "depth": 3}]
    places = [tuple(each[side] for side in ("left", "top", "width", "height")) for each in value["annotations"]]
    assert places == [HERE, THERE, MISSED]
    assert {each["class_id"] for each in value["annotations"]} == {0}
    assert metadata["class-map"] == {"0": "bee"}
    assert (metadata["human-annotated"], metadata["type"]) == ("no", "groundtruth/object-detection")
    assert metadata["confidence"] == 0.9


def test_the_boxes_of_a_detector_are_judged_each(row) -> None:
    objects = row[f"{EVALUATION}-metadata"]["objects"]
    assert [(each["confidence"], verdict(each[f"{EVALUATION}-details"])) for each in objects] == [
        (0.9, "true-positive, there"),
        (0.1, "false-negative, there"),
        (0.0, "false-negative, there"),
    ]


def test_a_sure_box_that_is_not_there_is_told() -> None:
    found = [finding(EMPTY, 0.9), finding(HERE, 0.8), finding(EMPTY, 0.1)]
    (row,) = told([boxed(HERE)], [found], ["bee"], boxes=True)
    objects = row[f"{EVALUATION}-metadata"]["objects"]
    assert [verdict(each[f"{EVALUATION}-details"]) for each in objects] == [
        "false-positive, not there",
        "true-positive, there",
    ]


def test_true_boxes_come_under_the_service_s_own_name(row) -> None:
    training, metadata = (row[f"rekognition-custom-labels-training-0{suffix}"] for suffix in ("", "-metadata"))
    assert [each["left"] for each in training["annotations"]] == [20, 100, 150]
    assert metadata["class-map"] == {"0": "bee"}
    assert metadata["objects"] == [{"confidence": 1.0}] * 3
    assert "b" not in row


def test_the_snapshot_of_a_training_has_no_evaluation() -> None:
    (row,) = map(json.loads, snapshot([labelled("bee")], boxes=False).splitlines())
    assert list(row) == [
        "source-ref",
        "rekognition-custom-labels-training-0",
        "rekognition-custom-labels-training-0-metadata",
    ]
