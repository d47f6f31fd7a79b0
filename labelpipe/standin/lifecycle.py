"""What a status is, and may become: tables of operations and statuses, read with a clock that the caller holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from labelpipe.standin.errors import (
    ResourceInUseException,
    ResourceNotFoundException,
    ResourceNotReadyException,
    ServiceError,
)

Followed = TypeVar("Followed", "Status", "ProjectStatus")


class Status(StrEnum):
    """Every status of a version."""

    TRAINING_IN_PROGRESS = "TRAINING_IN_PROGRESS"
    TRAINING_COMPLETED = "TRAINING_COMPLETED"
    TRAINING_FAILED = "TRAINING_FAILED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    FAILED = "FAILED"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    DELETING = "DELETING"
    COPYING_IN_PROGRESS = "COPYING_IN_PROGRESS"
    COPYING_COMPLETED = "COPYING_COMPLETED"
    COPYING_FAILED = "COPYING_FAILED"
    DEPRECATED = "DEPRECATED"
    EXPIRED = "EXPIRED"


class ProjectStatus(StrEnum):
    """Every status of a project."""

    CREATING = "CREATING"
    CREATED = "CREATED"
    DELETING = "DELETING"


class DatasetStatus(StrEnum):
    """Every status of a dataset."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    UPDATE_FAILED = "UPDATE_FAILED"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"


# What happens by itself, once the status has lasted its time.
NEXT = MappingProxyType(
    {
        Status.TRAINING_IN_PROGRESS: Status.TRAINING_COMPLETED,
        Status.COPYING_IN_PROGRESS: Status.COPYING_COMPLETED,
        Status.STARTING: Status.RUNNING,
        Status.STOPPING: Status.STOPPED,
        ProjectStatus.CREATING: ProjectStatus.CREATED,
        DatasetStatus.CREATE_IN_PROGRESS: DatasetStatus.CREATE_COMPLETE,
        DatasetStatus.UPDATE_IN_PROGRESS: DatasetStatus.UPDATE_COMPLETE,
    }
)

# What happens instead, when the work on a dataset fails.
FAILING = MappingProxyType(
    {
        DatasetStatus.CREATE_IN_PROGRESS: DatasetStatus.CREATE_FAILED,
        DatasetStatus.UPDATE_IN_PROGRESS: DatasetStatus.UPDATE_FAILED,
    }
)

# What is gone once its status has lasted its time.
VANISHING = frozenset({Status.DELETING, ProjectStatus.DELETING, DatasetStatus.DELETE_IN_PROGRESS})

_OPERATIONS = (
    "StartProjectVersion",
    "StopProjectVersion",
    "DeleteProjectVersion",
    "DetectCustomLabels",
    "CopyProjectVersion",
)
_IN_USE, _NOT_READY, _NOT_FOUND = ResourceInUseException, ResourceNotReadyException, ResourceNotFoundException
_STARTS, _STOPS, _GOES, _STAYS = Status.STARTING, Status.STOPPING, Status.DELETING, None

# What each operation makes of a version in each status: the status that follows, the same one, or an error.
# AWS says: what runs or is trained cannot be deleted, what does not run is not ready to detect. Its demo starts
# TRAINING_COMPLETED and STOPPED. AWS does not say, and this table decides:
# - that COPYING_COMPLETED starts; that FAILED does too, or one failed start would be the end of a model;
# - that a start, stop or deletion out of turn is ResourceInUse, also a stop while STARTING;
# - that whatever has learnt something can be copied, and nothing else;
# - what DEPRECATED and EXPIRED mean for Custom Labels: here, a model that can only be deleted.
_VERSIONS: Mapping[Status, tuple[Status | type[ServiceError] | None, ...]] = {
    #                             Start     Stop     Delete   Detect      Copy
    Status.TRAINING_IN_PROGRESS: (_IN_USE, _IN_USE, _IN_USE, _NOT_READY, _IN_USE),
    Status.TRAINING_COMPLETED: (_STARTS, _IN_USE, _GOES, _NOT_READY, _STAYS),
    Status.TRAINING_FAILED: (_IN_USE, _IN_USE, _GOES, _NOT_READY, _IN_USE),
    Status.STARTING: (_IN_USE, _IN_USE, _IN_USE, _NOT_READY, _STAYS),
    Status.RUNNING: (_IN_USE, _STOPS, _IN_USE, _STAYS, _STAYS),
    Status.FAILED: (_STARTS, _IN_USE, _GOES, _NOT_READY, _STAYS),
    Status.STOPPING: (_IN_USE, _IN_USE, _IN_USE, _NOT_READY, _STAYS),
    Status.STOPPED: (_STARTS, _IN_USE, _GOES, _NOT_READY, _STAYS),
    Status.DELETING: (_IN_USE, _IN_USE, _IN_USE, _NOT_READY, _IN_USE),
    Status.COPYING_IN_PROGRESS: (_IN_USE, _IN_USE, _IN_USE, _NOT_READY, _IN_USE),
    Status.COPYING_COMPLETED: (_STARTS, _IN_USE, _GOES, _NOT_READY, _STAYS),
    Status.COPYING_FAILED: (_IN_USE, _IN_USE, _GOES, _NOT_READY, _IN_USE),
    Status.DEPRECATED: (_IN_USE, _IN_USE, _GOES, _NOT_READY, _IN_USE),
    Status.EXPIRED: (_IN_USE, _IN_USE, _GOES, _NOT_READY, _IN_USE),
}

# The same for a project and the operations that change it or put something into it. AWS gives their errors, and says
# that a deletion takes time; which error it is, is ours: ResourceInUse where an operation has it, else NotFound.
_PROJECTS: Mapping[str, tuple[ProjectStatus | type[ServiceError] | None, ...]] = {
    #                       CREATING     CREATED      DELETING
    "DeleteProject": (_IN_USE, ProjectStatus.DELETING, _IN_USE),
    "CreateProjectVersion": (_IN_USE, _STAYS, _IN_USE),
    "CopyProjectVersion": (_IN_USE, _STAYS, _IN_USE),
    "CreateDataset": (_NOT_FOUND, _STAYS, _NOT_FOUND),
    "PutProjectPolicy": (_NOT_FOUND, _STAYS, _NOT_FOUND),
    "DeleteProjectPolicy": (_NOT_FOUND, _STAYS, _NOT_FOUND),
}


def version_after(operation: str, status: Status) -> Status:
    """What the operation makes of a version in that status; where the table has an error, that."""
    return _followed(operation, status, _VERSIONS[status][_OPERATIONS.index(operation)])


def project_after(operation: str, status: ProjectStatus) -> ProjectStatus:
    """As version_after, of the project that the operation changes."""
    return _followed(operation, status, _PROJECTS[operation][[*ProjectStatus].index(status)])


def _followed(operation: str, status: Followed, outcome: Followed | type[ServiceError] | None) -> Followed:
    if isinstance(outcome, type):
        raise outcome(f"{operation} is not possible: it is {status}.")
    return outcome or status


OCCUPYING = frozenset({Status.STARTING, Status.RUNNING, Status.STOPPING})  # one of the account's slots
PASSING = frozenset({Status.TRAINING_IN_PROGRESS, Status.COPYING_IN_PROGRESS})  # work whose outcome does not show yet

MESSAGES = MappingProxyType(
    {
        Status.TRAINING_IN_PROGRESS: "The model is being trained.",
        Status.TRAINING_COMPLETED: "The model is ready to run.",
        Status.STARTING: "The model is starting.",
        Status.RUNNING: "The model is running.",
        Status.FAILED: "The model failed to start.",
        Status.STOPPING: "The model is stopping.",
        Status.STOPPED: "The model is stopped.",
        Status.DELETING: "The model is being deleted.",
        Status.COPYING_IN_PROGRESS: "The model version is being copied.",
        Status.COPYING_COMPLETED: "The model version is copied and ready to run.",
    }
)


@dataclass(frozen=True)
class Delays:
    """How long a passing status lasts, in seconds of the service; nobody waits for the service's own on a laptop."""

    start: float = 4.0
    stop: float = 1.0
    dataset: float = 0.2
    training: float = 0.0  # at least; learning may take longer
    copy: float = 0.5
    delete: float = 0.2  # of a version or a project
    project: float = 0.0  # in CREATING


# The service's own. Starting: about 15 minutes between looks in AWS's batch sample. Training: 30 minutes are the least
# ("Training a model"). AWS gives no number for the rest: these are guesses.
REALISTIC = Delays(start=900, stop=180, dataset=60, training=1800, copy=300, delete=30, project=1)
