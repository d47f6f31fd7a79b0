"""What a tick did, for its log and for whoever invoked it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from labelpipe.core.control.measures import measure
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.running import Decision


@dataclass(frozen=True)
class RouteReport:
    """One route at one tick."""

    name: str
    wanted: Literal["running", "stopped"]
    row: str
    reason: str
    actions: tuple[str, ...]
    statuses: dict[str, str]
    """Of the released models, by the model's name on the route."""
    queue: str
    """State of the mapping: Enabled is released."""
    waiting: int
    measures: dict[str, float]
    """By the names of core/control/measures.py."""

    @classmethod
    def of(cls, seen: Observation, decision: Decision, actions: Iterable[object]) -> "RouteReport":
        """In words."""
        want = decision.want
        return cls(
            name=seen.name,
            wanted="running" if want.running else "stopped",
            row=want.row.value,
            reason=want.reason,
            actions=tuple(map(str, actions)),
            statuses={model.name: model.status.value for model in seen.models},
            queue=seen.mapping,
            waiting=seen.depth.total,
            measures=dict(measure(seen, decision.memory, want)),
        )


@dataclass(frozen=True)
class TickReport:
    """All routes, and what was done about models that belong to none."""

    routes: tuple[RouteReport, ...]
    strays: tuple[str, ...]
    troubles: tuple[str, ...]
    """What went wrong, one line each."""
    running: int
    """Versions that run, start or stop."""

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)
