"""Faults on demand: how often each comes, and which one, if any, a call gets. Nothing here acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from labelpipe.standin.findings import Finding


class Fault(StrEnum):
    """What may happen to a call."""

    THROTTLING = "throttling"
    THROTTLING_500 = "throttling_500"
    PROVISIONED_THROUGHPUT = "provisioned_throughput"
    INTERNAL_ERROR = "internal_error"
    SERVICE_UNAVAILABLE = "service_unavailable"
    MODEL_ERROR = "model_error"
    MODEL_NOT_READY = "model_not_ready"
    DEPENDENCY_ERROR = "dependency_error"
    SLOW = "slow"  # done, and answered late
    HANG = "hang"  # not done; the connection stays open without an answer
    DROP = "drop"  # not done; the connection closes without an answer
    LOST = "lost"  # done; the connection closes without an answer
    FAILED = "failed"  # answered as if all were well: a start then ends in FAILED, a stop in RUNNING again


# What a connection can do to any call.
OF_CONNECTIONS = frozenset({Fault.SLOW, Fault.HANG, Fault.DROP, Fault.LOST})

Kinds = Mapping[str, frozenset[Fault]]  # by operation, what may happen to it


@dataclass(frozen=True)
class Faults:
    """What is to go wrong.

    seed: the same seed gives an operation's first, second, ... call the same fault.
    rates: by operation, the share of its calls (0 to 1) that gets each fault; a call gets one at most.
    slow_seconds: how much later a slow answer comes.
    images_per_second: what an inference unit can do; None: no limit.
    fixed_answer: what every image gets, without looking at it; None: the model looks.
    """

    seed: int = 0
    rates: Mapping[str, Mapping[Fault, float]] = field(default_factory=dict)
    slow_seconds: float = 1.0
    images_per_second: float | None = None
    fixed_answer: tuple[Finding, ...] | None = None

    def of_call(self, operation: str, number: int) -> Fault | None:
        """The fault of an operation's call of that number."""
        rates = self.rates.get(operation)
        if not rates:
            return None
        from random import Random  # noqa: PLC0415  a server without rates starts without it

        point = Random(f"{self.seed} {operation} {number}").random()
        for fault, rate in rates.items():
            point -= rate
            if point < 0:
                return fault
        return None
