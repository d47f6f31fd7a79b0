"""What a training leaves in S3, found as a user finds it: by DescribeProjectVersions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.pictures import labelled_line, manifest
from tests.contract.polling import until

EVALUATION = "rekognition-custom-labels-evaluation"


@pytest.fixture
def fetched(s3):
    """The object that a part of a version's description names, as text."""

    def one(named: dict[str, Any]) -> str:
        place = named["S3Object"]
        return s3.get(place["Bucket"], place["Name"]).decode()

    return one


@pytest.fixture
def lines(fetched):
    """The rows of a manifest that a TrainingDataResult or a TestingDataResult names."""

    def one(version: dict[str, Any], data: str, part: str) -> list[dict[str, Any]]:
        (asset,) = version[data][part]["Assets"]
        return [json.loads(line) for line in fetched(asset["GroundTruthManifest"]).splitlines()]

    return one


def test_the_numbers_of_the_whole_are_in_both_documented_places(fetched, describe_version, detector: str) -> None:
    version = describe_version(detector)
    summary = json.loads(fetched(version["EvaluationResult"]["Summary"]))
    overall = summary["AggregatedEvaluationResults"]
    assert set(overall) == {"Precision", "Recall", "F1Score", "AveragePrecision", "AverageRecall", "Metrics"}
    assert overall.pop("Metrics") == overall
    assert overall["F1Score"] == version["EvaluationResult"]["F1Score"]


def test_a_classifier_has_a_confusion_matrix(fetched, describe_version, classifier: str) -> None:
    summary = json.loads(fetched(describe_version(classifier)["EvaluationResult"]["Summary"]))
    matrix = summary["AggregatedEvaluationResults"]["ConfusionMatrix"]
    assert {(each["GroundTruthLabel"], each["PredictedLabel"]) for each in matrix} == {
        (truth, predicted) for truth in ("bright", "dark") for predicted in ("bright", "dark")
    }
    for label in ("bright", "dark"):
        assert sum(each["Value"] for each in matrix if each["GroundTruthLabel"] == label) == pytest.approx(1)


def test_the_snapshot_of_a_detector_adds_up_to_its_summary(fetched, lines, describe_version, detector: str) -> None:
    version = describe_version(detector)
    rows = lines(version, "TestingDataResult", "Output")
    details = [
        (row[f"{EVALUATION}-metadata"]["class-map"][str(box["class_id"])], each[f"{EVALUATION}-details"])
        for row in rows
        for box, each in zip(row[EVALUATION]["annotations"], row[f"{EVALUATION}-metadata"]["objects"], strict=True)
    ]
    for told in json.loads(fetched(version["EvaluationResult"]["Summary"]))["LabelEvaluationResults"]:
        mine = [each for label, each in details if label == told["Label"]]
        right, wrong, missed = (
            sum(each[f"is-{kind}"] for each in mine) for kind in ("true-positive", "false-positive", "false-negative")
        )
        assert right + missed == 4  # one disc and one square in each of the four test images
        assert told["Metrics"]["Precision"] == pytest.approx(right / max(right + wrong, 1))
        assert told["Metrics"]["Recall"] == pytest.approx(right / 4)


def test_the_snapshot_of_a_classifier_judges_every_label_of_every_image(
    lines, describe_version, classifier: str
) -> None:
    rows = lines(describe_version(classifier), "TestingDataResult", "Output")
    assert len(rows) == 2
    for row in rows:
        said = [value for name, value in row.items() if name.startswith(EVALUATION) and name.endswith("-metadata")]
        assert {each["class-name"] for each in said} == {"bright", "dark"}
        assert all(f"{EVALUATION}-details" in each for each in said)


def test_the_snapshot_of_what_was_learnt_has_the_training_images_alone(lines, describe_version, classifier) -> None:
    rows = lines(describe_version(classifier), "TrainingDataResult", "Output")
    assert len(rows) == 10
    assert not any(EVALUATION in name for row in rows for name in row)


def test_a_failed_training_tells_what_is_wrong_with_each_manifest_and_line(s3, fetched, lines, asked) -> None:
    project = asked.create_project(ProjectName="flawed")["ProjectArn"]
    given = [labelled_line("light/0.png", "dark"), labelled_line("light/1.png", "dark"), "{}"]
    asked.create_project_version(
        ProjectArn=project,
        VersionName="v1",
        OutputConfig={"S3Bucket": "results"},
        TrainingData={"Assets": [manifest(s3, "flawed.manifest", given)]},
        TestingData={"Assets": [manifest(s3, "sound.manifest", given[:2])]},
    )
    version = until(
        lambda: asked.describe_project_versions(ProjectArn=project)["ProjectVersionDescriptions"][0],
        lambda version: version["Status"] != "TRAINING_IN_PROGRESS",
        seconds=120,
        pause=0.2,
    )
    assert version["Status"] == "TRAINING_FAILED"
    assert "EvaluationResult" not in version
    summary = json.loads(fetched(version["ManifestSummary"]))
    (error, *_) = summary["statistics"]["training"]["errors"]
    assert f"{error['code']}: {error['message']}" in version["StatusMessage"]
    *_, last = lines(version, "TrainingDataResult", "Validation")
    assert last == {"errors": [{"code": "ERROR_MISSING_SOURCE_REF", "message": "The source-ref key is missing."}]}
    assert len(lines(version, "TestingDataResult", "Validation")) == 2
