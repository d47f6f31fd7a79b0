"""Datasets without a training: they cost nothing, so the same is said of AWS with --aws."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.polling import past


@pytest.fixture
def project(rekognition: Any) -> Iterator[str]:
    arn = rekognition.create_project(ProjectName=f"labelpipe-free-{uuid4().hex[:8]}")["ProjectArn"]
    yield arn
    rekognition.delete_project(ProjectArn=arn)


def status(client: Any, arn: str) -> str:
    try:
        return client.describe_dataset(DatasetArn=arn)["DatasetDescription"]["Status"]
    except client.exceptions.ResourceNotFoundException:
        return "(gone)"


def test_an_empty_dataset_comes_and_goes(rekognition: Any, project: str) -> None:
    arn = rekognition.create_dataset(ProjectArn=project, DatasetType="TRAIN", Tags={"a": "b"})["DatasetArn"]
    assert past(lambda: status(rekognition, arn), "CREATE_IN_PROGRESS", seconds=300, pause=0.5) == "CREATE_COMPLETE"
    stats = rekognition.describe_dataset(DatasetArn=arn)["DatasetDescription"]["DatasetStats"]
    assert stats == {"LabeledEntries": 0, "TotalEntries": 0, "TotalLabels": 0, "ErrorEntries": 0}
    assert rekognition.list_dataset_entries(DatasetArn=arn)["DatasetEntries"] == []
    assert rekognition.list_dataset_labels(DatasetArn=arn)["DatasetLabelDescriptions"] == []
    assert rekognition.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "b"}
    with pytest.raises(rekognition.exceptions.ResourceAlreadyExistsException):
        rekognition.create_dataset(ProjectArn=project, DatasetType="TRAIN")
    rekognition.delete_dataset(DatasetArn=arn)
    assert past(lambda: status(rekognition, arn), "DELETE_IN_PROGRESS", seconds=300, pause=0.5) == "(gone)"
