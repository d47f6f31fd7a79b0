"""CopyProjectVersion: a model that another project has learnt, with what its training wrote."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    LimitExceededException,
    ResourceNotFoundException,
    ServiceError,
)
from labelpipe.standin.lifecycle import Status, version_after
from labelpipe.standin.limits import full
from labelpipe.standin.models import MODEL
from labelpipe.standin.operations.new_versions import check_name_and_room, new_version
from labelpipe.standin.service import Service
from labelpipe.standin.state import Location, Project, State, Training, Version


def copy(
    service: Service, request: dict[str, Any], place: Place, becomes: Status = Status.COPYING_COMPLETED
) -> dict[str, Any]:
    """Within the account, for which no policy is needed; another account's source is unknown here, so not found.

    The S3 objects are copied before the answer; what cannot be copied makes a version that becomes COPYING_FAILED.
    """
    with service.turn() as state:
        source, project = _checked(service, state, request)
    training, why = _training(service, source, project, request)
    with service.turn() as state:
        source, project = _checked(service, state, request)
        now = service.clock()
        version = new_version(state, project, request, Status.COPYING_IN_PROGRESS, now)
        version = replace(version, source=source.arn, description=source.description, training=training, message=why)
        if training:
            learnt = service.store.model_folder(source.arn) / MODEL
            shutil.copyfile(learnt, service.store.model_folder(version.arn) / MODEL)
        becomes = Status.COPYING_FAILED if why else becomes
        state.put(replace(version, due=now + service.delays.copy, becomes=becomes))
    return {"ProjectVersionArn": version.arn}


def _checked(service: Service, state: State, request: dict[str, Any]) -> tuple[Version, Project]:
    """The source and the project that it goes to, when both are as they must be."""
    now = service.clock()
    source = state.version(request["SourceProjectVersionArn"], now)
    if source.project_arn != state.project(request["SourceProjectArn"]).arn:
        raise ResourceNotFoundException(f"The version {source.arn} is not of {request['SourceProjectArn']}.")
    project = state.open_project(request["DestinationProjectArn"], "CopyProjectVersion", now)
    version_after("CopyProjectVersion", source.status)
    check_name_and_room(state, project, request["VersionName"], service.limits, now)
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
    folder = Location(output["S3Bucket"], output.get("S3KeyPrefix", "")).below(project.name, request["VersionName"])
    try:
        summary = training.summary and _copied(service, training.summary, folder)
        manifests = {name: _copied(service, found, folder) for name, found in training.manifests.items()}
    except (ServiceError, ClientError, BotoCoreError) as error:  # it cannot be read, or not be written
        return None, f"The training output of {source.arn} could not be copied: {error}"
    return replace(training, summary=summary, manifests=manifests), ""


def _copied(service: Service, found: Location, folder: Location) -> Location:
    place = folder.below(found.key.rpartition("/")[2])
    service.objects.write(place, service.objects.read(found))
    return place
