"""What the controller measures of a route at every tick: its function counts, and alarms watch."""

from datetime import datetime
from enum import StrEnum

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.wanting import Row, Want


class RouteMetric(StrEnum):
    """Names of metrics, with the dimensions `Bucket` and `Route`."""

    WAITING_MESSAGES = "WaitingMessages"
    MODEL_WANTED = "ModelWanted"
    CANNOT_START = "CannotStart"
    """1 from a failed start until one succeeds, and while a version that is wanted cannot be started."""
    STARTING_MINUTES = "StartingMinutes"
    """Since the start was asked for; 0 when all models run, and when none should."""
    CAP_REACHED = "CapReached"


def measure(seen: Observation, memory: Memory, wanted: Want) -> dict[str, float]:
    """All of them, by name. memory is the one that includes this tick."""
    measured = {
        RouteMetric.WAITING_MESSAGES: seen.depth.total,
        RouteMetric.MODEL_WANTED: float(wanted.running),
        RouteMetric.CANNOT_START: float(memory.failures > 0 or wanted.row is Row.BLOCKED),
        RouteMetric.STARTING_MINUTES: _starting_minutes(memory, seen.now),
        RouteMetric.CAP_REACHED: float(wanted.row is Row.CAP),
    }
    return {name.value: value for name, value in measured.items()}


def _starting_minutes(memory: Memory, now: datetime) -> float:
    if memory.started_at is None or memory.ready_at is not None:
        return 0
    return (now - memory.started_at).total_seconds() / 60
