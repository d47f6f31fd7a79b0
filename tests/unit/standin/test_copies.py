"""A version that was learnt in another project."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from labelpipe.standin.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from labelpipe.standin.lifecycle import Delays, Status
from labelpipe.standin.models import MODEL


@pytest.fixture
def source(standin) -> str:
    arn = standin.trained(standin.project())
    standin.learnt(arn)
    return arn


@pytest.fixture
def into(standin, source: str) -> str:
    return standin.project("wasps")


def copied(standin, arn: str, into: str, name: str = "v9", **other) -> str:
    projects = standin.call("DescribeProjects")["ProjectDescriptions"]
    request = {
        "SourceProjectArn": next(p["ProjectArn"] for p in projects if "/bees/" in p["ProjectArn"]),
        "SourceProjectVersionArn": arn,
        "DestinationProjectArn": into,
        "VersionName": name,
        "OutputConfig": {"S3Bucket": "elsewhere", "S3KeyPrefix": "copies/"},
        **other,
    }
    return standin.call("CopyProjectVersion", **request)["ProjectVersionArn"]


def described(standin, project: str) -> dict:
    return standin.call("DescribeProjectVersions", ProjectArn=project)["ProjectVersionDescriptions"][0]


def test_a_copy_takes_its_time_and_then_starts_without_its_source(standin, source: str, into: str) -> None:
    arn, began = copied(standin, source, into, Tags={"team": "x"}, KmsKeyId="alias/bees"), standin.now
    assert described(standin, into)["Status"] == "COPYING_IN_PROGRESS"
    assert "EvaluationResult" not in described(standin, into)
    standin.now += 300
    version = described(standin, into)
    assert (version["Status"], version["SourceProjectVersionArn"]) == ("COPYING_COMPLETED", source)
    assert (version["CreationTimestamp"], version["KmsKeyId"]) == (began, "alias/bees")
    assert standin.call("ListTagsForResource", ResourceArn=arn) == {"Tags": {"team": "x"}}
    standin.call("DeleteProjectVersion", ProjectVersionArn=source)
    standin.call("StartProjectVersion", ProjectVersionArn=arn, MinInferenceUnits=1)
    standin.now += 600
    assert standin.status(arn) == "RUNNING"
    assert (standin.service.store.model_folder(arn) / MODEL).read_bytes() == b"a model"


def test_what_the_training_wrote_is_copied_to_the_new_place(standin, source: str, into: str) -> None:
    copied(standin, source, into)
    standin.now += 300
    evaluation = described(standin, into)["EvaluationResult"]
    place = {"Bucket": "elsewhere", "Name": "copies/wasps/v9/summary.json"}
    assert evaluation == {"F1Score": 0.9, "Summary": {"S3Object": place}}
    assert standin.objects.content[place["Bucket"], place["Name"]] == b"{}"


def test_a_copy_whose_output_cannot_be_read_fails_and_says_why(standin, source: str, into: str) -> None:
    standin.objects.content.clear()
    copied(standin, source, into)
    assert described(standin, into)["StatusMessage"] == "The model version is being copied."
    standin.now += 300
    version = described(standin, into)
    assert version["Status"] == "COPYING_FAILED"
    assert "could not be copied: Unable to get object metadata from S3" in version["StatusMessage"]
    assert "EvaluationResult" not in version


@pytest.mark.parametrize(
    "error",
    [ClientError({"Error": {"Code": "NoSuchBucket"}}, "PutObject"), EndpointConnectionError(endpoint_url="nowhere")],
)
def test_a_copy_that_cannot_be_written_fails_and_says_why(
    standin, source: str, into: str, error: Exception, monkeypatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(standin.objects, "write", refuse)
    copied(standin, source, into)
    standin.now += 300
    version = described(standin, into)
    assert version["Status"] == "COPYING_FAILED"
    assert str(error) in version["StatusMessage"]


def test_what_must_be_there_is_named(standin, source: str, into: str) -> None:
    elsewhere = source.replace("000000000000", "111111111111")
    bees = source.replace("/version/v1", "")
    wrong = [
        (ResourceNotFoundException, {"SourceProjectVersionArn": elsewhere}),
        (ResourceNotFoundException, {"SourceProjectVersionArn": source.replace("/v1/", "/v2/")}),
        (ResourceNotFoundException, {"SourceProjectArn": into}),
        (ResourceNotFoundException, {"DestinationProjectArn": bees}),
        (InvalidParameterException, {"OutputConfig": {"S3KeyPrefix": "x"}}),
        (ResourceInUseException, {"VersionName": "taken"}),
    ]
    copied(standin, source, into, "taken")
    for error, other in wrong:
        with pytest.raises(error):
            copied(standin, source, **{"into": into, **other})


def test_an_adapter_s_project_takes_no_copies(standin, source: str) -> None:
    adapter = standin.call("CreateProject", ProjectName="m", Feature="CONTENT_MODERATION", AutoUpdate="DISABLED")
    with pytest.raises(InvalidParameterException):
        copied(standin, source, adapter["ProjectArn"])


def test_five_copies_at_once_go_into_a_project(standin, source: str, into: str) -> None:
    for number in range(5):
        copied(standin, source, into, f"v{number}")
    with pytest.raises(LimitExceededException):
        copied(standin, source, into, "v5")
    copied(standin, source, standin.project("hornets"), "v5")
    standin.now += 300
    copied(standin, source, into, "v5")


def test_a_version_that_was_put_to_trained_and_has_learnt_nothing_is_a_copy_that_fails(standin, into: str) -> None:
    project = standin.call("DescribeProjects", ProjectNames=["bees"])["ProjectDescriptions"][0]["ProjectArn"]
    arn = standin.training(project, "untrained")
    with standin.service.turn() as state:
        state.put(replace(state.version(arn, standin.now), status=Status.TRAINING_COMPLETED))
    copied(standin, arn, into)
    standin.now += 300
    version = described(standin, into)
    assert (version["Status"], version["StatusMessage"]) == ("COPYING_FAILED", f"{arn} has learnt nothing.")


def test_a_copy_can_be_copied(standin, source: str, into: str) -> None:
    standin.service.delays = Delays(copy=0)
    first = copied(standin, source, into)
    bees = standin.call("DescribeProjects", ProjectNames=["bees"])["ProjectDescriptions"][0]["ProjectArn"]
    second = copied(standin, first, bees, "v2", SourceProjectArn=into)
    assert described(standin, bees)["SourceProjectVersionArn"] == first
    assert standin.status(second) == "COPYING_COMPLETED"
