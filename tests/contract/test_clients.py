"""Programs as the samples in the Custom Labels guide are: boto3, its waiters and paginators, and a loop that polls.

Nothing tells them of the stand-in but AWS_ENDPOINT_URL_REKOGNITION and AWS_ENDPOINT_URL_S3.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError
from PIL import Image, ImageDraw

from tests.contract.pictures import boxed_line, draw
from tests.contract.polling import past

BUCKET = "guide"
OUTPUT = {"S3Bucket": BUCKET, "S3KeyPrefix": "output"}
SOON = {"Delay": 1, "MaxAttempts": 120}


def upload(s3: Any, numbers: range) -> list[str]:
    """Put drawn pictures into the bucket; their lines of a manifest."""
    for number in numbers:
        s3.put_object(Bucket=BUCKET, Key=f"images/{number}.jpg", Body=draw(number).content)
    return [boxed_line(f"images/{number}.jpg", draw(number), BUCKET) for number in numbers]


def dataset_status(client: Any, arn: str, passing: str) -> str:
    return past(lambda: client.describe_dataset(DatasetArn=arn)["DatasetDescription"]["Status"], passing, pause=0.3)


def describe(client: Any, project: str, name: str) -> dict[str, Any] | None:
    found = client.describe_project_versions(ProjectArn=project, VersionNames=[name])["ProjectVersionDescriptions"]
    return found[0] if found else None


def version_status(client: Any, project: str, name: str, passing: str) -> str:
    return past(lambda: (describe(client, project, name) or {"Status": "(gone)"})["Status"], passing, pause=0.3)


@dataclass(frozen=True)
class Guided:
    """What the first chapters of the guide have made."""

    client: Any
    s3: Any
    project: str
    train: str
    test: str
    version: str


@pytest.fixture(scope="module")
def clients(swift_environment: dict[str, str], watch: Callable[[Any], Any]) -> Iterator[tuple[Any, Any]]:
    """Clients as a program makes them: boto3.client and nothing more."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in swift_environment.items():
            patch.setenv(name, value)
        yield watch(boto3.client("rekognition")), boto3.client("s3")


@pytest.fixture(scope="module")
def datasets(clients: tuple[Any, Any]) -> tuple[str, str, str]:
    """A project with a training dataset of twelve entries and a test dataset of three: their ARNs."""
    client, s3 = clients
    project = client.create_project(ProjectName="guide", Tags={"chapter": "1"})["ProjectArn"]
    s3.put_object(Bucket=BUCKET, Key="ten.manifest", Body="\n".join(upload(s3, range(10))).encode())
    source = {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": "ten.manifest"}}}
    train = client.create_dataset(ProjectArn=project, DatasetType="TRAIN", DatasetSource=source, Tags={"chapter": "2"})
    test = client.create_dataset(ProjectArn=project, DatasetType="TEST")
    arns = project, train["DatasetArn"], test["DatasetArn"]
    assert [dataset_status(client, arn, "CREATE_IN_PROGRESS") for arn in arns[1:]] == ["CREATE_COMPLETE"] * 2

    changes = {"GroundTruth": "\n".join(upload(s3, range(8, 15))).encode()}  # two are there, five are new
    client.update_dataset_entries(DatasetArn=arns[1], Changes=changes)
    assert dataset_status(client, arns[1], "UPDATE_IN_PROGRESS") == "UPDATE_COMPLETE"

    client.distribute_dataset_entries(Datasets=[{"Arn": arn} for arn in arns[1:]])
    assert [dataset_status(client, arn, "UPDATE_IN_PROGRESS") for arn in arns[1:]] == ["UPDATE_COMPLETE"] * 2
    return arns


@pytest.fixture(scope="module")
def guided(clients: tuple[Any, Any], datasets: tuple[str, str, str]) -> Guided:
    """The project with a trained version."""
    client, s3 = clients
    project, train, test = datasets
    made = client.create_project_version(
        ProjectArn=project, VersionName="v1", OutputConfig=OUTPUT, Tags={"chapter": "3"}, VersionDescription="first"
    )
    waiter = client.get_waiter("project_version_training_completed")
    waiter.wait(ProjectArn=project, VersionNames=["v1"], WaiterConfig=SOON)
    return Guided(client, s3, project, train, test, made["ProjectVersionArn"])


@pytest.fixture(scope="module")
def running(guided: Guided) -> Iterator[Guided]:
    client = guided.client
    client.start_project_version(ProjectVersionArn=guided.version, MinInferenceUnits=1)
    waiter = client.get_waiter("project_version_running")
    waiter.wait(ProjectArn=guided.project, VersionNames=["v1"], WaiterConfig=SOON)
    yield guided
    assert client.stop_project_version(ProjectVersionArn=guided.version)["Status"] == "STOPPING"
    assert version_status(client, guided.project, "v1", "STOPPING") == "STOPPED"


def entries(client: Any, arn: str, **filters: Any) -> list[str]:
    pages = client.get_paginator("list_dataset_entries").paginate(
        DatasetArn=arn, PaginationConfig={"PageSize": 5}, **filters
    )
    return [json.loads(line)["source-ref"] for page in pages for line in page["DatasetEntries"]]


def test_a_fifth_of_the_entries_goes_to_the_test_dataset(clients: tuple[Any, Any], datasets) -> None:
    client, (_, train, test) = clients[0], datasets
    parts = entries(client, train), entries(client, test)
    assert [len(part) for part in parts] == [12, 3]
    assert {*parts[0], *parts[1]} == {f"s3://{BUCKET}/images/{number}.jpg" for number in range(15)}
    stats = client.describe_dataset(DatasetArn=train)["DatasetDescription"]["DatasetStats"]
    assert stats == {"LabeledEntries": 12, "TotalEntries": 12, "TotalLabels": 2, "ErrorEntries": 0}


def test_entries_are_filtered(clients: tuple[Any, Any], datasets) -> None:
    client, (_, train, test) = clients[0], datasets
    everything = entries(client, train)
    assert entries(client, train, ContainsLabels=["disc"]) == everything
    assert entries(client, train, ContainsLabels=["triangle"]) == []
    assert entries(client, train, Labeled=False) == []
    assert entries(client, train, HasErrors=True) == []
    found = [*entries(client, train, SourceRefContains="/7.jpg"), *entries(client, test, SourceRefContains="/7.jpg")]
    assert found == [f"s3://{BUCKET}/images/7.jpg"]


def test_labels_of_a_dataset_are_counted(clients: tuple[Any, Any], datasets) -> None:
    pages = (
        clients[0]
        .get_paginator("list_dataset_labels")
        .paginate(DatasetArn=datasets[2], PaginationConfig={"PageSize": 1})
    )
    found = {label["LabelName"]: label["LabelStats"] for page in pages for label in page["DatasetLabelDescriptions"]}
    assert found == {name: {"EntryCount": 3, "BoundingBoxCount": 3} for name in ("disc", "square")}


def test_the_evaluation_is_read_where_the_version_says(guided: Guided) -> None:
    evaluation = describe(guided.client, guided.project, "v1")["EvaluationResult"]
    place = evaluation["Summary"]["S3Object"]
    summary = json.load(guided.s3.get_object(Bucket=place["Bucket"], Key=place["Name"])["Body"])
    assert {label["Label"] for label in summary["LabelEvaluationResults"]} == {"disc", "square"}
    assert 0.5 < evaluation["F1Score"] <= 1


def drawn_boxes(image: Image.Image, labels: list[dict[str, Any]]) -> dict[str, tuple[int, int, int]]:
    """Draw the labels' boxes into the image; the colour in the middle of each."""
    pen, middles = ImageDraw.Draw(image), {}
    for label in labels:
        box = label["Geometry"]["BoundingBox"]
        left, top = box["Left"] * image.width, box["Top"] * image.height
        right, bottom = left + box["Width"] * image.width, top + box["Height"] * image.height
        middles[label["Name"]] = image.getpixel((round((left + right) / 2), round((top + bottom) / 2)))
        pen.rectangle((left, top, right, bottom), outline="#00d400", width=2)
    return middles


def test_boxes_are_drawn_around_what_is_in_a_local_image(running: Guided, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(draw(50).content)
    found = running.client.detect_custom_labels(ProjectVersionArn=running.version, Image={"Bytes": photo.read_bytes()})
    with Image.open(photo) as image:
        middles = drawn_boxes(image, found["CustomLabels"])
    assert middles["disc"][0] > 150 > middles["disc"][2]  # red
    assert middles["square"][2] > 150 > middles["square"][0]  # blue


def test_an_image_in_s3_is_analysed_with_the_confidence_that_is_asked_for(running: Guided) -> None:
    running.s3.put_object(Bucket=BUCKET, Key="photo.jpg", Body=draw(51).content)
    image = {"S3Object": {"Bucket": BUCKET, "Name": "photo.jpg"}}
    asked = {"ProjectVersionArn": running.version, "Image": image}
    found = running.client.detect_custom_labels(**asked, MinConfidence=50, MaxResults=1)["CustomLabels"]
    assert len(found) == 1
    assert found[0]["Confidence"] >= 50


def test_errors_are_caught_by_their_names(running: Guided) -> None:
    client, no_image = running.client, {"Bytes": b"this is no image"}
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.create_project(ProjectName="guide")
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.start_project_version(ProjectVersionArn=running.version, MinInferenceUnits=1)
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.delete_project_version(ProjectVersionArn=running.version)
    with pytest.raises(client.exceptions.InvalidImageFormatException):
        client.detect_custom_labels(ProjectVersionArn=running.version, Image=no_image)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.stop_project_version(ProjectVersionArn=running.version.replace("/v1/", "/v2/"))
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        client.create_dataset(ProjectArn=running.project, DatasetType="TRAIN")


def test_a_waiter_ends_when_a_training_fails(clients: tuple[Any, Any]) -> None:
    client = clients[0]
    project = client.create_project(ProjectName="hopeless")["ProjectArn"]
    absent = {"Assets": [{"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": "absent.manifest"}}}]}
    made = client.create_project_version(
        ProjectArn=project,
        VersionName="v1",
        OutputConfig=OUTPUT,
        TrainingData=absent,
        TestingData={"AutoCreate": True},
    )
    waiter = client.get_waiter("project_version_training_completed")
    with pytest.raises(WaiterError, match="TRAINING_FAILED"):
        waiter.wait(ProjectArn=project, VersionNames=["v1"], WaiterConfig=SOON)
    client.delete_project_version(ProjectVersionArn=made["ProjectVersionArn"])
    assert version_status(client, project, "v1", "DELETING") == "(gone)"
    client.delete_project(ProjectArn=project)


def trusting(arn: str) -> str:
    """A policy that lets another account copy the version."""
    allow = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "rekognition:CopyProjectVersion"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow | {"Resource": arn}]})


def test_a_version_is_copied_under_a_policy_and_the_copy_answers(guided: Guided) -> None:
    client = guided.client
    policy = {"ProjectArn": guided.project, "PolicyName": "copying"}
    revision = client.put_project_policy(**policy, PolicyDocument=trusting(guided.version))["PolicyRevisionId"]
    pages = client.get_paginator("list_project_policies").paginate(ProjectArn=guided.project)
    assert [(each["PolicyName"], each["PolicyRevisionId"]) for page in pages for each in page["ProjectPolicies"]] == [
        ("copying", revision)
    ]
    target = client.create_project(ProjectName="guide-copy")["ProjectArn"]
    copied = client.copy_project_version(
        SourceProjectArn=guided.project,
        SourceProjectVersionArn=guided.version,
        DestinationProjectArn=target,
        VersionName="copy",
        OutputConfig=OUTPUT,
    )["ProjectVersionArn"]
    assert version_status(client, target, "copy", "COPYING_IN_PROGRESS") == "COPYING_COMPLETED"
    assert describe(client, target, "copy")["SourceProjectVersionArn"] == guided.version
    client.delete_project_policy(**policy, PolicyRevisionId=revision)
    assert client.list_project_policies(ProjectArn=guided.project)["ProjectPolicies"] == []

    client.start_project_version(ProjectVersionArn=copied, MinInferenceUnits=1)
    assert version_status(client, target, "copy", "STARTING") == "RUNNING"
    labels = client.detect_custom_labels(ProjectVersionArn=copied, Image={"Bytes": draw(52).content})["CustomLabels"]
    assert {label["Name"] for label in labels} == {"disc", "square"}
    client.stop_project_version(ProjectVersionArn=copied)
    assert version_status(client, target, "copy", "STOPPING") == "STOPPED"
    client.delete_project_version(ProjectVersionArn=copied)
    assert version_status(client, target, "copy", "DELETING") == "(gone)"
    client.delete_project(ProjectArn=target)


def test_projects_and_versions_come_in_pages(guided: Guided) -> None:
    client = guided.client
    pages = client.get_paginator("describe_projects").paginate(PaginationConfig={"PageSize": 1})
    assert guided.project in [each["ProjectArn"] for page in pages for each in page["ProjectDescriptions"]]
    pages = client.get_paginator("describe_project_versions").paginate(
        ProjectArn=guided.project, PaginationConfig={"PageSize": 1}
    )
    found = [each for page in pages for each in page["ProjectVersionDescriptions"]]
    assert [each["VersionDescription"] for each in found] == ["first"]


@pytest.mark.parametrize(("kind", "chapter"), [("project", "1"), ("train", "2"), ("version", "3")])
def test_projects_datasets_and_versions_have_tags(guided: Guided, kind: str, chapter: str) -> None:
    arn, client = getattr(guided, kind), guided.client
    client.tag_resource(ResourceArn=arn, Tags={"team": "vision"})
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"chapter": chapter, "team": "vision"}
    client.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"chapter": chapter}
