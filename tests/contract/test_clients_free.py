"""Datasets and policies without a training: they cost nothing, so the same is said of AWS with --aws."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def project(rekognition: Any) -> Iterator[str]:
    arn = rekognition.create_project(ProjectName=f"labelpipe-free-{uuid4().hex[:8]}")["ProjectArn"]
    yield arn
    rekognition.delete_project(ProjectArn=arn)


def poll(tell: Callable[[], Any], passing: str) -> Any:
    """What is told once it is no longer the passing status."""
    ends = time.monotonic() + 300
    while (told := tell()) == passing and time.monotonic() < ends:
        time.sleep(0.5)
    return told


def status(client: Any, arn: str) -> str:
    try:
        return client.describe_dataset(DatasetArn=arn)["DatasetDescription"]["Status"]
    except client.exceptions.ResourceNotFoundException:
        return "(gone)"


def test_an_empty_dataset_comes_and_goes(rekognition: Any, project: str) -> None:
    arn = rekognition.create_dataset(ProjectArn=project, DatasetType="TRAIN", Tags={"a": "b"})["DatasetArn"]
    assert poll(lambda: status(rekognition, arn), "CREATE_IN_PROGRESS") == "CREATE_COMPLETE"
    stats = rekognition.describe_dataset(DatasetArn=arn)["DatasetDescription"]["DatasetStats"]
    assert stats == {"LabeledEntries": 0, "TotalEntries": 0, "TotalLabels": 0, "ErrorEntries": 0}
    assert rekognition.list_dataset_entries(DatasetArn=arn)["DatasetEntries"] == []
    assert rekognition.list_dataset_labels(DatasetArn=arn)["DatasetLabelDescriptions"] == []
    assert rekognition.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "b"}
    with pytest.raises(rekognition.exceptions.ResourceAlreadyExistsException):
        rekognition.create_dataset(ProjectArn=project, DatasetType="TRAIN")
    rekognition.delete_dataset(DatasetArn=arn)
    assert poll(lambda: status(rekognition, arn), "DELETE_IN_PROGRESS") == "(gone)"


def trusting(project: str, effect: str = "Allow") -> str:
    """A policy by which the project's own account may, or may not, copy its versions."""
    statement = {
        "Effect": effect,
        "Principal": {"AWS": f"arn:aws:iam::{project.split(':')[4]}:root"},
        "Action": "rekognition:CopyProjectVersion",
        "Resource": f"{project.rpartition('/')[0]}/version/v1/1790000000000",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_policy_is_put_changed_by_its_latest_revision_and_deleted(rekognition: Any, project: str) -> None:
    policy = {"ProjectArn": project, "PolicyName": "copying"}
    first = rekognition.put_project_policy(**policy, PolicyDocument=trusting(project))["PolicyRevisionId"]
    denying = {"PolicyDocument": trusting(project, "Deny"), "PolicyRevisionId": first}
    second = rekognition.put_project_policy(**policy, **denying)["PolicyRevisionId"]
    (listed,) = rekognition.list_project_policies(ProjectArn=project)["ProjectPolicies"]
    assert (listed["PolicyName"], listed["PolicyRevisionId"]) == ("copying", second)
    assert json.loads(listed["PolicyDocument"]) == json.loads(trusting(project, "Deny"))
    with pytest.raises(rekognition.exceptions.InvalidPolicyRevisionIdException):
        rekognition.put_project_policy(**policy, **denying)
    rekognition.delete_project_policy(**policy, PolicyRevisionId=second)
    assert rekognition.list_project_policies(ProjectArn=project)["ProjectPolicies"] == []


@pytest.mark.parametrize("document", ["no JSON", '{"Version": "2012-10-17"}'])
def test_a_document_that_is_no_policy_is_refused(rekognition: Any, project: str, document: str) -> None:
    with pytest.raises(ClientError, match="MalformedPolicyDocumentException"):
        rekognition.put_project_policy(ProjectArn=project, PolicyName="bad", PolicyDocument=document)
