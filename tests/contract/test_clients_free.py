"""Datasets without a training: they cost nothing, so the same is said of AWS with --aws."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest


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
