"""The training process, called in this one, with an S3 that is a dictionary."""

import json

import pytest

from labelpipe.standin.engine import load
from labelpipe.standin.jobs import Job
from labelpipe.standin.models import MODEL
from labelpipe.standin.state import Location
from labelpipe.standin.training import train

SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}


def boxed(number: int, example) -> str:
    names = ["disc", "square"]
    height, width = example.pixels.shape[:2]
    annotations = [
        dict(
            zip(
                ("class_id", "left", "top", "width", "height"),
                [names.index(true.label), *(round(r * s) for r, s in zip(true.box, (width, height) * 2, strict=True))],
                strict=True,
            )
        )
        for true in example.boxes
    ]
    kind = SORT | {"type": "groundtruth/object-detection", "class-map": {"0": "disc", "1": "square"}}
    return json.dumps(
        {"source-ref": f"s3://images/{number}.jpg", "bb": {"annotations": annotations}, "bb-metadata": kind}
    )


def labelled(number: int, label: str) -> str:
    kind = SORT | {"type": "groundtruth/image-classification", "class-name": label}
    return json.dumps({"source-ref": f"s3://images/{number}.jpg", "c": 1, "c-metadata": kind})


@pytest.fixture
def run(standin, tmp_path, draw, encode):
    """Train on these lines (and test on those), with pictures 0 to 23 in S3; the outcome and the folder."""

    def one(lines: list[str], test: list[str] | None = None):
        for number in range(24):
            standin.objects.content["images", f"{number}.jpg"] = encode(draw(number).pixels)
        standin.objects.content["images", "cut.jpg"] = encode(draw(0).pixels)[:900]
        standin.objects.content["images", "train.manifest"] = "\n".join(lines).encode()
        standin.objects.content["images", "test.manifest"] = "\n".join(test or []).encode()
        tests = (Location("images", "test.manifest"),) if test else ()
        job = Job("arn", "bees", "v1", Location("results", "trained/"), (Location("images", "train.manifest"),), tests)
        job.write(tmp_path)
        return train(tmp_path, standin.objects), tmp_path

    return one


def test_boxes_make_a_detector_and_its_results_are_written(standin, draw, run) -> None:
    outcome, folder = run([boxed(number, draw(number)) for number in range(16)])
    assert outcome.succeeded and outcome.training.f1 > 0.8
    found = load(folder / MODEL).find(draw(20).pixels)
    assert found[0].box is not None
    summary = json.loads(standin.objects.read(outcome.training.summary))
    assert summary["EvaluationDetails"]["NumberOfTrainingImages"] == 13
    assert summary["EvaluationDetails"]["NumberOfTestingImages"] == 3
    assert outcome.training.summary.key == "trained/bees/v1/EvaluationResultSummary-bees-v1.json"
    per_label = summary["LabelEvaluationResults"]
    assert {each["Label"] for each in per_label} == {"disc", "square"}
    assert summary["AggregatedEvaluationResults"]["F1Score"] == pytest.approx(
        sum(each["Metrics"]["F1Score"] for each in per_label) / 2
    )
    told = json.loads(standin.objects.read(outcome.training.manifests["Summary"]))
    assert told["statistics"]["training"]["use_case"] == "OBJECT_LOCALIZATION"


def test_labels_make_a_classifier_tested_on_its_own_images(draw, run) -> None:
    lines = [labelled(number, "odd" if number % 2 else "even") for number in range(24)]
    outcome, folder = run(lines[:16], lines[16:])
    assert outcome.succeeded
    found = load(folder / MODEL).find(draw(20).pixels)
    assert [finding.box for finding in found] == [None, None]
    assert sum(finding.confidence for finding in found) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("labelled_ones", "labels"), [(12, ("a", "b")), (6, ("disc", "square"))])
def test_the_kind_of_most_images_decides_what_the_model_is(draw, run, labelled_ones: int, labels: tuple) -> None:
    lines = [labelled(number, "ab"[number % 2]) for number in range(labelled_ones)]
    lines += [boxed(number, draw(number)) for number in range(labelled_ones, 18)]
    _, folder = run(lines)
    assert load(folder / MODEL).labels == labels


def cut(number: int) -> str:
    return labelled(number, "even").replace(f"{number}.jpg", "cut.jpg")


def outside(number: int, draw) -> str:
    row = json.loads(boxed(number, draw(number)))
    row["bb"]["annotations"][0]["left"] = 150
    return json.dumps(row)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "TOO_FEW_USABLE_LABELS"),
        ([labelled(i, "bee") for i in range(10)], "TOO_FEW_USABLE_LABELS"),
        ([labelled(i, f"bee {i}") for i in range(10)], "INSUFFICIENT_USABLE_LABEL_OVERLAP"),
        (
            [labelled(i, "ab"[i % 2]) for i in range(7)] + ["no json", "{}"],
            "INVALID_JSON_LINE, ERROR_MISSING_SOURCE_REF",
        ),
        ([labelled(i, "ab"[i % 2]) for i in range(7)] + [cut(8), cut(9)], "ERROR_INVALID_IMAGE"),
        ([labelled(i, "ab"[i % 2]) for i in range(25, 33)], "ERROR_INVALID_IMAGE"),
    ],
)
def test_material_that_cannot_be_trained_on_is_a_failed_training_that_says_why(
    run, lines: list[str], said: str
) -> None:
    outcome, folder = run(lines)
    assert not outcome.succeeded
    assert said in outcome.message
    assert not (folder / MODEL).exists()


def test_a_box_that_leaves_its_image_is_an_error_of_its_line(run, draw) -> None:
    outcome, _ = run([outside(number, draw) for number in range(4)])
    assert "ERROR_INVALID_BOUNDING_BOX" in outcome.message


def test_a_line_may_come_twice(run) -> None:
    outcome, _ = run([labelled(i // 2, "ab"[i // 2 % 2]) for i in range(20)])
    assert outcome.succeeded


def test_a_manifest_that_is_not_there_is_a_failed_training(run, standin, tmp_path) -> None:
    Job("arn", "bees", "v1", Location("results", ""), (Location("images", "absent"),)).write(tmp_path)
    assert "Unable to get object metadata" in train(tmp_path, standin.objects).message


def test_up_to_a_fifth_of_the_lines_may_be_wrong_and_they_are_listed(standin, run) -> None:
    lines = [labelled(i, "ab"[i % 2]) for i in range(10)] + ["no json"]
    outcome, _ = run(lines)
    assert outcome.succeeded
    told = json.loads(standin.objects.read(outcome.training.manifests["Summary"]))["statistics"]
    assert told["training"]["invalid_json_lines"] + told["testing"]["invalid_json_lines"] == 1
