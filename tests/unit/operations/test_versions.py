"""A version is looked up by the project's ARN and its own name, as the service wants it."""

import io
import json

import pytest

from labelpipe.core.errors import Problem
from labelpipe.core.releases import VersionArn
from labelpipe.operations.versions import find_version

ARN = VersionArn.parse("arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1700000000000")
PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/bees/1600000000000"
SUMMARY = {"EvaluationResult": {"F1Score": 0.9, "Summary": {"S3Object": {"Bucket": "b", "Name": "s.json"}}}}


class FakeRekognition:
    """One project with the versions given."""

    def __init__(self, *versions):
        self.versions = versions

    def describe_projects(self, ProjectNames):
        return {"ProjectDescriptions": [{"ProjectArn": PROJECT}] if ProjectNames == ["bees"] else []}

    def describe_project_versions(self, ProjectArn, VersionNames):
        assert ProjectArn == PROJECT
        return {
            "ProjectVersionDescriptions": [v for v in self.versions if f"/{VersionNames[0]}/" in v["ProjectVersionArn"]]
        }


class FakeS3:
    def __init__(self, summary):
        self.summary = summary

    def get_object(self, Bucket, Key):
        assert (Bucket, Key) == ("b", "s.json")
        return {"Body": io.BytesIO(json.dumps(self.summary).encode())}


def version(status="TRAINING_COMPLETED", arn=ARN.arn, **more):
    return {"ProjectVersionArn": arn, "Status": status, **more}


def test_thresholds_of_the_training_summary_become_confidences():
    labels = [{"Label": "bee", "Metrics": {"Threshold": 0.5}}, {"Label": "box", "Metrics": {"F1Score": 1}}]
    found = find_version(FakeRekognition(version(**SUMMARY)), FakeS3({"LabelEvaluationResults": labels}), ARN)
    assert (found.thresholds, found.f1, found.project_arn) == ({"bee": 50.0}, 0.9, PROJECT)


def test_a_version_without_a_summary_has_no_thresholds():
    assert find_version(FakeRekognition(version()), FakeS3({}), ARN).thresholds == {}


def test_a_version_of_the_same_name_with_another_stamp_is_not_it():
    other = ARN.arn.replace("1700000000000", "1800000000000")
    with pytest.raises(Problem, match="has no version"):
        find_version(FakeRekognition(version(arn=other)), FakeS3({}), ARN)


def test_an_unknown_project_is_said_to_be_unknown():
    elsewhere = VersionArn.parse(ARN.arn.replace("project/bees", "project/wasps"))
    with pytest.raises(Problem, match="no project 'wasps'"):
        find_version(FakeRekognition(), FakeS3({}), elsewhere)


@pytest.mark.parametrize("status", ["TRAINING_IN_PROGRESS", "TRAINING_FAILED", "DELETING"])
def test_a_version_that_cannot_be_started_is_refused(status):
    with pytest.raises(Problem, match=f"is {status}"):
        find_version(FakeRekognition(version(status)), FakeS3({}), ARN)
