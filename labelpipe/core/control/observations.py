"""What one tick of the controller sees of a route: everything that its decision depends on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from labelpipe.core.control.leases import Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.statuses import BILLED, ON, Status
from labelpipe.core.wiring import RouteWiring

ENABLED, ENABLING, DISABLED, DISABLING = "Enabled", "Enabling", "Disabled", "Disabling"
"""States of an event source mapping that matter here. Source: AWS Lambda API Reference, GetEventSourceMapping."""


@dataclass(frozen=True)
class Model:
    """A model as it is now: a project version, or an endpoint."""

    arn: str
    parent_arn: str
    """Of the version's project, or of the configuration that the endpoint is created from."""
    status: Status
    name: str = ""
    """The model's name on its route; empty when no route has it."""
    units: int = 1
    """Inference units that it was last started with; an endpoint counts as one."""
    lease: Lease | None = None

    @property
    def is_on(self) -> bool:
        """Whether it runs or is about to."""
        return self.status in ON


@dataclass(frozen=True)
class Depth:
    """Messages in a queue; approximate, as the service says."""

    visible: int = 0
    in_flight: int = 0
    delayed: int = 0

    @property
    def total(self) -> int:
        """All work that is not answered yet."""
        return self.visible + self.in_flight + self.delayed


@dataclass(frozen=True)
class Observation:
    """One route at one moment."""

    now: datetime
    """When looking began: what was seen is at least as new."""
    wiring: RouteWiring
    policy: Policy
    depth: Depth
    mapping: str
    """State of the event source mapping."""
    models: tuple[Model, ...] = ()
    """What the current release asks for; empty when there is none that can be used."""
    refusal: str | None = None
    """Why there is no release that can be used, for people."""
    memory: Memory = Memory()
    override: Override | None = None
    queue_lease: Lease | None = None

    @property
    def name(self) -> str:
        """Of the route."""
        return self.wiring.name

    @property
    def lease_length(self) -> timedelta:
        """How long a model may outlive the controller."""
        return timedelta(seconds=self.policy.lease)

    @property
    def is_ready(self) -> bool:
        """Whether every model of the route answers."""
        return bool(self.models) and all(model.status is Status.RUNNING for model in self.models)

    @property
    def is_on(self) -> bool:
        """Whether any model of the route runs or is about to."""
        return any(model.is_on for model in self.models)

    @property
    def billed_units(self) -> int:
        """Inference units that are paid for at this moment."""
        return sum(model.units for model in self.models if model.status in BILLED)
