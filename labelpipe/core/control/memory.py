"""What the controller remembers of a route between two ticks. Everything else it sees anew each time."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from labelpipe.core.control.usage import Usage

_SCHEMA = 1
_MOMENTS = (
    "non_empty_since",
    "empty_since",
    "hidden_since",
    "held_since",
    "started_at",
    "ready_at",
    "back_off_until",
)


@dataclass(frozen=True)
class Memory:
    """Lost or forgotten, it costs a longer wait, never a forgotten model."""

    non_empty_since: datetime | None = None
    """The queue tells no age: this is the longest that its oldest work can have waited."""
    empty_since: datetime | None = None
    hidden_since: datetime | None = None
    """Since when all that the queue holds has been in flight: worked on, or given back to come again later."""
    held_since: datetime | None = None
    """Since when the mapping has been seen Disabled."""
    quiet_ticks: int = 0
    """Ticks in a row that saw the mapping Disabled and nothing in flight."""
    started_at: datetime | None = None
    """When this run's start was asked for; None while the models are off."""
    ready_at: datetime | None = None
    """When this run was first seen ready."""
    starts: tuple[int, ...] = ()
    """Seconds that the last starts took."""
    failures: int = 0
    """Starts in a row that ended in FAILED."""
    back_off_until: datetime | None = None
    usage: Usage = field(default_factory=Usage)

    def to_json(self) -> str:
        """As it is kept in S3."""
        raw: dict[str, Any] = {"schema": _SCHEMA} | asdict(self) | {"usage": self.usage.to_raw()}
        return json.dumps(
            {key: value.isoformat() if isinstance(value, datetime) else value for key, value in raw.items()}
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of to_json. A malformed record is a ValueError, KeyError or TypeError."""
        raw: dict[str, Any] = json.loads(text)
        if raw.pop("schema") != _SCHEMA:
            raise ValueError("the controller's state was written by a newer labelpipe")
        read = {key: datetime.fromisoformat(raw[key]) for key in _MOMENTS if raw.get(key)}
        return cls(**raw | read | {"usage": Usage.from_raw(raw["usage"]), "starts": tuple(raw.get("starts", ()))})
