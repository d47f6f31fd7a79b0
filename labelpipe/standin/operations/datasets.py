"""CreateDataset, DescribeDataset, UpdateDatasetEntries, DeleteDataset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from labelpipe.standin import arns, contents
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    ImageTooLargeException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from labelpipe.standin.ground_truth import manifests
from labelpipe.standin.lifecycle import DatasetStatus
from labelpipe.standin.operations import manifest_import
from labelpipe.standin.operations.admission import admit
from labelpipe.standin.operations.dataset_work import carry_out, claimed, told_status
from labelpipe.standin.operations.manifest_import import Manifest
from labelpipe.standin.operations.s3_objects import location
from labelpipe.standin.service import Service
from labelpipe.standin.state import Dataset, State, Stats


def here(arn: str, place: Place) -> str:
    """The ARN of a dataset that a request names inside, when it is of the request's Region."""
    if not place.holds(arn):
        raise ResourceNotFoundException(f"The resource {arn} could not be found in {place.region}.")
    return arn


def create(service: Service, request: dict[str, Any], place: Place, *, in_vain: bool = False) -> dict[str, Any]:
    """A dataset from a manifest, from another dataset, or empty.

    AWS names two ends for a manifest that S3 does not give. Here that is InvalidS3ObjectException, and a manifest that
    can be read but not used is CREATE_FAILED.
    """
    with service.turn() as state:
        _check_free(state, request, service.clock())
    manifest = _manifest(service, request)
    with service.turn() as state:
        now = service.clock()
        _check_free(state, request, now)
        dataset = _claimed(state, request, now)
        state.put(dataset)
        original = _original(service, state, request, place)  # last: what is refused leaves nothing open
    most = manifests.max_images(place.region, dataset.kind)

    def work(file: Path) -> list[Stats]:
        if original:
            with original:
                return [contents.write(file, (), original)]
        return [manifest.written(file, most) if manifest else contents.write(file, ())]

    carry_out(service, [dataset.arn], work, in_vain=in_vain)
    return {"DatasetArn": dataset.arn}


def describe(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        dataset = admit("DescribeDataset", state.dataset(request["DatasetArn"], service.clock()))
    stats = dataset.revision.stats
    return {
        "DatasetDescription": {
            "CreationTimestamp": dataset.created,
            "LastUpdatedTimestamp": dataset.updated,
            **told_status(dataset),
            "DatasetStats": {
                "LabeledEntries": stats.labeled,
                "TotalEntries": stats.total,
                "TotalLabels": stats.labels,
                "ErrorEntries": stats.errors,
            },
        }
    }


def update(service: Service, request: dict[str, Any], place: Place, *, in_vain: bool = False) -> dict[str, Any]:
    """Put lines into the dataset, each in the place of the one with the same source-ref, or at the end."""
    changes = request["Changes"]["GroundTruth"]
    with service.turn() as state:
        now = service.clock()
        dataset = admit("UpdateDatasetEntries", state.dataset(request["DatasetArn"], now))
        state.put(claimed(dataset, DatasetStatus.UPDATE_IN_PROGRESS, now))
    most = manifests.max_images(place.region, dataset.kind)

    def work(file: Path) -> list[Stats]:
        with service.store.entries_file(dataset.revision).open("rb") as old:
            return [manifest_import.write(file, changes, most, old)]

    carry_out(service, [dataset.arn], work, in_vain=in_vain)
    return {}


def delete(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        now = service.clock()
        dataset = admit("DeleteDataset", state.dataset(request["DatasetArn"], now))
        due = now + service.delays.dataset
        state.put(replace(dataset, status=DatasetStatus.DELETE_IN_PROGRESS, updated=now, due=due))
    service.store.drop_entries(dataset)
    return {}


def _manifest(service: Service, request: dict[str, Any]) -> Manifest | None:
    """The manifest that the request names, when it names one; its bytes are those that S3 gives."""
    source = request.get("DatasetSource", {}).get("GroundTruthManifest")
    if source is None:
        return None
    place = location(source)
    try:
        return Manifest(place.key, service.objects.read(place, limit=manifests.MAX_BYTES))
    except ImageTooLargeException:
        return Manifest(place.key, None)


def _original(service: Service, state: State, request: dict[str, Any], place: Place) -> BinaryIO | None:
    """The entries to copy, open: their dataset may change meanwhile."""
    arn = request.get("DatasetSource", {}).get("DatasetArn")
    if arn is None:
        return None
    dataset = admit("CreateDataset", state.dataset(here(arn, place), service.clock()))
    return service.store.entries_file(dataset.revision).open("rb")


def _check_free(state: State, request: dict[str, Any], now: float) -> None:
    project, kind = state.open_project(request["ProjectArn"], "CreateDataset", now), request["DatasetType"]
    if any(dataset.kind == kind for dataset in state.datasets(project.arn, now)):
        raise ResourceAlreadyExistsException(f"The project already has a {kind} dataset.")


def _claimed(state: State, request: dict[str, Any], now: float) -> Dataset:
    """The dataset as its work finds it: empty, and in a passing status that has no end yet."""
    project, kind = request["ProjectArn"], request["DatasetType"]
    return Dataset(
        arn=arns.dataset(project, kind, state.new_stamp(now)),
        project_arn=project,
        kind=kind,
        created=now,
        updated=now,
        status=DatasetStatus.CREATE_IN_PROGRESS,
        tags=request.get("Tags", {}),
    )
