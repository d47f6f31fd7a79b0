"""What CreateProjectVersion and CopyProjectVersion have in common: a version that is not there yet."""

from __future__ import annotations

from typing import Any

from labelpipe.standin import arns
from labelpipe.standin.errors import LimitExceededException, ResourceInUseException
from labelpipe.standin.lifecycle import Status
from labelpipe.standin.limits import Limits, full
from labelpipe.standin.state import Project, State, Version


def check_name_and_room(state: State, project: Project, name: str, limits: Limits, now: float) -> None:
    """Refuse a version whose name is taken (AWS says that it must not be), or for which the project has no room."""
    versions = state.versions(now, project.arn)
    if any(version.name == name for version in versions):
        raise ResourceInUseException(f"The version {name} already exists.")
    if full(len(versions), limits.versions):
        raise LimitExceededException(f"A project has at most {limits.versions} versions.")


def new_version(state: State, project: Project, request: dict[str, Any], status: Status, now: float) -> Version:
    """The version that the request names, as far as both operations say it."""
    output = request["OutputConfig"]
    return Version(
        arn=arns.version(project.arn, request["VersionName"], state.new_stamp(now)),
        project_arn=project.arn,
        name=request["VersionName"],
        created=now,
        status=status,
        bucket=output["S3Bucket"],
        prefix=output.get("S3KeyPrefix", ""),
        kms_key=request.get("KmsKeyId"),
        tags=request.get("Tags", {}),
    )
