"""What a model version can be doing, and what each status means for starting, paying and stopping."""

from enum import StrEnum
from typing import Self


class Status(StrEnum):
    """The fourteen of the service, and two of ours for what it may answer instead.

    Source: botocore's service model of Rekognition, shape ProjectVersionStatus.
    """

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

    VANISHED = "VANISHED"
    """No such version, or no longer."""
    UNKNOWN = "UNKNOWN"
    """A status newer than this code: neither started nor taken for off."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        return cls("UNKNOWN")


STARTABLE = frozenset({Status.TRAINING_COMPLETED, Status.COPYING_COMPLETED, Status.STOPPED, Status.FAILED})
"""Source: README of aws-samples/amazon-rekognition-custom-labels-demo; a copy and a failed start are our inference."""

ON = frozenset({Status.STARTING, Status.RUNNING})
"""What a stop is for, and what must never be without a lease."""

BILLED = frozenset({Status.RUNNING, Status.STOPPING})
"""Our reading of the bill: from RUNNING to STOPPED."""

TO_STOP = ON | {Status.UNKNOWN}
"""What is asked to stop when nobody wants it: a stop of what is off is refused, and costs nothing."""

OFF = frozenset(Status) - ON - {Status.STOPPING, Status.UNKNOWN}
"""Certainly not running."""
