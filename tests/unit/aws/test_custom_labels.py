"""DetectCustomLabels, against botocore's model of it."""

import pytest
from botocore.stub import Stubber

from labelpipe.aws.clients import Clients
from labelpipe.aws.custom_labels import CustomLabels
from labelpipe.core.boxes import Box, Geometry
from labelpipe.core.inference.answers import Answer, Found, Pinned
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.releases import ReleasedModel

ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1790000000000"
MODEL = ReleasedModel("bees", "rekognition", "arn:project", ARN)


@pytest.fixture
def rekognition():
    client = Clients().rekognition()
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def asked(image: dict) -> dict:
    return {"ProjectVersionArn": ARN, "MinConfidence": 5, "Image": image}


@pytest.mark.parametrize(
    ("picture", "image"),
    [
        (
            Pinned("images", "bees/a b.jpg", "v1"),
            {"S3Object": {"Bucket": "images", "Name": "bees/a b.jpg", "Version": "v1"}},
        ),
        (Pinned("images", "bees/a b.jpg", None), {"S3Object": {"Bucket": "images", "Name": "bees/a b.jpg"}}),
        (b"jpeg", {"Bytes": b"jpeg"}),
    ],
)
def test_the_model_is_asked_for_the_very_version_or_for_bytes(rekognition, picture, image):
    client, stub = rekognition
    stub.add_response("detect_custom_labels", {"CustomLabels": [], "ResponseMetadata": {}}, asked(image))
    assert CustomLabels(client).detect(MODEL, picture, 5).found == ()


def test_labels_come_with_or_without_geometry(rekognition):
    client, stub = rekognition
    box = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
    polygon = [{"X": 0.1, "Y": 0.2}, {"X": 0.3, "Y": 0.4}]
    labels = [
        {"Name": "bee", "Confidence": 99.0, "Geometry": {"BoundingBox": box, "Polygon": polygon}},
        {"Name": "meadow", "Confidence": 40.0},
    ]
    stub.add_response(
        "detect_custom_labels",
        {"CustomLabels": labels, "ResponseMetadata": {"RequestId": "r1"}},
        asked({"Bytes": b"x"}),
    )
    assert CustomLabels(client).detect(MODEL, b"x", 5) == Answer(
        (
            Found("bee", 99.0, Geometry(Box(0.1, 0.2, 0.3, 0.4), ((0.1, 0.2), (0.3, 0.4)))),
            Found("meadow", 40.0, None),
        ),
        "r1",
    )


def test_a_failure_tells_its_cause(rekognition):
    client, stub = rekognition
    stub.add_client_error("detect_custom_labels", "ResourceNotReadyException", http_status_code=400)
    with pytest.raises(Failure) as caught:
        CustomLabels(client).detect(MODEL, b"x", 5)
    assert caught.value.cause is Cause.MODEL_OFF


@pytest.mark.parametrize("answer", [{}, {"CustomLabels": None}, {"CustomLabels": [{"Name": "bee"}]}])
def test_an_answer_that_is_none_is_their_fault_and_not_the_images(answer):
    class Proxy:
        def detect_custom_labels(self, **_):
            return answer | {"ResponseMetadata": {}}

    with pytest.raises(Failure) as failure:
        CustomLabels(Proxy()).detect(MODEL, b"jpeg", 5)
    assert failure.value.cause is Cause.THEIR_FAULT
