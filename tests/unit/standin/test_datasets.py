import json

import pytest

from labelpipe.standin.errors import (
    InvalidParameterException,
    InvalidS3ObjectException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
    ResourceNotFoundException,
)


def line(number: int, *labels: str) -> str:
    row = {"source-ref": f"s3://images/{number}.jpg"}
    for i, label in enumerate(labels):
        row |= {f"c{i}": 1, f"c{i}-metadata": {"type": "groundtruth/image-classification", "class-name": label}}
    return json.dumps(row)


@pytest.fixture
def dataset(standin) -> str:
    lines = [line(0, "bee"), line(1, "bee", "wasp"), "no json", line(2)]
    standin.objects.content["images", "train.manifest"] = "\n".join(lines).encode()
    source = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "train.manifest"}}}
    return standin.call("CreateDataset", ProjectArn=standin.project(), DatasetType="TRAIN", DatasetSource=source)[
        "DatasetArn"
    ]


def project_of(dataset: str) -> str:
    return dataset.split("/dataset/")[0] + "/1790000000000"


def entries(standin, dataset: str, **filters) -> list[str]:
    standin.now += 60
    found = standin.call("ListDatasetEntries", DatasetArn=dataset, **filters)["DatasetEntries"]
    return [json.loads(entry)["source-ref"][-5] for entry in found]


def test_a_dataset_is_complete_after_a_while_and_counts_what_can_be_used(standin, dataset: str) -> None:
    assert standin.call("DescribeDataset", DatasetArn=dataset)["DatasetDescription"]["Status"] == "CREATE_IN_PROGRESS"
    standin.now += 60
    described = standin.call("DescribeDataset", DatasetArn=dataset)["DatasetDescription"]
    assert described["Status"] == "CREATE_COMPLETE"
    assert described["DatasetStats"] == {"LabeledEntries": 2, "TotalEntries": 3, "TotalLabels": 2, "ErrorEntries": 0}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["0", "1", "2"]),
        ({"Labeled": True}, ["0", "1"]),
        ({"Labeled": False}, ["2"]),
        ({"ContainsLabels": ["wasp"]}, ["1"]),
        ({"SourceRefContains": "/2."}, ["2"]),
        ({"HasErrors": True}, []),
        ({"MaxResults": 1}, ["0"]),
    ],
)
def test_entries_are_chosen_by_every_filter(standin, dataset: str, filters: dict, found: list[str]) -> None:
    assert entries(standin, dataset, **filters) == found


def test_a_dataset_that_is_being_made_can_be_neither_read_nor_deleted(standin, dataset: str) -> None:
    for operation in ("ListDatasetEntries", "DeleteDataset"):
        with pytest.raises(ResourceInUseException):
            standin.call(operation, DatasetArn=dataset)


def test_a_dataset_can_be_copied_into_another_project(standin, dataset: str) -> None:
    other = standin.project("other")
    copied = standin.call("CreateDataset", ProjectArn=other, DatasetType="TEST", DatasetSource={"DatasetArn": dataset})[
        "DatasetArn"
    ]
    assert entries(standin, copied) == ["0", "1", "2"]


def test_a_project_shows_its_datasets_and_has_one_of_a_kind(standin, dataset: str) -> None:
    with pytest.raises(ResourceAlreadyExistsException):
        standin.call("CreateDataset", ProjectArn=project_of(dataset), DatasetType="TRAIN")
    test = standin.call("CreateDataset", ProjectArn=project_of(dataset), DatasetType="TEST")["DatasetArn"]
    shown = standin.call("DescribeProjects")["ProjectDescriptions"][0]["Datasets"]
    assert [(each["DatasetType"], each["DatasetArn"]) for each in shown] == [("TRAIN", dataset), ("TEST", test)]


def test_a_manifest_that_is_not_there_is_told_at_once(standin) -> None:
    source = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "absent.manifest"}}}
    with pytest.raises(InvalidS3ObjectException):
        standin.call("CreateDataset", ProjectArn=standin.project(), DatasetType="TRAIN", DatasetSource=source)


@pytest.mark.parametrize("source", [{"GroundTruthManifest": {}}, {"GroundTruthManifest": {}, "DatasetArn": "x"}])
def test_a_source_must_be_one_and_complete(standin, dataset: str, source: dict) -> None:
    if "DatasetArn" in source:
        source = source | {"DatasetArn": dataset}
    with pytest.raises(InvalidParameterException):
        standin.call("CreateDataset", ProjectArn=project_of(dataset), DatasetType="TEST", DatasetSource=source)


def test_a_deleted_dataset_is_gone(standin, dataset: str) -> None:
    standin.now += 60
    standin.call("DeleteDataset", DatasetArn=dataset)
    with pytest.raises(ResourceNotFoundException):
        standin.call("DescribeDataset", DatasetArn=dataset)
