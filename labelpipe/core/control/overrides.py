"""A person's word over the policy: start or stop, until a time or until taken back."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, Self

from labelpipe.core import names


def override_key(route: str) -> str:
    """Where the override of a route is kept in the bucket."""
    return f"{names.OVERRIDES}{route}.json"


@dataclass(frozen=True)
class Override:
    """`until` and `when` are aware; until None, it holds until it is taken back."""

    want: Literal["start", "stop"]
    until: datetime | None
    who: str
    when: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is still in force."""
        return self.until is None or now < self.until

    def to_json(self) -> str:
        """As it is kept in S3."""
        until = self.until and self.until.isoformat()
        return json.dumps(asdict(self) | {"until": until, "when": self.when.isoformat()})

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of to_json. A malformed record is a ValueError or KeyError."""
        value = json.loads(text)
        if value["want"] not in ("start", "stop"):
            raise ValueError(f"an override wants '{value['want']}'; allowed are start and stop")
        until = value["until"] and _aware(value["until"])
        return cls(value["want"], until, value["who"], _aware(value["when"]))


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"'{text}' in an override has no offset from UTC")
    return moment
