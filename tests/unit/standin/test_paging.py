"""Tokens: those that are given out can be given back, and those that are forged are refused."""

import json

import pytest

from labelpipe.standin.errors import InvalidPaginationTokenException

CLASSIFICATION = "groundtruth/image-classification"


def dataset_of(standin, labels: list[str]) -> str:
    """A dataset with an image of each label."""
    kind = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20", "type": CLASSIFICATION}
    rows = [
        {"source-ref": f"s3://images/{number}.png", "c": 1, "c-metadata": kind | {"class-name": label}}
        for number, label in enumerate(labels)
    ]
    standin.objects.content["images", "all.manifest"] = "\n".join(map(json.dumps, rows)).encode()
    source = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "all.manifest"}}}
    request = {"ProjectArn": standin.project(), "DatasetType": "TRAIN", "DatasetSource": source}
    arn = standin.call("CreateDataset", **request)["DatasetArn"]
    standin.now += 60
    return arn


def test_the_longest_labels_lead_to_the_next_page(standin) -> None:
    labels = [character * 255 for character in "a\u4e00\U0001f41d"]
    dataset, found, token = dataset_of(standin, labels), [], ""
    while token or not found:
        page = standin.call("ListDatasetLabels", DatasetArn=dataset, MaxResults=1, NextToken=token)
        found += [label["LabelName"] for label in page["DatasetLabelDescriptions"]]
        token = page.get("NextToken", "")
    assert found == labels


def test_a_page_has_a_hundred_items_unless_fewer_are_asked_for(standin) -> None:
    dataset = dataset_of(standin, [f"label {number}" for number in range(101)])
    page = standin.call("ListDatasetLabels", DatasetArn=dataset)
    assert len(page["DatasetLabelDescriptions"]) == 100
    rest = standin.call("ListDatasetLabels", DatasetArn=dataset, NextToken=page["NextToken"])
    assert [label["LabelName"] for label in rest["DatasetLabelDescriptions"]] == ["label 99"]


@pytest.mark.parametrize("key", ["", "x", "1.5", "1 ", "9" * 30, "\u0663"])
def test_a_token_with_a_key_that_cannot_be_is_refused(standin, key: str) -> None:
    asked = {"DatasetArn": dataset_of(standin, ["a", "b"]), "MaxResults": 1}
    token = standin.call("ListDatasetEntries", **asked)["NextToken"]
    with pytest.raises(InvalidPaginationTokenException):
        standin.call("ListDatasetEntries", **asked, NextToken=token.removesuffix("1") + key)


def test_what_comes_and_goes_between_pages_moves_nothing_else(standin) -> None:
    arns = [standin.project(name) for name in "abcd"]
    first = standin.call("DescribeProjects", MaxResults=2)
    standin.call("DeleteProject", ProjectArn=arns[3])
    standin.now += 30
    standin.project("e")
    rest = standin.call("DescribeProjects", MaxResults=2, NextToken=first["NextToken"])
    assert [each["ProjectArn"] for each in rest["ProjectDescriptions"]] == [arns[1], arns[0]]
