"""What the controller can do. Each is a value that says in words what it does."""

from dataclasses import dataclass
from enum import StrEnum

from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.releases import endpoint_name, short


@dataclass(frozen=True)
class HoldQueue:
    """Disable the mapping between queue and function."""

    mapping_id: str

    def __str__(self) -> str:
        return "hold the queue"


@dataclass(frozen=True)
class ReleaseQueue:
    """Enable the mapping between queue and function, for so many environments at once."""

    mapping_id: str
    concurrency: int

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
    """Start a project version, or create an endpoint.

    Units are of versions only: with more than `units`, the service scales up to `max_units` by itself.
    """

    arn: str
    parent_arn: str
    units: int
    max_units: int

    def __str__(self) -> str:
        if endpoint_name(self.arn):
            return f"create {short(self.arn)} from {self.parent_arn.rpartition('/')[2]}"
        return f"start {short(self.arn)} with {self.units} inference unit{'s' if self.units > 1 else ''}"


@dataclass(frozen=True)
class StopModel:
    """Stop a project version, or delete an endpoint."""

    arn: str

    def __str__(self) -> str:
        return f"{'delete' if endpoint_name(self.arn) else 'stop'} {short(self.arn)}"


@dataclass(frozen=True)
class Serve:
    """Let the function ask another release."""

    parameter: str
    release_key: str

    def __str__(self) -> str:
        return f"answer with release {self.release_key.rpartition('/')[2].removesuffix('.json')}"


Action = HoldQueue | ReleaseQueue | WriteLease | RemoveLease | StartModel | StopModel | Serve


class Outcome(StrEnum):
    """What came of an action that was not an error."""

    DONE = "done"
    BUSY = "busy: the next tick looks again"
    """Something else is changing it, or has changed it already."""
    NO_SLOT = "refused: the account runs as many models as it may"


def _subject(lease: Lease) -> str:
    return "the released queue" if lease.kind is Kind.QUEUE else short(lease.subject)
