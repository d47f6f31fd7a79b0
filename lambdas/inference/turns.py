"""Turns to call a model, one after another, for threads. The rule is in core; here are the clock and the waiting."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from labelpipe.core.inference.pacing import Pace, Turn, delay

_NAP = 0.2
"""Seconds after which one who waits looks again: what others learn meanwhile may bring the next turn forward."""


@dataclass(frozen=True)
class Later:
    """No turn in time: give the message back for so many seconds."""

    seconds: int


class Turns:
    """Of one model in one environment, kept across invocations: what was learnt goes on. Any thread may take turns.

    The clock must be the same in all environments: seconds since the epoch.
    """

    def __init__(
        self,
        pace: Pace,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._pace, self._clock, self._sleep, self._draw = pace, clock, sleep, draw
        self._state, self._front, self._waiting = Lock(), Lock(), 0

    def take(self, seconds: float) -> Turn | Later:
        """Sleep until a turn of one's own, if it comes within so many seconds; else say so at once.

        With nobody else in line it says so only when the seconds are over: an environment that has nothing to do would
        otherwise receive message after message only to give each back.
        """
        deadline = self._clock() + seconds
        with self._state:
            at = self._pace.expected(self._clock(), self._waiting)
            if self._waiting and at > deadline:
                return self._later(at)
            self._waiting += 1
        with self._front:
            try:
                return self._at_the_front(deadline)
            finally:
                self._leave()

    def succeeded(self, turn: Turn) -> None:
        """The service took the call."""
        with self._state:
            self._pace = self._pace.succeeded(turn, self._clock(), self._draw())

    def throttled(self, turn: Turn) -> None:
        """The service said that calls come too fast. Take another turn; after any other failure, say nothing here."""
        with self._state:
            self._pace = self._pace.throttled(turn, self._clock(), self._draw())

    def _at_the_front(self, deadline: float) -> Turn | Later:
        while True:
            turn = self._pace.next(asked := self._clock())
            in_time = turn.at <= deadline
            if not in_time and (self._waiting > 1 or asked >= deadline):
                return self._later(turn.at)
            wait = min(turn.at, deadline) - asked
            self._sleep(min(max(wait, 0), _NAP))
            if in_time and wait <= _NAP and self._claim(turn, asked):
                return turn

    def _claim(self, turn: Turn, asked: float) -> bool:
        """False if something was learnt since it was chosen."""
        with self._state:
            known = self._pace.next(asked) == turn
            if known:
                self._pace = self._pace.taken(turn, self._draw())
            return known

    def _later(self, at: float) -> Later:
        return Later(delay(at, self._clock(), self._draw()))

    def _leave(self) -> None:
        with self._state:
            self._waiting -= 1
