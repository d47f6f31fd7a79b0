"""Which findings are told, and in which order faults are found. The model is a fake."""

import base64

import numpy as np
import pytest

from labelpipe.standin import errors
from labelpipe.standin.engine import Finding
from labelpipe.standin.operations.detection import chosen

FOUND = [Finding("bee", 0.9), Finding("wasp", 0.4), Finding("bee", 0.35), Finding("wasp", 0.05)]
THRESHOLDS = {"bee": 0.35, "wasp": 0.5}


class FakeModels:
    def find(self, version_arn: str, image: bytes) -> tuple[list[Finding], dict[str, float]]:
        return [Finding("bee", 0.87654321, (0.1, 0.2, 0.3, 0.4)), *FOUND], THRESHOLDS


@pytest.fixture
def running(standin) -> str:
    standin.service.models = FakeModels()
    return standin.running(standin.project())


@pytest.fixture
def picture(encode) -> bytes:
    return encode(np.zeros((100, 100, 3), np.uint8))


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({}, [90, 35]),
        ({"MinConfidence": 0}, [90, 40, 35, 5]),
        ({"MinConfidence": 40}, [90, 40]),
        ({"MinConfidence": 100}, []),
        ({"MinConfidence": 0, "MaxResults": 2}, [90, 40]),
        ({"MaxResults": 0}, []),
    ],
)
def test_each_label_has_its_threshold_unless_one_is_given_for_all(request_: dict, told: list[int]) -> None:
    shuffled = [FOUND[i] for i in (2, 0, 3, 1)]
    assert [round(100 * finding.confidence) for finding in chosen(shuffled, THRESHOLDS, request_)] == told


@pytest.mark.parametrize("confidence", [0.7119996, 0.7119994, 0.56, 0.57, 1 / 3])
def test_what_was_told_can_be_asked_for(confidence: float) -> None:
    (found,) = chosen([Finding("bee", confidence)], {"bee": confidence}, {})
    assert chosen([found], {}, {"MinConfidence": found.told()["Confidence"]}) == [found]


def test_confidences_are_percent_and_boxes_ratios(standin, running: str, picture: bytes) -> None:
    image = {"Bytes": base64.b64encode(picture).decode()}
    labels = standin.call("DetectCustomLabels", ProjectVersionArn=running, Image=image)["CustomLabels"]
    box = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
    assert labels[1] == {"Name": "bee", "Confidence": 87.654, "Geometry": {"BoundingBox": box}}
    assert "Geometry" not in labels[0]


def test_an_image_is_read_from_s3(standin, running: str, picture: bytes) -> None:
    standin.objects.content["images", "bee.jpg"] = picture
    image = {"S3Object": {"Bucket": "images", "Name": "bee.jpg"}}
    assert standin.call("DetectCustomLabels", ProjectVersionArn=running, Image=image)["CustomLabels"]


@pytest.mark.parametrize(
    ("image", "error"),
    [
        ({}, errors.InvalidParameterException),
        ({"Bytes": "", "S3Object": {"Bucket": "images", "Name": "k"}}, errors.InvalidParameterException),
        ({"Bytes": ""}, errors.InvalidParameterException),
        ({"Bytes": base64.b64encode(bytes(4 * 1024**2 + 1)).decode()}, errors.ImageTooLargeException),
        ({"Bytes": base64.b64encode(b"GIF89a").decode()}, errors.InvalidImageFormatException),
        ({"S3Object": {"Bucket": "images", "Name": "absent"}}, errors.InvalidS3ObjectException),
        ({"S3Object": {"Bucket": "images", "Name": "large"}}, errors.ImageTooLargeException),
    ],
)
def test_faults_of_the_image_are_sorted(standin, running: str, image: dict, error: type[Exception]) -> None:
    standin.objects.content["images", "large"] = bytes(15 * 1024**2 + 1)
    with pytest.raises(error):
        standin.call("DetectCustomLabels", ProjectVersionArn=running, Image=image)


def test_the_status_is_looked_at_before_the_image_and_the_name_before_the_status(standin) -> None:
    arn, image = standin.trained(standin.project()), {"S3Object": {"Bucket": "images", "Name": "absent"}}
    with pytest.raises(errors.ResourceNotReadyException):
        standin.call("DetectCustomLabels", ProjectVersionArn=arn, Image=image)
    with pytest.raises(errors.ResourceNotFoundException):
        standin.call("DetectCustomLabels", ProjectVersionArn=arn + "1", Image=image)
    with pytest.raises(errors.InvalidParameterException):
        standin.call("DetectCustomLabels", ProjectVersionArn=arn + "1", Image={})
