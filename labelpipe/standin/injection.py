"""The faults in force, and the count of what was injected."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from labelpipe.standin.faults import Allowance, Fault, Faults

OVER_LIMIT = "images_per_second"  # the kind under which refusals for want of inference units are counted


class Injector:
    """Tells each call its fault. Counts run from the server's start, through every change of the faults."""

    def __init__(self, faults: Faults | None = None) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._injected: dict[str, Counter[str]] = {}
        self.put(faults or Faults())

    def put(self, faults: Faults) -> None:
        """Let these be the faults from now on; an operation's calls are numbered anew."""
        with self._lock:
            self.faults = faults
            self._numbers: Counter[str] = Counter()
            self._allowances: dict[str, Allowance] = {}

    def draw(self, operation: str) -> Fault | None:
        """The fault of the operation's next call."""
        with self._lock:
            fault = self.faults.of_call(operation, self._numbers[operation])
            self._numbers[operation] += 1
            self._calls[operation] += 1
            if fault:
                self._count(operation, fault)
            return fault

    def admits(self, version_arn: str, units: int, now: float) -> bool:
        """Whether the version's inference units can take another image at that time, in seconds."""
        with self._lock:
            if self.faults.images_per_second is None:
                return True
            rate = units * self.faults.images_per_second
            before = self._allowances.get(version_arn) or Allowance(max(rate, 1.0), now)
            filled = before.refilled(now, rate)
            left = filled.less_one()
            self._allowances[version_arn] = left or filled
            if left is None:
                self._count("DetectCustomLabels", OVER_LIMIT)
            return left is not None

    def counts(self) -> dict[str, Any]:
        """Calls by operation, and what was injected by operation and kind."""
        with self._lock:
            injected = {operation: dict(kinds) for operation, kinds in self._injected.items()}
            return {"calls": dict(self._calls), "injected": injected}

    def _count(self, operation: str, kind: str) -> None:
        self._injected.setdefault(operation, Counter())[kind] += 1
