"""How the service behaves, on a clock of minutes: what starts and stops take, what is billed, who is answered when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Minutes = float


@dataclass(frozen=True)
class Physics:
    """In minutes, images a second of all units together, and USD an hour of all units together."""

    start: Minutes = 15
    """Planned."""
    stop: Minutes = 3
    images_per_second: float = 1.0
    usd_per_hour: float = 4.0
    start_of: Callable[[int], Minutes] | None = None
    """How long the start of a number really takes: from 0 on, and below 0 those before; None: as planned."""

    @property
    def per_minute(self) -> float:
        """Images."""
        return self.images_per_second * 60

    def start_takes(self, number: int) -> Minutes:
        """The start of that number."""
        return self.start_of(number) if self.start_of else self.start


class State(Enum):
    """Of the model."""

    OFF = "off"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass
class Server:
    """The model. Billed from RUNNING to STOPPED. Times only grow."""

    physics: Physics
    state: State = State.OFF
    starts: int = 0
    billed: Minutes = 0.0
    spans: list[tuple[Minutes, Minutes]] = field(default_factory=list)
    """When it was billed."""
    _changes: Minutes = 0.0
    _running_since: Minutes = 0.0

    def at(self, now: Minutes) -> State:
        """What it does now."""
        if self.state is State.STARTING and now >= self._changes:
            self.state, self._running_since = State.RUNNING, self._changes
        if self.state is State.STOPPING and now >= self._changes:
            self._end(self._changes)
        return self.state

    def start(self, now: Minutes) -> None:
        """Of a model that is off."""
        self.state, self._changes = State.STARTING, now + self.physics.start_takes(self.starts)
        self.starts += 1

    def stop(self, now: Minutes) -> bool:
        """Of a model that runs; one that is starting refuses."""
        if self.state is not State.RUNNING:
            return False
        self.state, self._changes = State.STOPPING, now + self.physics.stop
        return True

    def ready_at(self) -> Minutes:
        """When the start or stop under way ends."""
        return self._changes

    def close(self, now: Minutes) -> None:
        """End the bill with the time that is looked at."""
        if self.at(now) in (State.RUNNING, State.STOPPING):
            self._end(now)

    def _end(self, at: Minutes) -> None:
        self.state = State.OFF
        self.billed += at - self._running_since
        self.spans.append((self._running_since, at))


class Line:
    """The images that wait, answered first come, first served, one after another."""

    def __init__(self, arrivals: NDArray[np.float64], per_minute: float) -> None:
        self.arrivals = arrivals
        self.answered = np.full(len(arrivals), np.nan)
        """When each was."""
        self.done = 0
        self._per_minute, self._free = per_minute, 0.0

    def waiting(self, now: Minutes) -> int:
        """Images that came before now and are not answered; one may be in flight.

        What comes at the very tick is seen at the next: times that were written down by the minute would else leave no
        tick without work, and what a policy costs would hang on the second at which ticks come.
        """
        return int(np.searchsorted(self.arrivals, now, "left")) - self.done + self.in_flight(now)

    def in_flight(self, now: Minutes) -> int:
        """One, or none."""
        return int(self._free > now)

    def is_in_counts(self, now: Minutes, lag: Minutes) -> bool:
        """Whether a count tells of work that still takes what was answered within the lag for work."""
        come = np.searchsorted(self.arrivals, now, "right")
        return bool(come > np.searchsorted(self.answered[: self.done], now - lag, "right"))

    def next_arrival(self) -> Minutes | None:
        """Of the oldest that is not begun."""
        return float(self.arrivals[self.done]) if self.done < len(self.arrivals) else None

    def serve(self, begin: Minutes, end: Minutes) -> None:
        """Begin what comes before the end, from begin to the end."""
        room = int((end - begin) * self._per_minute) + 1
        come = self.arrivals[self.done : self.done + room]
        come = come[: np.searchsorted(come, end, "left")]
        if not len(come):
            return
        each, order = 1 / self._per_minute, np.arange(len(come))
        free = max(begin, self._free)
        ends = np.maximum.accumulate(np.maximum(come, free) - order * each) + (order + 1) * each
        count = int(np.searchsorted(ends - each, end - 1e-9, "left"))
        self.answered[self.done : self.done + count] = ends[:count]
        if count:
            self.done, self._free = self.done + count, float(ends[count - 1])
