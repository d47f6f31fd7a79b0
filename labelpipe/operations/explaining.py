"""Which row of the controller's table decides at a moment, and why each higher one does not speak."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.remembering import comes_later
from labelpipe.core.control.statuses import IN_THE_WAY, ON, STARTABLE, Status
from labelpipe.core.control.wanting import Row, Want, want


@dataclass(frozen=True)
class Silent:
    """A row that does not speak."""

    row: Row
    why: str


@dataclass(frozen=True)
class Explanation:
    """Of one route at one moment."""

    route: str
    at: datetime
    """On the route's clock."""
    want: Want
    behind: Row
    """The row of the table that decides: where something stands in its way, `want` has that instead."""
    silent: tuple[Silent, ...]
    """The rows above it, highest first."""

    def to_json(self) -> dict[str, Any]:
        """As `model explain --json` prints it."""
        return {
            "route": self.route,
            "at": self.at.isoformat(timespec="seconds"),
            "wanted": "running" if self.want.running else "stopped",
            "row": self.want.row.value,
            "reason": self.want.reason,
            "behind": self.behind.value,
            "silent": [{"row": each.row.value, "why": each.why} for each in self.silent],
        }


def explain(seen: Observation, memory: Memory, at: datetime, now_wanted: Want) -> Explanation:
    """With the queue and the models as they are now. now_wanted: what is decided now, slots and all."""
    if at == seen.now:
        wanted = now_wanted
    else:
        seen, memory = _as_of(seen, at), _remembered(memory, at)
        wanted = want(seen, memory)
    behind = _behind(seen, memory) if wanted.row in _OBSTACLES else wanted.row
    silent = (Silent(row, _SILENCE[row](seen, memory)) for row in _TABLE[: _TABLE.index(behind)])
    return Explanation(seen.name, seen.policy.local(at), wanted, behind, tuple(silent))


_OBSTACLES = (Row.BLOCKED, Row.BACK_OFF, Row.NO_SLOT)
_TABLE = tuple(row for row in Row if row not in _OBSTACLES)
_UNBLOCKED = STARTABLE | ON | IN_THE_WAY | {Status.STOPPING}


def _behind(seen: Observation, memory: Memory) -> Row:
    """Who would decide if nothing stood in the way."""
    models = (m if m.status in _UNBLOCKED else replace(m, status=Status.STOPPED) for m in seen.models)
    return want(replace(seen, models=tuple(models)), replace(memory, back_off_until=None)).row


def _as_of(seen: Observation, at: datetime) -> Observation:
    """What a person had not yet ordered did not count."""
    order = seen.override
    return replace(seen, now=at, override=order if order and order.when <= at else None)


def _remembered(memory: Memory, at: datetime) -> Memory:
    """Nothing began later than that."""
    moments = {field.name: getattr(memory, field.name) for field in fields(memory)}
    late = {name: at for name, value in moments.items() if isinstance(value, datetime) and value > at}
    return replace(memory, **late | {"back_off_until": memory.back_off_until})


_Why = Callable[[Observation, Memory], str]
"""Of a row that does not speak."""


def _no_release(seen: Observation, _: Memory) -> str:
    return f"{len(seen.models)} model{'s are' if len(seen.models) > 1 else ' is'} released"


def _cap(seen: Observation, memory: Memory) -> str:
    cap, usage = seen.policy.cap, memory.usage.on(seen.policy.local(seen.now).date())
    parts = [
        f"{minutes / 60:.1f} of {hours:g} inference-unit hours are used {period}"
        for period, hours, minutes in (
            ("that day", cap.day, usage.day_minutes),
            ("that month", cap.month, usage.month_minutes),
        )
        if hours is not None
    ]
    return ", ".join(parts) or "the policy has no cap"


def _override(word: str) -> _Why:
    def why(seen: Observation, _: Memory) -> str:
        order = seen.override
        if order is None or order.want != word:
            return f"nobody has said {word}"
        return f"{order.who} said {word}, and that is over" + _since(seen.policy, order.until)

    return why


def _not_allowed(seen: Observation, _: Memory) -> str:
    day = ", and the day is not in closed" if seen.policy.closed else ""
    windows = ", ".join(window.text for window in seen.policy.allowed)
    return f"it is inside {windows}{day}" if windows else f"every time of day is allowed{day}"


def _always_on(seen: Observation, _: Memory) -> str:
    windows = ", ".join(window.text for window in seen.policy.always_on)
    return f"it is outside {windows}" if windows else "the policy has no always_on"


def _demand(seen: Observation, memory: Memory) -> str:
    if not seen.policy.on_demand:
        return "on_demand is false"
    if not seen.depth.total:
        return "no work waits"
    if comes_later(memory, seen.now):
        return f"all {seen.depth.total} messages were given back, to come again later"
    return "a later start is soon enough for what waits"


def _linger(seen: Observation, _: Memory) -> str:
    if not seen.policy.on_demand:
        return "on_demand is false"
    return "it has been without work for long enough" if seen.is_on else "the model is off"


_SILENCE: dict[Row, _Why] = {
    Row.NO_RELEASE: _no_release,
    Row.CAP: _cap,
    Row.STOP_OVERRIDE: _override("stop"),
    Row.START_OVERRIDE: _override("start"),
    Row.NOT_ALLOWED: _not_allowed,
    Row.ALWAYS_ON: _always_on,
    Row.DEMAND: _demand,
    Row.CAN_WAIT: _demand,
    Row.LINGER: _linger,
    Row.IDLE: lambda *_: "on_demand is false",
}


def _since(policy: Policy, end: datetime | None) -> str:
    return f" since {policy.local(end):%Y-%m-%d %H:%M}" if end else ""
