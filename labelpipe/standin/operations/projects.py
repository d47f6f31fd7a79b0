"""CreateProject, DescribeProjects, DeleteProject."""

from __future__ import annotations

from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.errors import LimitExceededException, ResourceInUseException
from labelpipe.standin.operations.dataset_work import told_status
from labelpipe.standin.operations.paging import page
from labelpipe.standin.service import Service
from labelpipe.standin.state import Dataset, Project

MAX_PROJECTS = 100


def create(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        projects = state.projects(place.region)
        if any(project.name == request["ProjectName"] for project in projects):
            raise ResourceInUseException(f"The project {request['ProjectName']} already exists.")
        if len(projects) >= MAX_PROJECTS:
            raise LimitExceededException(f"An account has at most {MAX_PROJECTS} projects.")
        now = service.clock()
        project = Project(
            arn=place.project(request["ProjectName"], state.new_stamp(now)),
            name=request["ProjectName"],
            created=now,
            feature=request.get("Feature", "CUSTOM_LABELS"),
            tags=request.get("Tags", {}),
        )
        state.put(project)
    return {"ProjectArn": project.arn}


def describe(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    names, features = request.get("ProjectNames"), request.get("Features", ["CUSTOM_LABELS"])
    with service.turn() as state:
        found = [
            _described(project, state.datasets(project.arn, service.clock()))
            for project in state.projects(place.region)
            if project.feature in features and (names is None or project.name in names)
        ]
    shown, token = page(found, request)
    return {"ProjectDescriptions": shown, **token}


def delete(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        project = state.project(request["ProjectArn"])
        if state.versions(service.clock(), project.arn):
            raise ResourceInUseException("The project has model versions: delete them first.")
        deleted = state.datasets(project.arn, service.clock())
        for resource in (*deleted, project):
            state.remove(resource)
    for dataset in deleted:
        service.store.drop_entries(dataset)
    return {"Status": "DELETING"}


def _described(project: Project, datasets: list[Dataset]) -> dict[str, Any]:
    return {
        "ProjectArn": project.arn,
        "CreationTimestamp": project.created,
        "Status": "CREATED",
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
