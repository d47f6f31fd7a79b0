"""A route as a person asks after it: what its models do, why, since when, what comes next, and what it costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from labelpipe.core.control.actions import RemoveLease, WriteLease
from labelpipe.core.control.budgets import start_budget
from labelpipe.core.control.leases import Kind
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.statuses import ON, Status
from labelpipe.core.control.wanting import Row, Want
from labelpipe.core.releases import short
from labelpipe.operations.foresight import Event, Foresight, foresee
from labelpipe.operations.watching import Watched


@dataclass(frozen=True)
class Spend:
    """Inference-unit hours that the controller has counted today and this month, on the route's clock."""

    day_hours: float
    month_hours: float
    unit_price: float | None
    """USD an hour; None where an endpoint is among the models, whose price its instance has."""

    def usd(self, hours: float) -> float | None:
        """What they cost."""
        return None if self.unit_price is None else hours * self.unit_price


@dataclass(frozen=True)
class RouteStatus:
    """One route at one moment."""

    seen: Observation
    memory: Memory
    """With this look in it."""
    want: Want
    doing: tuple[str, ...]
    """What the controller does at its next tick, leases aside."""
    ahead: Foresight
    spend: Spend
    sharing: tuple[str, ...] = ()
    """Other routes with a version of its own: it runs while any of them wants it, and each counts all of it."""

    @property
    def since(self) -> datetime | None:
        """Since when its models are as they are, where the controller remembers it."""
        statuses = {model.status for model in self.seen.models}
        if self.seen.is_ready:
            return self.memory.ready_at
        return self.memory.started_at if statuses & ON else None

    @property
    def wanted_since(self) -> datetime | None:
        """Since when there is the reason, where anybody remembers it."""
        match self.want.row:
            case Row.START_OVERRIDE | Row.STOP_OVERRIDE:
                return self.seen.override and self.seen.override.when
            case Row.DEMAND | Row.CAN_WAIT:
                return self.memory.non_empty_since
            case Row.LINGER | Row.IDLE:
                return self.memory.empty_since
        return None

    @property
    def lease_end(self) -> datetime | None:
        """When AWS stops the first of them if nobody renews."""
        ends = [model.lease.ends for model in self.seen.models if model.lease]
        return min(ends, default=None)

    @property
    def is_overdue(self) -> bool:
        """Whether a start takes longer than was planned: then what is foreseen is the earliest, not the latest."""
        begun, is_starting = self.memory.started_at, any(m.status is Status.STARTING for m in self.seen.models)
        return is_starting and begun is not None and begun + start_budget(self.memory.starts) < self.seen.now

    @property
    def next(self) -> tuple[Event, ...]:
        """What will happen, in order."""
        return self.ahead.events

    def to_json(self) -> dict[str, Any]:
        """As `model status --json` prints it. Times are ISO 8601, on the route's clock."""
        return {
            "route": self.seen.name,
            "models": [
                {"name": m.name, "model": short(m.arn), "status": m.status.value, "units": m.units}
                for m in self.seen.models
            ],
            "since": self._iso(self.since),
            "wanted": "running" if self.want.running else "stopped",
            "row": self.want.row.value,
            "reason": self.want.reason,
            "wanted_since": self._iso(self.wanted_since),
            "doing": list(self.doing),
            "overdue": self.is_overdue,
            "next": [{"when": self._iso(e.when), "what": e.what, "latest": e.latest} for e in self.next],
            "waiting": self.seen.depth.total,
            "waiting_since": self._iso(self.memory.non_empty_since),
            "answered_by": self._iso(self.ahead.answered),
            "queue": self.seen.mapping,
            "lease_end": self._iso(self.lease_end),
            "shared_with": list(self.sharing),
            "today": self._spent(self.spend.day_hours),
            "month": self._spent(self.spend.month_hours),
        }

    def _spent(self, hours: float) -> dict[str, float | None]:
        usd = self.spend.usd(hours)
        return {"unit_hours": round(hours, 3), "usd": None if usd is None else round(usd, 2)}

    def _iso(self, moment: datetime | None) -> str | None:
        return moment and self.seen.policy.local(moment).isoformat(timespec="seconds")


def statuses(watched: Watched, route: str | None, unit_price: float) -> Iterator[RouteStatus]:
    """Of one route, or of all. unit_price: USD for an inference unit and hour."""
    decisions = watched.decisions()
    for seen in watched.chosen(route):
        decision = decisions[seen.name]
        # With a slot that others have, nobody knows when it is free.
        ahead = (
            Foresight((), None) if decision.want.row is Row.NO_SLOT else foresee(seen, decision.memory, watched.slots)
        )
        yield RouteStatus(
            seen=seen,
            memory=decision.memory,
            want=decision.want,
            doing=tuple(
                str(action) for action in decision.actions if not isinstance(action, (WriteLease, RemoveLease))
            ),
            ahead=ahead,
            spend=_spend(seen, decision.memory, unit_price),
            sharing=tuple(other.name for other in watched.routes if other is not seen and _arns(other) & _arns(seen)),
        )


def _arns(seen: Observation) -> set[str]:
    return {model.arn for model in seen.models}


def _spend(seen: Observation, memory: Memory, unit_price: float) -> Spend:
    usage = memory.usage.on(seen.policy.local(seen.now).date())
    open_minutes = usage.units * (seen.now - usage.counted).total_seconds() / 60 if usage.counted else 0.0
    hosted = any(Kind.of(model.arn) is Kind.ENDPOINT for model in seen.models)
    hours = [(minutes + open_minutes) / 60 for minutes in (usage.day_minutes, usage.month_minutes)]
    return Spend(*hours, None if hosted else unit_price)
