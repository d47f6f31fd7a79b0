"""What a model can be doing, and what each status means for starting, paying and stopping."""

from enum import StrEnum
from typing import Self


class Status(StrEnum):
    """The fourteen of project versions, which endpoints share, and four of ours.

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
    OUTDATED = "OUTDATED"
    """An endpoint that runs, but not the configuration that its release names."""
    BROKEN = "BROKEN"
    """An endpoint that has failed and is still there: until it is deleted, it cannot be created again."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        return cls("UNKNOWN")


STARTABLE = frozenset({Status.TRAINING_COMPLETED, Status.COPYING_COMPLETED, Status.STOPPED, Status.FAILED})
"""Source: README of aws-samples/amazon-rekognition-custom-labels-demo; a copy and a failed start are our inference."""

ON = frozenset({Status.STARTING, Status.RUNNING, Status.OUTDATED})
"""What a stop is for, and what must never be without a lease."""

BILLED = frozenset({Status.RUNNING, Status.OUTDATED, Status.STOPPING})
"""Our reading of the bill: from RUNNING to STOPPED."""

IN_THE_WAY = frozenset({Status.OUTDATED, Status.BROKEN})
"""What must go before the model that is wanted can be started."""

FAILURES = frozenset({Status.FAILED, Status.BROKEN})
"""What a start that failed ends in."""

TO_STOP = ON | IN_THE_WAY | {Status.UNKNOWN}
"""What is asked to stop when nobody wants it: a stop of what is off is refused, and costs nothing."""

OFF = frozenset(Status) - TO_STOP - {Status.STOPPING}
"""Certainly not running."""
