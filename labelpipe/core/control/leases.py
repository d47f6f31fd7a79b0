"""A lease: a schedule outside our code that ends something paid, unless we come back in time to move its end.

It recurs, because a stop that meets a version in STARTING may be refused once.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from labelpipe.core.releases import endpoint_name

RATE = "rate(5 minutes)"
QUEUE_MARGIN = timedelta(minutes=3)
"""The queue is held this long before the model stops: what is in flight ends, a function runs for minutes at most."""

FRESH = timedelta(seconds=20)
"""What a tick saw longer ago it does not act on: so nothing is started later than this after the tick began."""

TICK_AGE = timedelta(seconds=60)
"""What is older is dropped: by the schedule that calls for a tick, and by Lambda, which queues the call."""

LAST_START = 2 * TICK_AGE + FRESH
"""So long after the ticks' schedule is gone, a tick that was called for may still start something."""

SETTLING = timedelta(minutes=2)
"""So long after a start or a lease was written, an off status may still be the old one: Rekognition promises no
consistency between StartProjectVersion and DescribeProjectVersions."""


class Kind(StrEnum):
    """What a lease ends."""

    VERSION = "version"
    ENDPOINT = "endpoint"
    QUEUE = "queue"

    @classmethod
    def of(cls, arn: str) -> Self:
        """The kind of the lease on a model."""
        return cls("endpoint" if endpoint_name(arn) else "version")


# The universal target that ends it, and the member of its input that names what to end.
# Source: EventBridge Scheduler User Guide, "Using universal targets".
_TARGETS = {
    Kind.VERSION: ("arn:aws:scheduler:::aws-sdk:rekognition:stopProjectVersion", "ProjectVersionArn"),
    Kind.ENDPOINT: ("arn:aws:scheduler:::aws-sdk:sagemaker:deleteEndpoint", "EndpointName"),
    Kind.QUEUE: ("arn:aws:scheduler:::aws-sdk:lambda:updateEventSourceMapping", "Uuid"),
}


@dataclass(frozen=True)
class Lease:
    """On a model (`subject` is its ARN) or on the mapping that empties a queue (its UUID)."""

    kind: Kind
    subject: str
    ends: datetime
    parent_arn: str = ""
    """Of a version, its project's: what describing it needs besides its own."""
    written: datetime | None = None
    """When the schedule was last written; None if it is yet to be."""

    @property
    def name(self) -> str:
        """Of the schedule: the same for the same subject, whoever writes it."""
        return f"{self.kind}-{hashlib.sha256(self.subject.encode()).hexdigest()[:32]}"

    @property
    def target_arn(self) -> str:
        """What the schedule calls."""
        return _TARGETS[self.kind][0]

    @property
    def input(self) -> str:
        """What the schedule calls it with."""
        held = {"Enabled": False} if self.kind is Kind.QUEUE else {}
        return json.dumps({_TARGETS[self.kind][1]: endpoint_name(self.subject) or self.subject, **held})

    @property
    def description(self) -> str:
        """What the schedule keeps besides: what its input does not tell of the subject."""
        return self.subject if self.kind is Kind.ENDPOINT else self.parent_arn

    @classmethod
    def read(cls, name: str, target_input: str, description: str, ends: datetime, written: datetime | None) -> Self:
        """The inverse: from what the scheduler has kept."""
        kind = Kind(name.partition("-")[0])
        if kind is Kind.ENDPOINT:
            return cls(kind, description, ends, "", written)
        return cls(kind, json.loads(target_input)[_TARGETS[kind][1]], ends, description, written)

    def is_worn(self, now: datetime, length: timedelta) -> bool:
        """Whether renewing is worth a call: less than two thirds of its length are left."""
        return self.ends - now < length * 2 / 3

    def is_spent(self, now: datetime) -> bool:
        """Whether an off status is so certain that the lease may go. Half of its length: then nothing that was started
        under it can seem off still, and it goes before it would end what has ended already."""
        return self.is_settled(now) and (self.written is None or now - self.written >= (self.ends - self.written) / 2)

    def is_settled(self, now: datetime) -> bool:
        """Whether it was written long enough ago to believe an off status."""
        return self.written is None or now - self.written >= SETTLING
