"""CopyProjectVersion: a model that another project has learnt, with what its training wrote."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

from labelpipe.standin import arns
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    LimitExceededException,
    ResourceNotFoundException,
    ServiceError,
)
from labelpipe.standin.lifecycle import Status, version_after
from labelpipe.standin.limits import full
from labelpipe.standin.models import MODEL
from labelpipe.standin.operations.training import check_name_and_room
from labelpipe.standin.service import Service
from labelpipe.standin.state import Location, Project, State, Training, Version


def copy(
    service: Service, request: dict[str, Any], place: Place, becomes: Status = Status.COPYING_COMPLETED
) -> dict[str, Any]:
    """Within the account, for which no policy is needed; another account's source is unknown here, so not found.

    The S3 objects are copied before the answer; what cannot be copied makes a version that becomes COPYING_FAILED.
    """
    with service.turn() as state:
        source, project = _checked(service, state, request, place)
    training, why = _training(service, source, project, request)
    with service.turn() as state:
        source, project = _checked(service, state, request, place)
        now = service.clock()
        version = _version(request, source, state.new_stamp(now), now)
        version = replace(version, training=training, message=why, due=now + service.delays.copy)
        if training:
            learnt = service.store.model_folder(source.arn) / MODEL
            shutil.copyfile(learnt, service.store.model_folder(version.arn) / MODEL)
        state.put(replace(version, becomes=Status.COPYING_FAILED if why else becomes))
    return {"ProjectVersionArn": version.arn}


def _checked(service: Service, state: State, request: dict[str, Any], place: Place) -> tuple[Version, Project]:
    """The source and the project that it goes to, when both are as they must be."""
    now = service.clock()
    source = state.version(request["SourceProjectVersionArn"], now)
    if source.project_arn != state.project(request["SourceProjectArn"]).arn:
        raise ResourceNotFoundException(f"The version {source.arn} is not of {request['SourceProjectArn']}.")
    project = state.open_project(request["DestinationProjectArn"], "CopyProjectVersion", now)
    version_after("CopyProjectVersion", source.status)
    check_name_and_room(state, project.arn, request["VersionName"], service.limits, now)
    under_way = [v for v in state.versions(now, project.arn) if v.status is Status.COPYING_IN_PROGRESS]
    if full(len(under_way), service.limits.copies):
        raise LimitExceededException(f"A project takes at most {service.limits.copies} copies at once.")
    return source, project


def _training(
    service: Service, source: Version, project: Project, request: dict[str, Any]
) -> tuple[Training | None, str]:
    """The source's training with its objects copied to the new place, and why not."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    training, output = source.training, request["OutputConfig"]
    if training is None:
        return None, f"{source.arn} has learnt nothing."
    parts = (output.get("S3KeyPrefix", "").strip("/"), project.name, request["VersionName"])
    folder = Location(output["S3Bucket"], "/".join(part for part in parts if part))
    try:
        summary = training.summary and _copied(service, training.summary, folder)
        manifests = {name: _copied(service, found, folder) for name, found in training.manifests.items()}
    except (ServiceError, ClientError, BotoCoreError) as error:  # it cannot be read, or not be written
        return None, f"The training output of {source.arn} could not be copied: {error}"
    return replace(training, summary=summary, manifests=manifests), ""


def _copied(service: Service, found: Location, folder: Location) -> Location:
    place = Location(folder.bucket, f"{folder.key}/{found.key.rpartition('/')[2]}")
    service.objects.write(place, service.objects.read(found))
    return place


def _version(request: dict[str, Any], source: Version, stamp: int, now: float) -> Version:
    output = request["OutputConfig"]
    return Version(
        arn=arns.version(request["DestinationProjectArn"], request["VersionName"], stamp),
        project_arn=request["DestinationProjectArn"],
        name=request["VersionName"],
        created=now,
        status=Status.COPYING_IN_PROGRESS,
        bucket=output["S3Bucket"],
        prefix=output.get("S3KeyPrefix", ""),
        description=source.description,
        kms_key=request.get("KmsKeyId"),
        source=source.arn,
        tags=request.get("Tags", {}),
    )
