"""The faults in force, and the count of what was injected or refused."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from labelpipe.standin.faults import Fault, Faults
from labelpipe.standin.limits import Rates

OVER_LIMIT = "images_per_second"  # the kind under which refusals for want of inference units are counted


class Injector:
    """Tells each call its fault. Counts run from the server's start, through every change of the faults."""

    def __init__(self, faults: Faults | None = None) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._injected: dict[str, Counter[str]] = {}
        self._rates = Rates()
        self.put(faults or Faults())

    def put(self, faults: Faults) -> None:
        """Let these be the faults from now on; an operation's calls are numbered anew."""
        with self._lock:
            self.faults = faults
            self._numbers: Counter[str] = Counter()
            self._rates.forget()

    def draw(self, operation: str) -> Fault | None:
        """The fault of the operation's next call."""
        with self._lock:
            fault = self.faults.of_call(operation, self._numbers[operation])
            self._numbers[operation] += 1
            self._calls[operation] += 1
            if fault:
                self._counter(operation)[fault] += 1
            return fault

    def admits(self, version_arn: str, units: int, now: float) -> bool:
        """Whether the version's inference units can take another image at that real time, in seconds."""
        each = self.faults.images_per_second
        admitted = self._rates.admits(version_arn, None if each is None else units * each, now)
        if not admitted:
            self.refused("DetectCustomLabels", OVER_LIMIT)
        return admitted

    def refused(self, operation: str, limit: str) -> None:
        """Count a call that was over the limit of that name."""
        with self._lock:
            self._counter(operation)[limit] += 1

    def counts(self) -> dict[str, Any]:
        """Calls by operation, and what was injected by operation and kind."""
        with self._lock:
            injected = {operation: dict(kinds) for operation, kinds in self._injected.items()}
            return {"calls": dict(self._calls), "injected": injected}

    def _counter(self, operation: str) -> Counter[str]:
        return self._injected.setdefault(operation, Counter())
