"""An SQS message as Lambda hands it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Message:
    """Times in seconds since the epoch."""

    id: str
    receipt: str
    body: str
    receive_count: int
    sent: float
    first_received: float

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"."""
        attributes = record["attributes"]
        return cls(
            id=record["messageId"],
            receipt=record["receiptHandle"],
            body=record["body"],
            receive_count=int(attributes["ApproximateReceiveCount"]),
            sent=int(attributes["SentTimestamp"]) / 1000,
            first_received=int(attributes["ApproximateFirstReceiveTimestamp"]) / 1000,
        )
