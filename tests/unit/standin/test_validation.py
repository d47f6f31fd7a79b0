from typing import Any

import pytest

from labelpipe.standin.errors import InvalidParameterException, ValidationException
from labelpipe.standin.shapes import REQUESTS

PROJECT = "arn:aws:rekognition:us-east-1:000000000000:project/bees/1790000000000"
VERSION = "arn:aws:rekognition:us-east-1:000000000000:project/bees/version/v1/1790000000000"
DATASET = "arn:aws:rekognition:us-east-1:000000000000:project/bees/dataset/train/1790000000000"
DETECT = {"ProjectVersionArn": VERSION, "Image": {"Bytes": "aGVsbG8="}}


def test_a_blob_comes_out_as_bytes() -> None:
    assert REQUESTS["DetectCustomLabels"].parse(DETECT)["Image"] == {"Bytes": b"hello"}


def test_null_is_the_same_as_absent_and_unknown_members_are_ignored() -> None:
    parsed = REQUESTS["DescribeProjects"].parse({"NextToken": None, "Colour": "red"})
    assert parsed == {}


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("CreateProject", {"ProjectName": "b" * 255}),
        ("CreateProject", {"ProjectName": "b", "Tags": {"Kosten-Stelle": "Zürich / 7"}}),
        ("DescribeProjects", {"MaxResults": 100, "ProjectNames": ["a"] * 10}),
        ("DetectCustomLabels", DETECT | {"MinConfidence": 100, "MaxResults": 0}),
        ("DetectCustomLabels", DETECT | {"MinConfidence": 0.0}),
        ("StartProjectVersion", {"ProjectVersionArn": VERSION, "MinInferenceUnits": 1}),
    ],
)
def test_what_is_just_within_the_limits_is_taken_as_it_is(operation: str, request_: dict[str, Any]) -> None:
    assert REQUESTS[operation].parse(request_).items() >= {k: v for k, v in request_.items() if k != "Image"}.items()


@pytest.mark.parametrize(
    ("operation", "request_", "said"),
    [
        ("CreateProject", {}, "ProjectName is missing"),
        ("CreateProject", {"ProjectName": ""}, "ProjectName must be between 1 and 255 characters"),
        ("CreateProject", {"ProjectName": "bees and wasps"}, "ProjectName does not match"),
        ("CreateProject", {"ProjectName": "b" * 256}, "ProjectName must be between"),
        ("CreateProject", {"ProjectName": 7}, "ProjectName is not a string"),
        ("CreateProject", {"ProjectName": "bees\n"}, "ProjectName does not match"),
        ("CreateProject", {"ProjectName": "b", "Feature": "FREE_BEER"}, "Feature is not one of"),
        ("CreateProject", {"ProjectName": "b", "Tags": {"aws:x": "y"}}, "Tags key does not match"),
        ("CreateProject", {"ProjectName": "b", "Tags": ["x"]}, "Tags is not a map"),
        (
            "DetectCustomLabels",
            DETECT | {"Image": {"S3Object": {"Bucket": "bees", "Name": "\ud800"}}},
            "is not Unicode",
        ),
        ("DetectCustomLabels", DETECT | {"Image": {"Bytes": ""}}, "Image.Bytes must be at least 1 bytes"),
        ("DetectCustomLabels", DETECT | {"Image": {"Bytes": "aGVsbG8\u00e9"}}, "Image.Bytes is not base64"),
        ("DetectCustomLabels", DETECT | {"Image": {"Bytes": 5}}, "Image.Bytes is not base64"),
        ("DetectCustomLabels", DETECT | {"MaxResults": 10**400}, "MaxResults is not a whole number"),
        ("DetectCustomLabels", DETECT | {"MinConfidence": 10**400}, "MinConfidence is not a number"),
        ("DetectCustomLabels", DETECT | {"MinConfidence": float("inf")}, "MinConfidence is not a number"),
        ("DetectCustomLabels", DETECT | {"MinConfidence": -0.1}, "MinConfidence must be between 0 and 100"),
        ("CreateProject", {"ProjectName": "b", "Tags": {"a\tb": "c"}}, "Tags key does not match"),
        ("CreateProject", {"ProjectName": "b", "Tags": {"a": "b\nc"}}, "Tags.a does not match"),
        ("DescribeProjects", {"ProjectNames": []}, "ProjectNames must be between 1 and 10 members"),
        ("DescribeProjects", {"ProjectNames": ["a", "b c"]}, r"ProjectNames\[1\] does not match"),
        ("DescribeProjectVersions", {"ProjectArn": VERSION}, "ProjectArn does not match"),
        ("StartProjectVersion", {"ProjectVersionArn": PROJECT, "MinInferenceUnits": 1}, "ProjectVersionArn does not"),
        ("StartProjectVersion", {"ProjectVersionArn": VERSION, "MinInferenceUnits": 0}, "must be at least 1, not 0"),
        ("StartProjectVersion", {"ProjectVersionArn": VERSION, "MinInferenceUnits": True}, "is not a whole number"),
        ("StartProjectVersion", {"ProjectVersionArn": VERSION, "MinInferenceUnits": 1.5}, "is not a whole number"),
        ("DetectCustomLabels", DETECT | {"MinConfidence": 500}, "MinConfidence must be between 0 and 100"),
        ("DetectCustomLabels", DETECT | {"MinConfidence": float("nan")}, "MinConfidence is not a number"),
        ("DetectCustomLabels", DETECT | {"MaxResults": -1}, "MaxResults must be at least 0"),
        ("DetectCustomLabels", DETECT | {"Image": {"Bytes": "#"}}, "Image.Bytes is not base64"),
        ("DetectCustomLabels", DETECT | {"Image": {"S3Object": {"Bucket": "bees"}}}, "S3Object.Name is missing"),
        ("DetectCustomLabels", DETECT | {"Image": "bee.jpg"}, "Image is not a structure"),
        ("ListDatasetEntries", {"DatasetArn": PROJECT}, "DatasetArn does not match"),
    ],
)
def test_what_is_malformed_is_refused_by_name(operation: str, request_: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidParameterException, match=said):
        REQUESTS[operation].parse(request_)


@pytest.mark.parametrize(
    ("operation", "request_", "most"),
    [
        ("DescribeProjects", {}, 100),
        ("DescribeProjectVersions", {"ProjectArn": PROJECT}, 100),
        ("ListProjectPolicies", {"ProjectArn": PROJECT}, 5),
        ("ListDatasetEntries", {"DatasetArn": DATASET}, 100),
        ("ListDatasetLabels", {"DatasetArn": DATASET}, 100),
    ],
)
def test_a_page_that_is_too_large_has_an_error_of_its_own(operation: str, request_: dict[str, Any], most: int) -> None:
    assert REQUESTS[operation].parse(request_ | {"MaxResults": most})["MaxResults"] == most
    for size in (0, most + 1, 10.5):
        with pytest.raises(ValidationException, match="MaxResults"):
            REQUESTS[operation].parse(request_ | {"MaxResults": size})
