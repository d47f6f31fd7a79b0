"""CreateDataset, DescribeDataset, ListDatasetEntries, DeleteDataset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from labelpipe.standin import arns, manifests
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import InvalidParameterException, ResourceAlreadyExistsException, ResourceInUseException
from labelpipe.standin.lifecycle import DatasetStatus
from labelpipe.standin.manifests import Entry
from labelpipe.standin.operations.paging import page
from labelpipe.standin.service import Service
from labelpipe.standin.state import Dataset, Location, State
from labelpipe.standin.store import write_whole


def location(value: dict[str, Any]) -> Location:
    """The place that a GroundTruthManifest or an Image names."""
    s3 = value["S3Object"]
    return Location(s3["Bucket"], s3["Name"], s3.get("Version"))


def create(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        _check_free(state, request["ProjectArn"], request["DatasetType"], service.clock())
    entries = list(manifests.usable(_lines(service, request.get("DatasetSource", {}))))
    with service.turn() as state:
        now = service.clock()
        _check_free(state, request["ProjectArn"], request["DatasetType"], now)
        dataset = Dataset(
            arn=arns.dataset(request["ProjectArn"], request["DatasetType"], state.new_stamp(now)),
            project_arn=request["ProjectArn"],
            kind=request["DatasetType"],
            created=now,
            updated=now,
            status=DatasetStatus.CREATE_IN_PROGRESS,
            due=now + service.delays.dataset,
            labeled=sum(bool(entry.names) for entry in entries),
            total=len(entries),
            labels=len({name for entry in entries for name in entry.names}),
            tags=request.get("Tags", {}),
        )
        _write(service, dataset, entries)
        state.put(dataset)
    return {"DatasetArn": dataset.arn}


def describe(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        dataset = state.dataset(request["DatasetArn"], service.clock())
    return {
        "DatasetDescription": {
            "CreationTimestamp": dataset.created,
            "LastUpdatedTimestamp": dataset.updated,
            "Status": dataset.status,
            "StatusMessage": dataset.message,
            "StatusMessageCode": "SUCCESS",
            "DatasetStats": {
                "LabeledEntries": dataset.labeled,
                "TotalEntries": dataset.total,
                "TotalLabels": dataset.labels,
                "ErrorEntries": 0,
            },
        }
    }


def entries(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        dataset = state.dataset(request["DatasetArn"], service.clock())
        _check_idle(dataset)
        lines = service.store.dataset_file(dataset.arn).read_text("utf-8").splitlines()
    found = [entry.line for entry in manifests.usable(lines) if _asked_for(entry, request)]
    shown, token = page(found, request)
    return {"DatasetEntries": shown, **token}


def delete(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        dataset = state.dataset(request["DatasetArn"], service.clock())
        _check_idle(dataset)
        service.store.dataset_file(dataset.arn).unlink(missing_ok=True)
        state.remove(dataset)
    return {}


def _lines(service: Service, source: dict[str, Any]) -> list[str]:
    if len(source) > 1:
        raise InvalidParameterException("Request has invalid parameters: DatasetSource names two sources")
    if "DatasetArn" in source:
        with service.turn() as state:
            original = state.dataset(source["DatasetArn"], service.clock())
        return service.store.dataset_file(original.arn).read_text("utf-8").splitlines()
    if "GroundTruthManifest" in source:
        manifest = source["GroundTruthManifest"]
        if "S3Object" not in manifest:
            raise InvalidParameterException("Request has invalid parameters: GroundTruthManifest.S3Object is missing")
        return service.objects.read(location(manifest)).decode("utf-8", "replace").splitlines()
    return []


def _write(service: Service, dataset: Dataset, entries: Iterable[Entry]) -> None:
    lines = "".join(entry.line + "\n" for entry in entries)
    write_whole(service.store.dataset_file(dataset.arn), lines.encode())


def _check_free(state: State, project_arn: str, kind: str, now: float) -> None:
    project = state.project(project_arn)
    if any(dataset.kind == kind for dataset in state.datasets(project.arn, now)):
        raise ResourceAlreadyExistsException(f"The project already has a {kind} dataset.")


def _check_idle(dataset: Dataset) -> None:
    if dataset.due is not None:
        raise ResourceInUseException(f"The dataset is {dataset.status}.")


def _asked_for(entry: Entry, request: dict[str, Any]) -> bool:
    return (
        not request.get("HasErrors", False)
        and request.get("Labeled", bool(entry.names)) == bool(entry.names)
        and request.get("SourceRefContains", "") in entry.uri
        and (not (wanted := request.get("ContainsLabels")) or bool(entry.names & set(wanted)))
    )
