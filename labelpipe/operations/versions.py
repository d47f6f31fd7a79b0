"""Project versions as a release needs to know them: do they exist, and which thresholds did training find."""

import json
from dataclasses import dataclass, field
from typing import Any

from labelpipe.core.errors import Problem
from labelpipe.core.releases import VersionArn

UNUSABLE = {"TRAINING_IN_PROGRESS", "TRAINING_FAILED", "COPYING_IN_PROGRESS", "COPYING_FAILED", "DELETING", "EXPIRED"}
"""Statuses of a version that cannot be started, now or ever."""


@dataclass(frozen=True)
class TrainedVersion:
    """A version that could answer. Thresholds are confidences from 0 to 100; f1 is 0 to 1."""

    arn: VersionArn
    project_arn: str
    thresholds: dict[str, float] = field(default_factory=dict)
    f1: float | None = None


def find_version(rekognition: Any, s3: Any, arn: VersionArn) -> TrainedVersion:
    """Look a version up; raise a Problem when it is unknown or cannot be started."""
    project_arn = _project_arn(rekognition, arn)
    version = describe_version(rekognition, project_arn, arn.arn)
    if version["Status"] in UNUSABLE:
        raise Problem(
            f"version '{arn.version}' of project '{arn.project}' is {version['Status']}: release one that is trained"
        )
    evaluation = version.get("EvaluationResult", {})
    return TrainedVersion(arn, project_arn, _thresholds(s3, evaluation), evaluation.get("F1Score"))


def describe_version(rekognition: Any, project_arn: str, version_arn: str) -> dict[str, Any]:
    """The service's own description of one version; a Problem when the project has none of that ARN."""
    arn = VersionArn.parse(version_arn)
    found = rekognition.describe_project_versions(ProjectArn=project_arn, VersionNames=[arn.version])
    for version in found["ProjectVersionDescriptions"]:
        if version["ProjectVersionArn"] == version_arn:
            return dict(version)
    raise Problem(
        f"project '{arn.project}' has no version {version_arn}: 'aws rekognition describe-project-versions' lists them"
    )


def _project_arn(rekognition: Any, arn: VersionArn) -> str:
    """A version's ARN does not tell its project's, which has a stamp of its own."""
    for project in rekognition.describe_projects(ProjectNames=[arn.project])["ProjectDescriptions"]:
        if f":project/{arn.project}/" in project["ProjectArn"]:
            return str(project["ProjectArn"])
    raise Problem(f"there is no project '{arn.project}' in this account and Region: is the AWS profile the right one?")


def _thresholds(s3: Any, evaluation: dict[str, Any]) -> dict[str, float]:
    """Assumed thresholds from the training summary, which has them as 0 to 1; none when it has none.

    Source: Custom Labels Developer Guide, "Accessing the summary file"; its pages differ on the file's name, so the
    service's own pointer is followed.
    """
    pointer = evaluation.get("Summary", {}).get("S3Object")
    if not pointer:
        return {}
    summary = json.loads(s3.get_object(Bucket=pointer["Bucket"], Key=pointer["Name"])["Body"].read())
    labels = summary.get("LabelEvaluationResults", [])
    return {
        each["Label"]: round(100 * each["Metrics"]["Threshold"], 2) for each in labels if "Threshold" in each["Metrics"]
    }
