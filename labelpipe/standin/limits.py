"""Quotas of an account, and how fast it may call: how much there is, and whether there is room for one more."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, fields

TAGGING = frozenset({"ListTagsForResource", "TagResource", "UntagResource"})
DETECTION = "DetectCustomLabels"


@dataclass(frozen=True)
class Limits:
    """An account's quotas in a Region; None: no limit.

    Sources: "Amazon Rekognition endpoints and quotas" in the AWS General Reference; "Guidelines and quotas" in the
    Custom Labels guide for projects, versions, copies and policies.

    running_versions: that start, run or stop at once.
    inference_units: of one version.
    trainings: at once.
    versions: of one project.
    copies: under way into one project.
    policies: of one project.
    calls_per_second: of each operation but those below.
    tag_calls_per_second: of each operation on tags.
    detections_per_second: calls of DetectCustomLabels, for all versions together.
    """

    running_versions: int | None = 2
    inference_units: int | None = 5
    trainings: int | None = 2
    projects: int | None = 100
    versions: int | None = 100
    copies: int | None = 5
    policies: int | None = 5
    calls_per_second: float | None = 5
    tag_calls_per_second: float | None = 10
    detections_per_second: float | None = 50

    @classmethod
    def off(cls) -> Limits:
        return cls(**dict.fromkeys(NAMES))

    def rate(self, operation: str) -> tuple[str, float | None]:
        """The name and the height of the limit on the operation's calls, in calls a second."""
        name = "calls_per_second"
        if operation in TAGGING:
            name = "tag_calls_per_second"
        elif operation == DETECTION:
            name = "detections_per_second"
        return name, getattr(self, name)


NAMES = tuple(field.name for field in fields(Limits))


def full(count: int, limit: float | None) -> bool:
    """Whether there is no room beside so many."""
    return limit is not None and count >= limit


@dataclass(frozen=True)
class Allowance:
    """How many calls may come at once, as of a time in seconds; it fills up to one second's worth."""

    calls: float
    at: float

    def refilled(self, now: float, per_second: float) -> Allowance:
        return Allowance(min(self.calls + (now - self.at) * per_second, max(per_second, 1.0)), now)

    def less_one(self) -> Allowance | None:
        return Allowance(self.calls - 1, self.at) if self.calls >= 1 else None


class Rates:
    """An allowance for each key; a key that is new has a full one."""

    def __init__(self) -> None:
        self._allowances: dict[Hashable, Allowance] = {}
        self._lock = threading.Lock()

    def admits(self, key: Hashable, per_second: float | None, now: float) -> bool:
        """Whether one more may come at that real time, in seconds; if so, it is counted."""
        if per_second is None:
            return True
        with self._lock:
            before = self._allowances.get(key) or Allowance(max(per_second, 1.0), now)
            filled = before.refilled(now, per_second)
            left = filled.less_one()
            self._allowances[key] = left or filled
            return left is not None

    def forget(self) -> None:
        """Begin anew with full allowances."""
        with self._lock:
            self._allowances = {}
