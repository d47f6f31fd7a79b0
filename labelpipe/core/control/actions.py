"""What the controller can do. Each is a value that says in words what it does."""

from dataclasses import dataclass
from enum import StrEnum

from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.releases import VersionArn


@dataclass(frozen=True)
class HoldQueue:
    """Disable the mapping between queue and function."""

    mapping_id: str

    def __str__(self) -> str:
        return "hold the queue"


@dataclass(frozen=True)
class ReleaseQueue:
    """Enable the mapping between queue and function."""

    mapping_id: str

    def __str__(self) -> str:
        return "release the queue"


@dataclass(frozen=True)
class WriteLease:
    """Write a lease, or move its end."""

    lease: Lease

    def __str__(self) -> str:
        return f"lease {_subject(self.lease)} until {self.lease.ends:%H:%M:%S} UTC"


@dataclass(frozen=True)
class RemoveLease:
    """Remove a lease that has nothing left to end."""

    lease: Lease

    def __str__(self) -> str:
        return f"end the lease on {_subject(self.lease)}"


@dataclass(frozen=True)
class StartModel:
    """Start a model version; with more than `units`, the service scales up to `max_units` by itself."""

    arn: str
    units: int
    max_units: int

    def __str__(self) -> str:
        return f"start {_short(self.arn)} with {self.units} inference unit{'s' if self.units > 1 else ''}"


@dataclass(frozen=True)
class StopModel:
    """Stop a model version."""

    arn: str

    def __str__(self) -> str:
        return f"stop {_short(self.arn)}"


Action = HoldQueue | ReleaseQueue | WriteLease | RemoveLease | StartModel | StopModel


class Outcome(StrEnum):
    """What came of an action that was not an error."""

    DONE = "done"
    BUSY = "busy: the next tick looks again"
    """Something else is changing it, or has changed it already."""
    NO_SLOT = "refused: the account runs as many models as it may"


def _subject(lease: Lease) -> str:
    return _short(lease.subject) if lease.kind is Kind.VERSION else "the released queue"


def _short(arn: str) -> str:
    version = VersionArn.parse(arn)
    return f"{version.project}/{version.version}"
