"""What a version's status is, and may become: one table, read with a clock that the caller holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """Those statuses of a version that the stand-in knows."""

    TRAINING_IN_PROGRESS = "TRAINING_IN_PROGRESS"
    TRAINING_COMPLETED = "TRAINING_COMPLETED"
    TRAINING_FAILED = "TRAINING_FAILED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    FAILED = "FAILED"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"


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
        Status.STARTING: Status.RUNNING,
        Status.STOPPING: Status.STOPPED,
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
VANISHING = frozenset({DatasetStatus.DELETE_IN_PROGRESS})

# Nothing says that FAILED may start; if it might not, one failed start would be the end of a model.
STARTABLE = frozenset({Status.TRAINING_COMPLETED, Status.STOPPED, Status.FAILED})
STOPPABLE = frozenset({Status.RUNNING})
DELETABLE = frozenset(Status) - {Status.TRAINING_IN_PROGRESS, Status.STARTING, Status.RUNNING, Status.STOPPING}
OCCUPYING = frozenset({Status.STARTING, Status.RUNNING, Status.STOPPING})  # one of the account's slots

MESSAGES = MappingProxyType(
    {
        Status.TRAINING_IN_PROGRESS: "The model is being trained.",
        Status.TRAINING_COMPLETED: "The model is ready to run.",
        Status.STARTING: "The model is starting.",
        Status.RUNNING: "The model is running.",
        Status.FAILED: "The model failed to start.",
        Status.STOPPING: "The model is stopping.",
        Status.STOPPED: "The model is stopped.",
    }
)


@dataclass(frozen=True)
class Delays:
    """How long a passing status lasts, in seconds. The service takes minutes; nobody waits for that on a laptop."""

    start: float = 4.0
    stop: float = 1.0
    dataset: float = 0.2
