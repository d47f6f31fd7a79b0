"""A version's life: trained from datasets or manifests, started, asked, stopped, and the same after a restart."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from labelpipe.standin.server import ThreadedStandin


def test_a_training_leaves_its_evaluation_where_it_says(s3, detector: str, describe_version) -> None:
    version = describe_version(detector)
    place = version["EvaluationResult"]["Summary"]["S3Object"]
    summary = json.loads(s3.get(place["Bucket"], place["Name"]))
    assert place["Name"].startswith("trained/")
    assert summary["EvaluationDetails"]["ProjectVersionArn"] == detector
    assert summary["EvaluationDetails"]["NumberOfTrainingImages"] == 8
    assert summary["AggregatedEvaluationResults"]["F1Score"] == version["EvaluationResult"]["F1Score"]
    for label in summary["LabelEvaluationResults"]:
        assert 0 < label["Metrics"]["Threshold"] < 1
    assert version["BillableTrainingTimeInSeconds"] > 0


def test_every_manifest_that_a_version_names_is_there(s3, classifier: str, describe_version) -> None:
    version = describe_version(classifier)
    places = [version["ManifestSummary"]["S3Object"]]
    for data in (version["TrainingDataResult"], version["TestingDataResult"]):
        for part in data.values():
            places += [asset["GroundTruthManifest"]["S3Object"] for asset in part.get("Assets", [])]
    assert len(places) == 6
    assert all(s3.get(place["Bucket"], place["Name"]) for place in places)
    assert version["TestingDataResult"]["Input"] == {"AutoCreate": True}


def test_a_version_starts_runs_and_stops_with_time(target, asked, detector: str, describe_version) -> None:
    assert asked.start_project_version(ProjectVersionArn=detector, MinInferenceUnits=1)["Status"] == "STARTING"
    assert describe_version(detector)["Status"] == "STARTING"
    for call, more in ((asked.start_project_version, {"MinInferenceUnits": 1}), (asked.stop_project_version, {})):
        with pytest.raises(asked.exceptions.ResourceInUseException):
            call(ProjectVersionArn=detector, **more)
    target.clock.now += 600
    project, name = detector.split("/version/")[0], "v1"
    (found,) = asked.describe_projects(ProjectNames=[project.rpartition("/")[2]])["ProjectDescriptions"]
    asked.get_waiter("project_version_running").wait(ProjectArn=found["ProjectArn"], VersionNames=[name])
    assert describe_version(detector)["MinInferenceUnits"] == 1
    assert asked.stop_project_version(ProjectVersionArn=detector)["Status"] == "STOPPING"
    target.clock.now += 180
    assert describe_version(detector)["Status"] == "STOPPED"


def test_a_training_that_cannot_succeed_fails_and_says_why(asked, describe_version) -> None:
    project = asked.create_project(ProjectName="hopeless")["ProjectArn"]
    nowhere = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "absent.manifest"}}}
    asked.create_project_version(
        ProjectArn=project,
        VersionName="v1",
        OutputConfig={"S3Bucket": "results"},
        TrainingData={"Assets": [nowhere]},
        TestingData={"AutoCreate": True},
    )
    waiter = asked.get_waiter("project_version_training_completed")
    with pytest.raises(WaiterError, match="TRAINING_FAILED"):
        waiter.wait(ProjectArn=project, VersionNames=["v1"], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    (version,) = asked.describe_project_versions(ProjectArn=project)["ProjectVersionDescriptions"]
    assert "The manifest file extension or contents are invalid." in version["StatusMessage"]
    asked.delete_project_version(ProjectVersionArn=version["ProjectVersionArn"])
    asked.delete_project(ProjectArn=project)


def test_entries_of_a_dataset_come_as_they_were_written(asked, detector: str) -> None:
    (project,) = asked.describe_projects(ProjectNames=["shapes"])["ProjectDescriptions"]
    train, test = sorted(project["Datasets"], key=lambda each: each["DatasetType"], reverse=True)
    assert asked.describe_dataset(DatasetArn=train["DatasetArn"])["DatasetDescription"]["DatasetStats"] == {
        "LabeledEntries": 8,
        "TotalEntries": 8,
        "TotalLabels": 2,
        "ErrorEntries": 0,
    }
    pages = asked.get_paginator("list_dataset_entries").paginate(
        DatasetArn=test["DatasetArn"], PaginationConfig={"PageSize": 3}
    )
    found = [json.loads(entry)["source-ref"] for page in pages for entry in page["DatasetEntries"]]
    assert found == [f"s3://images/train/{number}.jpg" for number in range(8, 12)]


def test_a_trained_version_answers_after_a_restart(
    target, s3, running: str, picture, make_client, tmp_path: Path
) -> None:
    copied = shutil.copytree(target.server.service.store.folder, tmp_path / "state")
    with ThreadedStandin(copied, s3_endpoint_url=s3.url, clock=target.clock) as again:
        asked = make_client(again.url)
        labels = asked.detect_custom_labels(ProjectVersionArn=running, Image={"Bytes": picture(50).content})
        assert {label["Name"] for label in labels["CustomLabels"]} == {"disc", "square"}


def test_a_stopped_version_refuses_and_is_not_retried(asked: Any, detector: str, picture) -> None:
    with pytest.raises(asked.exceptions.ResourceNotReadyException) as caught:
        asked.detect_custom_labels(ProjectVersionArn=detector, Image={"Bytes": picture(50).content})
    assert isinstance(caught.value, ClientError)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
