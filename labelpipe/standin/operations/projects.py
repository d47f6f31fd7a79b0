"""CreateProject, DescribeProjects, DeleteProject."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from labelpipe.standin import arns
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import InvalidParameterException, LimitExceededException, ResourceInUseException
from labelpipe.standin.lifecycle import ProjectStatus, project_after
from labelpipe.standin.limits import full
from labelpipe.standin.operations.dataset_work import told_status
from labelpipe.standin.operations.paging import page_after, whole
from labelpipe.standin.service import Service
from labelpipe.standin.state import Dataset, Project, settled


def create(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    feature = request.get("Feature", "CUSTOM_LABELS")
    if feature == "CONTENT_MODERATION" and "AutoUpdate" not in request:  # "required argument" (API reference)
        raise InvalidParameterException("Request has invalid parameters: AutoUpdate is missing")
    with service.turn() as state:
        projects = state.projects(place.region)
        if any(project.name == request["ProjectName"] for project in projects):
            raise ResourceInUseException(f"The project {request['ProjectName']} already exists.")
        if full(len(projects), service.limits.projects):
            raise LimitExceededException(f"An account has at most {service.limits.projects} projects.")
        now = service.clock()
        project = Project(
            arn=place.project(request["ProjectName"], state.new_stamp(now)),
            name=request["ProjectName"],
            created=now,
            feature=feature,
            tags=request.get("Tags", {}),
            status=ProjectStatus.CREATING,
            due=now + service.delays.project,
            auto_update=request.get("AutoUpdate"),
        )
        state.put(project)
    return {"ProjectArn": project.arn}


def describe(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    names, features = request.get("ProjectNames"), request.get("Features", ["CUSTOM_LABELS"])
    with service.turn() as state:
        now = service.clock()
        found = [
            project
            for project in state.projects(place.region)
            if project.feature in features and (names is None or project.name in names)
        ]
        shown, token = page_after(found, request, key=lambda project: -arns.stamp(project.arn), read=whole)
        described = [_described(settled(project, now), state.datasets(project.arn, now)) for project in shown]
    return {"ProjectDescriptions": described, **token}


def delete(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    """Its datasets go at once; AWS says of its policies that they go with it, and of its datasets nothing."""
    with service.turn() as state:
        now = service.clock()
        project = settled(state.project(request["ProjectArn"]), now)
        status = project_after("DeleteProject", project.status)
        if state.versions(now, project.arn):
            raise ResourceInUseException("The project has model versions: delete them first.")
        deleted = state.datasets(project.arn, now)
        for dataset in deleted:
            state.remove(dataset)
        state.put(replace(project, status=status, due=now + service.delays.delete))
    for dataset in deleted:
        service.store.drop_entries(dataset)
    return {"Status": status}


def _described(project: Project, datasets: list[Dataset]) -> dict[str, Any]:
    described = {
        "ProjectArn": project.arn,
        "CreationTimestamp": project.created,
        "Status": project.status,
        "Feature": project.feature,
        "Datasets": [
            {
                "CreationTimestamp": dataset.created,
                "DatasetType": dataset.kind,
                "DatasetArn": dataset.arn,
                **told_status(dataset),
            }
            for dataset in datasets
        ],
    }
    return described if project.auto_update is None else {**described, "AutoUpdate": project.auto_update}
