"""What it costs to know all arrivals: the runs that keep a promise for the least, under the same service.

Bound by whole minutes (ticks), the quiet ticks before a stop, starts, stops and the promise; free to start before an
arrival. What is begun before a hold is answered. Two facts make it a walk back through time instead of a search through
all schedules:

- a run ends only when it has caught up: has begun as many images as a model that is always on. Who ends earlier pays
  another run for what was left. So what comes after does not hang on what was before, and at each such minute there is
  one choice, to stop or to stay;
- a run that starts later, as late as the promise allows, answers a superset for less, so a run's start is known from
  where the last one ended. Two exceptions are tried: a run that is a minute shorter, as fewer have come; and, where the
  next promise leaves no time for a stop and a start after the run, ones that start and end a little earlier.

It keeps every promise that can be kept, and costs as much as the best of all schedules where a model answers one image
a minute. Else a run's last minute may be for less than a minute's work, which the best may leave to another run, or
begin while the image before it is in flight: some runs are a minute dearer, none by more than that, or than an image
takes. The tests try all schedules of small cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from labelpipe.cost.arrivals import Arrivals
from labelpipe.cost.physics import Line, Physics

_TIE = 1e-8
"""Minutes: what would begin so shortly before a hold is not begun."""

Ticks = NDArray[np.int64]


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
        """When each image is; nan for one that no run begins."""
        line = Line(arrivals, per_minute)
        for began, held in self.runs:
            line.serve(began, held)
        return line.answered


def clairvoyant(arrivals: Arrivals, physics: Physics, max_wait: float, quiet: int) -> Schedule:
    """max_wait in minutes. What nobody could answer in time is answered when a model that is always on would do so."""
    return _Walk(arrivals, physics, max_wait, quiet).schedule()


def always_on(arrivals: NDArray[np.float64], per_minute: float) -> NDArray[np.float64]:
    """When each image would be answered by a model that always runs."""
    line = Line(arrivals, per_minute)
    line.serve(0, arrivals[-1] + len(arrivals) / per_minute + 1)
    return line.answered


class _Walk:
    """Minute m stands for the state "what a model always on begins before m is begun"; all arrays are by minute."""

    def __init__(self, arrivals: Arrivals, physics: Physics, max_wait: float, quiet: int) -> None:
        self.overhead, self.rate, images = quiet + physics.stop, physics.per_minute, arrivals.minutes
        self.gap = ceil(self.overhead + physics.start)
        self.end = arrivals.span + int(len(images) / self.rate) + int(max_wait) + 2
        ticks, answered = np.arange(self.end + 1), always_on(images, self.rate)
        self.begun = np.searchsorted(answered, ticks + 1 / self.rate - _TIE, "left")
        self.done = (self.begun == len(images)).tolist()
        # The most, now or later, by which more are begun than a busy model answers: what one has caught up with, stays.
        self.ahead = np.maximum.accumulate((self.begun - self.rate * ticks)[::-1])[::-1]
        latest, soonest = self._latest(np.maximum(images + max_wait, answered)), np.where(ticks, ticks + self.gap, 0)
        early = np.maximum(self._briefer(latest), np.minimum(soonest, latest))
        self.latest, self.soonest, self.early = latest.data, soonest.data, early.data
        self.tried = [[each.data for each in self._runs(starts, self.begun)] for starts in (latest, early)]
        self.on, self.held = [inf] * (self.end + 2), [inf] * (self.end + 2)
        """What it costs from then on, of a model that has caught up, and of one that is held then."""
        self.chosen = dict[int, tuple[int, int, bool]]()

    def _latest(self, due: NDArray[np.float64]) -> Ticks:
        """Starts with which each image that is left is answered when it is due: it may be when all before it are."""
        slack = due - np.arange(1, len(due) + 1) / self.rate
        least = np.append(np.minimum.accumulate(slack[::-1])[::-1], inf)[self.begun]
        return np.minimum(np.floor(least + self.begun / self.rate + 1e-9), self.end).astype(np.int64)

    def _ends(self, starts: Ticks, begun: Ticks, spare: float = 1e-9) -> Ticks:
        """When runs that start after so many images were begun have caught up, but for so much of an image."""
        found: Ticks = np.searchsorted(-self.ahead, self.rate * starts - begun - spare, "left")
        return found.clip(starts + 1, self.end)

    def _runs(self, starts: Ticks, begun: Ticks) -> tuple[Ticks, Ticks, Ticks]:
        """Starts, when each has caught up, and when it may be held: as many are begun, but one may be in flight."""
        return starts, self._ends(starts, begun), self._ends(starts, begun, 1 - _TIE * self.rate)

    def _briefer(self, latest: Ticks) -> Ticks:
        """Starts of runs that are a minute shorter: a run's last minute may be for few images, which come later."""
        minutes = np.maximum(self._ends(latest, self.begun) - latest - 1, 1)
        enough = np.searchsorted(self.begun, self.begun + self.rate * minutes + 1e-9, "right") - 1
        starts: Ticks = np.minimum(enough - minutes, latest)
        return starts

    def schedule(self) -> Schedule:
        """From the last minute to the first, then along the choices."""
        for minute in range(self.end, -1, -1):
            self.held[minute] = self.overhead if self.done[minute] else self._next_run(minute)
            self.on[minute] = min(self.held[minute], 1 + self.on[minute + 1])
        return Schedule(tuple(self._follow()), self.overhead)

    def _next_run(self, minute: int) -> float:
        """What a hold costs with the best of the runs after it that are tried; inf where there is time for none."""
        after, latest, soonest = minute + 1, self.latest[minute], self.soonest[minute]
        if latest < soonest:
            return inf
        is_free = self.soonest[after] <= min(latest - self.gap, self.early[minute])
        if is_free and self.begun[after] == self.begun[minute]:  # the same runs
            self.chosen[minute] = self.chosen[after]
            return self.held[after]
        runs = [(starts[minute], ends[minute], holds[minute]) for starts, ends, holds in self.tried]
        end = runs[0][1]
        if not self.done[end] and self.latest[end] < self.soonest[end]:  # no time for a stop then
            starts = np.arange(max(latest - self.gap, soonest), latest)
            runs += zip(*map(np.ndarray.tolist, self._runs(starts, self.begun[minute])), strict=True)
        cost, start, end, goes_on = min(option for run in runs for option in self._options(*run))
        self.chosen[minute] = -start, end, goes_on
        return self.overhead + cost

    def _options(self, start: int, caught_up: int, held: int) -> tuple[tuple[float, int, int, bool], ...]:
        """Cost; the later start before the earlier; when it has caught up, or is held."""
        goes_on = caught_up - start + self.on[caught_up], -start, caught_up, True
        return goes_on, (held - start + self.held[held], -start, held, False)

    def _follow(self) -> Iterator[tuple[int, int]]:
        minute = 0
        while not self.done[minute]:
            start, minute, goes_on = self.chosen[minute]
            while goes_on and self.on[minute] < self.held[minute]:
                minute += 1
            yield start, minute
