"""When a route's model may, must and may not run: `[routes.NAME.policy]` of the settings, checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from labelpipe.core.control.windows import Window
from labelpipe.core.durations import parse_duration

MAX_UNITS = 5
"""Inference units of one started model. Source: AWS General Reference, "Amazon Rekognition endpoints and quotas"."""

MIN_LEASE, MAX_LEASE = 5 * 60, 60 * 60


@dataclass(frozen=True)
class OnDemand:
    """Run because work waits. Seconds."""

    max_wait: int = 30 * 60
    """The promise: work is answered this long after it came, at the latest."""
    idle_stop: int | None = None
    """Stop after this long without work; None is the break-even with one more start."""

    def to_raw(self) -> dict[str, str]:
        """As settings write it."""
        return {
            "max_wait": f"{self.max_wait}s",
            "idle_stop": "auto" if self.idle_stop is None else f"{self.idle_stop}s",
        }


@dataclass(frozen=True)
class Units:
    """Inference units with which a model is started, at least and at most."""

    min: int = 1
    max: int = 1


@dataclass(frozen=True)
class Cap:
    """Inference-unit hours after which the model stops until the next local day, or month. None is no limit."""

    day: float | None = None
    month: float | None = None


@dataclass(frozen=True)
class Policy:
    """The whole table. Windows and dates are read on the wall clock of `time_zone`."""

    time_zone: str = "UTC"
    always_on: tuple[Window, ...] = ()
    allowed: tuple[Window, ...] = ()
    """Empty: always allowed."""
    closed: frozenset[date] = frozenset()
    """Local days on which the model is not allowed to run."""
    on_demand: OnDemand | None = field(default_factory=OnDemand)
    """None: waiting work alone never starts the model."""
    units: Units = field(default_factory=Units)
    cap: Cap = field(default_factory=Cap)
    lease: int = 30 * 60
    """Seconds after which a model stops when nobody renews."""

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """The table as tomllib or json reads it. Raise ValueError, `KEY: what is wrong, what is allowed`."""
        return cls(**_table(raw, "", _READERS))

    def to_raw(self) -> dict[str, Any]:
        """As plain JSON values: parse gives this policy again."""
        demand = self.on_demand
        return {
            "time_zone": self.time_zone,
            "always_on": [window.text for window in self.always_on],
            "allowed": [window.text for window in self.allowed],
            "closed": sorted(day.isoformat() for day in self.closed),
            "on_demand": demand is not None and demand.to_raw(),
            "units": asdict(self.units),
            "cap": {period: hours for period, hours in asdict(self.cap).items() if hours is not None},
            "lease": f"{self.lease}s",
        }

    def local(self, now: datetime) -> datetime:
        """An instant on this policy's wall clock."""
        return now.astimezone(ZoneInfo(self.time_zone))

    def is_always_on(self, now: datetime) -> bool:
        """Whether a window asks for the model at this instant, work or not."""
        return any(window.covers(self.local(now)) for window in self.always_on)

    def is_allowed(self, now: datetime) -> bool:
        """Whether the model may run at this instant without an override."""
        local = self.local(now)
        return local.date() not in self.closed and (
            not self.allowed or any(window.covers(local) for window in self.allowed)
        )


_Reader = Callable[[Any, str], Any]
"""Takes a raw value and its key; raises ValueError that begins with the key."""


def _table(raw: Any, key: str, readers: Mapping[str, _Reader]) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{key or 'policy'}: must be a table with the keys {', '.join(readers)}")
    values = {}
    for name, value in raw.items():
        path = f"{key}.{name}" if key else name
        if name not in readers:
            raise ValueError(f"{path}: unknown key; allowed are {', '.join(readers)}")
        values[name] = readers[name](value, path)
    return values


def _leaf(read: Callable[[Any], Any]) -> _Reader:
    """A reader that need not know its key."""

    def reader(raw: Any, key: str) -> Any:
        try:
            return read(raw)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from error

    return reader


def _list(raw: Any, example: str) -> Sequence[Any]:
    if not isinstance(raw, (list, tuple)):
        raise ValueError(f"must be a list, like {example}")
    return raw


def _text(raw: Any, example: str) -> str:
    if not isinstance(raw, str):
        raise ValueError(f"must be text, like {example}")
    return raw


def _time_zone(raw: Any) -> str:
    name = _text(raw, '"Europe/Paris"')
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"'{name}' is no IANA time zone; write one like UTC or Europe/Paris") from error
    return name


def _windows(raw: Any) -> tuple[Window, ...]:
    example = '["mon-fri 09:00-10:00"]'
    return tuple(Window.parse(_text(each, example)) for each in _list(raw, example))


def _date(raw: Any) -> date:
    """tomllib gives dates, JSON gives text."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError) as error:
        raise ValueError(f"'{raw}' is no date; write days like 2026-12-25") from error


def _dates(raw: Any) -> frozenset[date]:
    return frozenset(map(_date, _list(raw, "[2026-12-25]")))


def _duration(raw: Any) -> int:
    return parse_duration(_text(raw, '"30m"'))


def _idle_stop(raw: Any) -> int | None:
    return None if raw == "auto" else _duration(raw)


def _on_demand(raw: Any, key: str) -> OnDemand | None:
    if raw is False:
        return None
    if not isinstance(raw, Mapping):
        raise ValueError(f'{key}: must be false or a table, like {{ max_wait = "4h", idle_stop = "auto" }}')
    return OnDemand(**_table(raw, key, {"max_wait": _leaf(_duration), "idle_stop": _leaf(_idle_stop)}))


def _unit_count(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MAX_UNITS:
        raise ValueError(f"must be a whole number from 1 to {MAX_UNITS}")
    return raw


def _units(raw: Any, key: str) -> Units:
    given = _table(raw, key, {"min": _leaf(_unit_count), "max": _leaf(_unit_count)})
    least = given.get("min", 1)
    most = given.get("max", least)
    if least > most:
        raise ValueError(f"{key}: min ({least}) is above max ({most}); allowed are 1 <= min <= max <= {MAX_UNITS}")
    return Units(least, most)


def _hours(raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not 0 < raw < float("inf"):
        raise ValueError("must be inference-unit hours, a number above 0")
    return raw


def _cap(raw: Any, key: str) -> Cap:
    return Cap(**_table(raw, key, {"day": _leaf(_hours), "month": _leaf(_hours)}))


def _lease(raw: Any) -> int:
    lease = _duration(raw)
    if not MIN_LEASE <= lease <= MAX_LEASE:
        raise ValueError(f"{raw} is out of range; allowed are 5m to 60m")
    return lease


_READERS: dict[str, _Reader] = {
    "time_zone": _leaf(_time_zone),
    "always_on": _leaf(_windows),
    "allowed": _leaf(_windows),
    "closed": _leaf(_dates),
    "on_demand": _on_demand,
    "units": _units,
    "cap": _cap,
    "lease": _leaf(_lease),
}
