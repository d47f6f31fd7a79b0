"""How an operation on a dataset ends: what its row is told, and what its status tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from labelpipe.standin.lifecycle import DatasetStatus
from labelpipe.standin.operations.manifest_import import TerminalError
from labelpipe.standin.state import Dataset, Revision, Stats

Result = Mapping[str, Any]  # members of the row

_FAILED = {
    DatasetStatus.CREATE_IN_PROGRESS: DatasetStatus.CREATE_FAILED,
    DatasetStatus.UPDATE_IN_PROGRESS: DatasetStatus.UPDATE_FAILED,
}

# AWS does not publish its words for what is under way or went well.
_MESSAGES = {
    DatasetStatus.CREATE_IN_PROGRESS: "The dataset is being created.",
    DatasetStatus.CREATE_COMPLETE: "The dataset was created.",
    DatasetStatus.UPDATE_IN_PROGRESS: "The dataset is being updated.",
    DatasetStatus.UPDATE_COMPLETE: "The dataset was updated.",
    DatasetStatus.DELETE_IN_PROGRESS: "The dataset is being deleted.",
}

# What Fault.FAILED makes of any operation.
IN_VAIN: Result = MappingProxyType({"failure": "The service failed: try again later.", "failure_code": "SERVICE_ERROR"})


def came_to(revision: Revision) -> Result:
    return {"coming": revision, "failure": "", "failure_code": ""}


def failed(error: TerminalError) -> Result:
    return {"coming": None, "failure": str(error), "failure_code": "CLIENT_ERROR"}


def attempt(file: Path, work: Callable[[], Stats]) -> Result:
    """Do the work that makes the file of entries: it comes to a revision, or to its TerminalError."""
    try:
        return came_to(Revision(file.name, work()))
    except TerminalError as error:
        file.unlink(missing_ok=True)
        return failed(error)


def begun(dataset: Dataset, status: DatasetStatus, now: float, seconds: float, result: Result) -> Dataset:
    """The dataset in the passing status, which after those seconds becomes what the result says."""
    becomes = _FAILED[status] if result["failure"] else None
    return replace(dataset, status=status, updated=now, due=now + seconds, becomes=becomes, **result)


def told_status(dataset: Dataset) -> dict[str, Any]:
    """The members of a description that are about the last operation."""
    ended_badly = dataset.status in _FAILED.values()
    return {
        "Status": dataset.status,
        "StatusMessage": dataset.failure if ended_badly else _MESSAGES[dataset.status],
        "StatusMessageCode": dataset.failure_code if ended_badly else "SUCCESS",
    }
