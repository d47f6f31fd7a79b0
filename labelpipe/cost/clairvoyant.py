"""The least that any policy could have cost: by one who knows all arrivals and is bound by the same service.

Bound by whole minutes (ticks), the quiet ticks before a stop, starts, stops and the promise; free to start before an
arrival. Two facts make it a walk back through time instead of a search through all schedules:

- a run that starts later, as late as the promise allows, answers a superset for less, so a run's start is known from
  where the last one ended. Only where the next promise leaves no time for a stop and a start after such a run, one that
  starts and ends a little earlier may be better: those are tried;
- a run ends only when the queue is empty: who ends earlier pays another run for what was left.

So at each minute at which a running model has emptied the queue there is one choice, to stop or to stay. The test tries
all schedules of small cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf, isinf

import numpy as np
from numpy.typing import NDArray

from labelpipe.cost.arrivals import Arrivals
from labelpipe.cost.physics import Line, Physics


@dataclass(frozen=True)
class Schedule:
    """Runs, in minutes: from RUNNING to when the queue is held. What is billed goes on to STOPPED."""

    runs: tuple[tuple[int, int], ...]
    overhead: float
    """Minutes billed after each hold: the quiet ticks and the stop."""

    @property
    def minutes(self) -> float:
        """Billed."""
        return sum(held - began + self.overhead for began, held in self.runs)

    def spans(self) -> list[tuple[float, float]]:
        """When it is billed."""
        return [(began, held + self.overhead) for began, held in self.runs]

    def answered(self, arrivals: NDArray[np.float64], per_minute: float) -> NDArray[np.float64]:
        """When each image is."""
        line = Line(arrivals, per_minute)
        for began, held in self.runs:
            line.serve(began, held, over=self.overhead)
        return line.answered


def clairvoyant(arrivals: Arrivals, physics: Physics, max_wait: float, quiet: int) -> Schedule:
    """max_wait in minutes. Promises that nobody could keep are answered as soon as a model can run."""
    return _Walk(arrivals, physics, max_wait, quiet).schedule()


class _Walk:
    """Minute m stands for the state "everything that could be answered by m is"; all arrays are by minute."""

    def __init__(self, arrivals: Arrivals, physics: Physics, max_wait: float, quiet: int) -> None:
        rate, images = physics.per_minute, arrivals.minutes
        self.end = arrivals.span + int(len(images) / rate) + int(max_wait) + 2
        self.overhead = quiet + physics.stop
        self.gap, self.rate, self.chosen = ceil(self.overhead + physics.start), rate, dict[int, tuple[int, int]]()
        ticks = np.arange(self.end + 1)
        come = np.searchsorted(images, ticks - 1 / rate + 1e-9, "right")
        self.come = come
        self.first = np.append(images, inf)[come]  # arrival of the first that is left
        self.ahead = come - rate * ticks  # falls while a busy model works
        self.emptied = self._next_lower()  # when a model that stays on has answered what comes next
        # An image may be answered when all before it are: how late the first may be begun, for every one to be in time.
        slack = images + max_wait - np.arange(1, len(images) + 1) / rate
        least = np.append(np.minimum.accumulate(slack[::-1])[::-1], inf)[come]
        with np.errstate(invalid="ignore"):
            latest = np.maximum(np.floor(least + come / rate + 1e-9), np.floor(self.first))
        self.possible = (ticks == 0) | (latest >= ticks + self.gap)
        self.start = np.where(np.isinf(latest), self.end, latest).astype(int).clip(0, self.end)
        self.held = self._first_below(self.start, come - rate * self.start)
        with np.errstate(invalid="ignore"):
            begun = np.where(np.isinf(self.first), self.end, np.ceil(self.first - 1))
        self.soonest = np.maximum(begun, np.where(ticks == 0, 0, ticks + self.gap)).astype(int)
        # The last minute of a run may be for few images: one that is a minute shorter starts before they come.
        brief = np.maximum(self.held - self.start - 1, 1)
        self.brief_start = (np.searchsorted(come, come + rate * brief + 1e-9, "right") - 1 - brief).clip(0, self.end)
        self.brief_held = self._first_below(self.brief_start, come - rate * self.brief_start)

    def schedule(self) -> Schedule:
        """From the last minute to the first, then along the choices."""
        costs, stay = [inf] * (self.end + 2), [False] * (self.end + 1)  # of a model that is on, with nothing waiting
        first, emptied = self.first.tolist(), self.emptied.tolist()
        for minute in range(self.end, -1, -1):
            staying = emptied[minute] - minute + costs[emptied[minute]]
            stopping = self.overhead + (0.0 if isinf(first[minute]) else self._next_run(minute, costs))
            stay[minute] = staying < stopping
            costs[minute] = min(staying, stopping)
        return Schedule(tuple(self._follow(stay)), self.overhead)

    def _next_run(self, minute: int, costs: list[float]) -> float:
        """What it costs from its start on, when the model is held at this minute; inf where there is no time for it."""
        if not self.possible[minute]:
            return inf
        runs = [(int(self.start[minute]), int(self.held[minute]))]
        if self.soonest[minute] <= self.brief_start[minute] < runs[0][0]:
            runs.append((int(self.brief_start[minute]), int(self.brief_held[minute])))
        if runs[0][1] <= self.end and not self.possible[runs[0][1]]:
            runs += self._earlier(minute)
        self.chosen[minute] = start, held = min(runs, key=lambda run: run[1] - run[0] + costs[run[1]])
        return held - start + costs[held]

    def _earlier(self, minute: int) -> Iterator[tuple[int, int]]:
        """Runs that start up to a stop and a start before the latest."""
        latest = int(self.start[minute])
        for start in range(latest - 1, max(latest - self.gap, int(self.soonest[minute])) - 1, -1):
            yield start, self._emptied_from(start, self.come[minute] - self.rate * start)

    def _follow(self, stay: list[bool]) -> Iterator[tuple[int, int]]:
        minute = 0
        while not isinf(self.first[minute]):
            start, held = self.chosen[minute]
            while stay[held]:
                held = int(self.emptied[held])
            yield start, held
            minute = held

    def _next_lower(self) -> NDArray[np.int64]:
        """For each minute, the next one that is not further ahead; end + 1 if there is none."""
        ahead, above = self.ahead.tolist(), list[int]()
        following = [self.end + 1] * len(ahead)
        for minute, level in enumerate(ahead):
            while above and level <= ahead[above[-1]] + 1e-9:
                following[above.pop()] = minute
            above.append(minute)
        return np.array(following)

    def _first_below(self, starts: NDArray[np.int64], levels: NDArray[np.float64]) -> NDArray[np.int64]:
        """The first minute after each start that is not further ahead than its level: the backlog is answered."""
        lowest = np.minimum.accumulate(self.ahead)
        found = np.searchsorted(-lowest, -levels - 1e-9, "left")
        for index in np.flatnonzero(levels >= lowest[starts]):
            found[index] = self._emptied_from(int(starts[index]), levels[index])
        return found

    def _emptied_from(self, start: int, level: float) -> int:
        minute = int(self.emptied[start])
        while minute <= self.end and self.ahead[minute] > level + 1e-9:
            minute = int(self.emptied[minute])
        return minute
