"""Amazon Rekognition Custom Labels, asked for one image."""

from typing import TYPE_CHECKING, Any

from labelpipe.aws.errors import DETECT, translated
from labelpipe.core.inference.answers import Answer, Found, Pinned
from labelpipe.core.inference.causes import Cause, Failure, Sent
from labelpipe.core.results import read_geometry

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import ImageTypeDef, S3ObjectTypeDef


class CustomLabels:
    """Failures by aws.errors.DETECT; each tells what was sent."""

    def __init__(self, rekognition: "RekognitionClient") -> None:
        self._rekognition = rekognition

    def detect(self, version_arn: str, picture: Pinned | bytes, min_confidence: float) -> Answer:
        """Labels from min_confidence (0 to 100) up. Bytes: at most 4 MB."""
        sent = Sent.BYTES if isinstance(picture, bytes) else Sent.OBJECT
        with translated(DETECT, sent=sent):
            answer = self._rekognition.detect_custom_labels(
                ProjectVersionArn=version_arn, Image=_image(picture), MinConfidence=min_confidence
            )
        try:
            return Answer(tuple(map(_found, answer["CustomLabels"])), answer["ResponseMetadata"].get("RequestId"))
        except (KeyError, TypeError, ValueError) as error:  # a proxy's page, say, that came with status 200
            raise Failure(Cause.THEIR_FAULT, f"no answer of DetectCustomLabels: {error!r}", sent=sent) from error


def _found(label: Any) -> Found:
    return Found(label["Name"], label["Confidence"], read_geometry(label.get("Geometry")))


def _image(picture: Pinned | bytes) -> "ImageTypeDef":
    if isinstance(picture, bytes):
        return {"Bytes": picture}
    place: S3ObjectTypeDef = {"Bucket": picture.bucket, "Name": picture.key}
    if picture.version_id:
        place["Version"] = picture.version_id
    return {"S3Object": place}
