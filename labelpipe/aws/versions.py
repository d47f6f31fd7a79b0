"""Custom Labels' model versions: what they are doing, starting and stopping them."""

from typing import TYPE_CHECKING, Any

from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.observations import Model
from labelpipe.core.control.statuses import Status
from labelpipe.core.releases import VersionArn

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient


class Versions:
    """Errors other than the two that an outcome names escape as botocore's ClientError."""

    def __init__(self, rekognition: "RekognitionClient") -> None:
        self._rekognition = rekognition

    def describe(self, arn: str, parent_arn: str, name: str = "") -> Model:
        """The version as it is now. Always asks by name: without one, the answer is every version of the project."""
        try:
            found = self._rekognition.describe_project_versions(
                ProjectArn=parent_arn, VersionNames=[VersionArn.parse(arn).version]
            )["ProjectVersionDescriptions"]
        except self._rekognition.exceptions.ResourceNotFoundException:
            found = []
        for version in found:
            if version["ProjectVersionArn"] == arn:
                units = version.get("MinInferenceUnits", 1)
                return Model(arn, parent_arn, Status(version["Status"]), name, units)
        return Model(arn, parent_arn, Status.VANISHED, name)

    def start(self, arn: str, units: int, max_units: int) -> Outcome:
        """Ask for a start; RUNNING comes many minutes later."""
        scaling: Any = {"MaxInferenceUnits": max_units} if max_units > units else {}
        try:
            self._rekognition.start_project_version(ProjectVersionArn=arn, MinInferenceUnits=units, **scaling)
        except self._rekognition.exceptions.ResourceInUseException:
            return Outcome.BUSY
        except self._rekognition.exceptions.LimitExceededException:
            return Outcome.NO_SLOT
        return Outcome.DONE

    def stop(self, arn: str) -> Outcome:
        """Ask for a stop. One that has stopped, or is still starting, is BUSY; one that is gone is DONE."""
        try:
            self._rekognition.stop_project_version(ProjectVersionArn=arn)
        except self._rekognition.exceptions.ResourceInUseException:
            return Outcome.BUSY
        except self._rekognition.exceptions.ResourceNotFoundException:
            return Outcome.DONE
        return Outcome.DONE
