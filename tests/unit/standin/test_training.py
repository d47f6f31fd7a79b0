"""The training process, called in this one, with an S3 that is a dictionary."""

import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from labelpipe.standin.engine import load
from labelpipe.standin.models import MODEL
from labelpipe.standin.state import Location
from labelpipe.standin.trainings.jobs import Job
from labelpipe.standin.trainings.training import train

ARN = "arn:aws:rekognition:us-east-1:000000000000:project/bees/version/v1/1790000000000"
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
    size = {"width": width, "height": height, "depth": 3}
    kind = SORT | {"type": "groundtruth/object-detection", "class-map": {"0": "disc", "1": "square"}}
    value = {"image_size": [size], "annotations": annotations}
    metadata = kind | {"objects": [{"confidence": 1}] * len(annotations)}
    return json.dumps({"source-ref": f"s3://images/{number}.jpg", "bb": value, "bb-metadata": metadata})


def labelled(number: int, label: str) -> str:
    kind = SORT | {"type": "groundtruth/image-classification", "class-name": label}
    return json.dumps({"source-ref": f"s3://images/{number}.jpg", "c": 1, "c-metadata": kind})


@pytest.fixture
def run(standin, tmp_path, draw, encode):
    """Train on these lines (and test on those), with pictures 0 to 23 in S3; the outcome and the folder."""

    def one(lines: list[str], test: list[str] | None = None):
        for number in range(24):
            standin.objects.content["images", f"{number}.jpg"] = encode(draw(number).pixels)
        standin.objects.content["images", "train.manifest"] = "\n".join(lines).encode()
        standin.objects.content["images", "test.manifest"] = "\n".join(test or []).encode()
        tests = (Location("images", "test.manifest"),) if test else ()
        job = Job(ARN, "bees", "v1", Location("results", "trained/"), (Location("images", "train.manifest"),), tests)
        job.write(tmp_path)
        return train(tmp_path, standin.objects), tmp_path

    return one


def test_boxes_make_a_detector_and_its_results_are_written(standin, draw, run) -> None:
    """Also of a manifest in which some lines have labels alone, and a few are wrong."""
    others = ["no json", labelled(16, "other"), labelled(17, "other")]
    outcome, folder = run([*others, *[boxed(number, draw(number)) for number in range(16)]])
    assert outcome.succeeded and outcome.training.f1 > 0.8
    model = load(folder / MODEL)
    assert model.labels == ("disc", "square")
    assert model.find(draw(20).pixels)[0].box is not None
    summary = json.loads(standin.objects.read(outcome.training.summary))
    assert summary["EvaluationDetails"]["NumberOfTrainingImages"] == 13
    assert summary["EvaluationDetails"]["NumberOfTestingImages"] == 3
    assert outcome.training.summary.key == "trained/bees/v1/EvaluationResultSummary-bees-v1.json"
    per_label = summary["LabelEvaluationResults"]
    assert {each["Label"] for each in per_label} == {"disc", "square"}
    assert summary["AggregatedEvaluationResults"]["F1Score"] == pytest.approx(
        sum(each["Metrics"]["F1Score"] for each in per_label) / 2
    )
    told = json.loads(standin.objects.read(outcome.training.manifests["Summary"]))["statistics"]
    assert told["training"]["use_case"] == "OBJECT_LOCALIZATION"
    assert told["training"]["error_json_line_indices"] == [1]
    assert (told["training"]["total_json_lines"], told["testing"]["total_json_lines"]) == (16, 3)


def test_labels_make_a_classifier_tested_on_its_own_images(standin, draw, run) -> None:
    lines = [labelled(number, "odd" if number % 2 else "even") for number in range(24)]
    outcome, folder = run([*lines[:16], boxed(16, draw(16))], lines[17:])
    assert outcome.succeeded
    model = load(folder / MODEL)
    assert model.labels == ("even", "odd")
    found = model.find(draw(20).pixels)
    assert [finding.box for finding in found] == [None, None]
    assert sum(finding.confidence for finding in found) == pytest.approx(1, abs=1e-5)
    details = json.loads(standin.objects.read(outcome.training.summary))["EvaluationDetails"]
    assert (details["NumberOfTrainingImages"], details["NumberOfTestingImages"]) == (16, 7)


def test_a_manifest_that_is_not_there_is_a_failed_training(run, standin, tmp_path) -> None:
    Job(ARN, "bees", "v1", Location("results", ""), (Location("images", "absent.manifest"),)).write(tmp_path)
    outcome = train(tmp_path, standin.objects)
    assert outcome.message.startswith("The manifest file extension or contents are invalid.")
    assert not outcome.training.manifests


def test_a_test_dataset_without_lines_is_an_empty_manifest(run, standin, tmp_path) -> None:
    (tmp_path / "test.manifest").touch()
    outcome, _ = run([labelled(i, "ab"[i % 2]) for i in range(20)])
    assert outcome.message == "The manifest file is empty."


def test_a_failed_training_leaves_its_validation_results_and_no_model(standin, run) -> None:
    outcome, folder = run([labelled(i, "bee") for i in range(10)])
    assert outcome.message == "ERROR_MANIFEST_TOO_FEW_LABELS: The manifest file has too few labels."
    assert not (folder / MODEL).exists()
    places = outcome.training.manifests
    assert {name: place.key for name, place in places.items()} == {
        "TrainValidation": "trained/bees/v1/training_manifest_with_validation.json",
        "TestValidation": "trained/bees/v1/testing_manifest_with_validation.json",
        "Summary": "trained/bees/v1/manifest_summary.json",
    }
    errors = json.loads(standin.objects.read(places["Summary"]))["statistics"]["training"]["errors"]
    assert errors == [{"code": "ERROR_MANIFEST_TOO_FEW_LABELS", "message": "The manifest file has too few labels."}]


def test_an_output_that_cannot_be_written_is_a_failed_training(standin, run, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "PutObject")

    monkeypatch.setattr(standin.objects, "write", refuse)
    outcome, _ = run([labelled(i, "ab"[i % 2]) for i in range(10)])
    assert outcome.message.startswith("Unable to write to output S3 bucket.")


def test_an_s3_that_does_not_answer_is_an_issue_of_the_service(standin, run, monkeypatch) -> None:
    def hang_up(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr(standin.objects, "write", hang_up)
    outcome, _ = run([labelled(i, "ab"[i % 2]) for i in range(10)])
    assert outcome.message.startswith("Amazon Rekognition experienced a service issue.")


def test_labels_to_learn_and_boxes_to_test_are_said_to_be_beyond_the_stand_in(run, draw) -> None:
    lines = [labelled(number, ("disc", "square")[number % 2]) for number in range(10)]
    outcome, _ = run(lines, [boxed(number, draw(number)) for number in range(10, 16)])
    assert "finds no brands" in outcome.message
