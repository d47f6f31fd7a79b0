"""CreateProjectVersion: what a version is trained on, and the start of its training."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.contents import Contents
from labelpipe.standin.errors import InvalidParameterException, LimitExceededException
from labelpipe.standin.lifecycle import Status
from labelpipe.standin.limits import Limits, full
from labelpipe.standin.operations.admission import admit
from labelpipe.standin.operations.new_versions import check_name_and_room, new_version
from labelpipe.standin.operations.s3_objects import location
from labelpipe.standin.service import Service
from labelpipe.standin.state import Dataset, Location, Project, State, Training, Version
from labelpipe.standin.trainings.jobs import Job, Outcome


@dataclass(frozen=True)
class Material:
    """The project's datasets, or manifests in S3; without anything to test on, a part of the images is held out."""

    datasets: dict[str, Dataset] = field(default_factory=dict)
    train: tuple[Location, ...] = ()
    test: tuple[Location, ...] = ()

    @property
    def auto_split(self) -> bool:
        return not self.test and "TEST" not in self.datasets


def create(service: Service, request: dict[str, Any], place: Place, *, in_vain: bool = False) -> dict[str, Any]:
    if "ContentModeration" in request.get("FeatureConfig", {}):
        raise InvalidParameterException("FeatureConfig.ContentModeration does not match a project of Custom Labels.")
    with service.turn() as state:
        now = service.clock()
        project = state.open_project(request["ProjectArn"], "CreateProjectVersion", now)
        material = _material(state.datasets(project.arn, now), request)
        check_name_and_room(state, project, request["VersionName"], service.limits, now)
        _check_trainings(state, service.limits, place, now)
        version = _version(state, project, request, material, now)
        _write_job(service, version, project.name, material)
        state.put(version)
    if in_vain:
        why = "Amazon Rekognition experienced a service issue."
        service.training_ended(version.arn, Outcome(False, why, Training(now, 0)))
    else:
        service.jobs.start(version.arn)
    return {"ProjectVersionArn": version.arn}


def _check_trainings(state: State, limits: Limits, place: Place, now: float) -> None:
    trained = [v for v in state.versions(now) if v.status is Status.TRAINING_IN_PROGRESS and place.holds(v.arn)]
    if full(len(trained), limits.trainings):
        raise LimitExceededException(f"An account trains at most {limits.trainings} versions at once.")


def _material(datasets: list[Dataset], request: dict[str, Any]) -> Material:
    external = [name for name in ("TrainingData", "TestingData") if name in request]
    if datasets and external:
        raise InvalidParameterException("The project has datasets: TrainingData and TestingData cannot be given.")
    if datasets:
        return _of_project(datasets)
    if len(external) != 2:
        raise InvalidParameterException("The project has no datasets: TrainingData and TestingData must be given.")
    train, test = _places(request["TrainingData"]), _places(request["TestingData"])
    if not train or (bool(test) == request["TestingData"].get("AutoCreate", False)):
        raise InvalidParameterException(
            "TrainingData.Assets must be given, and either TestingData.Assets or TestingData.AutoCreate."
        )
    return Material(train=train, test=test)


def _of_project(datasets: list[Dataset]) -> Material:
    by_kind = {dataset.kind: dataset for dataset in datasets}
    if "TRAIN" not in by_kind:
        raise InvalidParameterException("The project has no training dataset.")
    for dataset in datasets:
        admit("CreateProjectVersion", dataset)
    return Material(datasets=by_kind)


def _places(data: dict[str, Any]) -> tuple[Location, ...]:
    return tuple(location(asset["GroundTruthManifest"]) for asset in data.get("Assets", []))


def _version(state: State, project: Project, request: dict[str, Any], material: Material, now: float) -> Version:
    return replace(
        new_version(state, project, request, Status.TRAINING_IN_PROGRESS, now),
        description=request.get("VersionDescription"),
        inputs={"Train": material.train, "Test": material.test},
        auto_split=material.auto_split,
    )


def _write_job(service: Service, version: Version, project: str, material: Material) -> None:
    folder = service.store.model_folder(version.arn)
    for kind, dataset in material.datasets.items():
        _write_manifest(service.store.entries_file(dataset.revision), folder / f"{kind.lower()}.manifest")
    output = Location(version.bucket, version.prefix)
    Job(version.arn, project, version.name, output, material.train, material.test).write(folder)


def _write_manifest(entries: Path, file: Path) -> None:
    with closing(Contents(entries)) as contents, file.open("w", encoding="utf-8", newline="\n") as manifest:
        manifest.writelines(line + "\n" for line in contents.lines())
