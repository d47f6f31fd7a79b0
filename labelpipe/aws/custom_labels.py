"""Amazon Rekognition Custom Labels, asked for one image."""

from typing import TYPE_CHECKING, Any

from labelpipe.aws.errors import translated
from labelpipe.core.inference.answers import Answer, Found, Pinned
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import DETECT
from labelpipe.core.releases import ReleasedModel
from labelpipe.core.results import read_geometry

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import ImageTypeDef, S3ObjectTypeDef


class CustomLabels:
    """Failures by the table DETECT."""

    def __init__(self, rekognition: "RekognitionClient") -> None:
        self._rekognition = rekognition

    def detect(self, model: ReleasedModel, picture: Pinned | bytes, floor: float) -> Answer:
        """Labels from the confidence floor (0 to 100) up. Bytes: at most 4 MB."""
        with translated(DETECT):
            answer = self._rekognition.detect_custom_labels(
                ProjectVersionArn=model.version_arn, Image=_image(picture), MinConfidence=floor
            )
        try:
            return Answer(tuple(map(_found, answer["CustomLabels"])), answer["ResponseMetadata"].get("RequestId"))
        except (KeyError, TypeError, ValueError) as error:  # a proxy's page, say, that came with status 200
            raise Failure(Cause.THEIR_FAULT, f"no answer of DetectCustomLabels: {error!r}") from error


def _found(label: Any) -> Found:
    return Found(label["Name"], label["Confidence"], read_geometry(label.get("Geometry")))


def _image(picture: Pinned | bytes) -> "ImageTypeDef":
    if isinstance(picture, bytes):
        return {"Bytes": picture}
    place: S3ObjectTypeDef = {"Bucket": picture.bucket, "Name": picture.key}
    if picture.version_id:
        place["Version"] = picture.version_id
    return {"S3Object": place}
