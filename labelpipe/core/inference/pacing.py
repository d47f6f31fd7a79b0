"""When an environment may call a model whose rate no answer tells, beside others that it cannot talk to.

Time is divided into frames, alike for all, and a frame into places. Where a call was taken, the environment comes again
a frame later; where it was throttled, never again. So environments learn each other's places, and each place has one.
Places that an environment does not keep yet it tries: in its first frame at its share of the published rate, later at
the price of credit, which calls earn slowly and tries that succeed earn fast.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import ceil
from typing import Self

FRAME = 25.0
"""Seconds, a whole number of them: a service that counts by the second sees every frame alike."""
_FINE = 8
"""Places that a call's fair share of the frame is divided into: room to grow where more is published than is true."""
_FILL = 0.97
"""Of the published rate. What is left takes up the unevenness of the way to the service."""
_EARNED, _PAID_BACK = 0.01, 1.5
"""Credit for a call in a kept place, and for a try that succeeds; a try costs 1, and so does a throttled call in a kept
place. So in the long run no more than 2 of 100 calls are throttled."""
_PATIENCE = 600.0
"""Seconds between tries without credit."""
_EAGERNESS = 0.3
"""A throttled call is tried again after this part of the usual distance between calls."""


@dataclass(frozen=True)
class Turn:
    """A call, at a time in seconds since the epoch."""

    at: float
    place: int
    kept: bool


@dataclass(frozen=True)
class Pace:
    """Times in seconds since the epoch; every `draw` is a random number from 0 to 1."""

    places: int
    """In a frame."""
    share: float
    """Calls in a frame that are this environment's if all have the same."""
    opened: float
    """When the first frame ends."""
    next_try: float
    credit: float = 1
    kept: tuple[int, ...] = ()
    """In order."""
    last: int = 0
    """The place of the last turn, counted since the epoch."""

    @classmethod
    def of(cls, rate: float, environments: int, now: float, draw: float) -> Self:
        """For a published rate in calls a second that so many environments have together."""
        calls = max(1, int(rate * _FILL * FRAME))
        share = calls / environments
        return cls(calls * _FINE, share, now + FRAME, now + draw * FRAME / share)

    def next(self, now: float) -> Turn:
        """The next turn that has not been taken."""
        first = max(self.last + 1, self._place(now))
        attempt = max(first, self._place(self.next_try))
        attempt += -attempt % self._coarse
        kept = self._next_kept(first)
        place = attempt if kept is None else min(attempt, kept)
        return Turn(place * FRAME / self.places, place, place % self.places in self.kept)

    def expected(self, now: float, ahead: int) -> float:
        """About when one's turn comes behind so many others."""
        return self.next(now).at + ahead * FRAME / max(len(self.kept), 1)

    def taken(self, turn: Turn, draw: float) -> Self:
        """No other thread gets it."""
        now = replace(self, last=turn.place)
        if turn.kept:
            return replace(now, next_try=max(self.next_try, turn.at))
        paid = replace(now, credit=self.credit - (turn.at >= self.opened))
        wait = self._distance if paid._may_try(turn.at) else _PATIENCE
        return replace(paid, next_try=turn.at + wait * (0.5 + draw))

    def succeeded(self, turn: Turn, now: float, draw: float) -> Self:
        """Keep the place."""
        if turn.kept:
            return self._earn(_EARNED, now, draw)
        place = turn.place % self.places
        kept = (*self.kept[: (at := bisect_left(self.kept, place))], place, *self.kept[at:])
        return replace(self, kept=kept)._earn(0 if turn.at < self.opened else _PAID_BACK, now, draw)

    def throttled(self, turn: Turn, now: float, draw: float) -> Self:
        """Leave the place, and try another one soon."""
        left = self
        if turn.kept:
            kept = tuple(place for place in self.kept if place != turn.place % self.places)
            left = replace(self, kept=kept, credit=self.credit - 1)
        return left._hurry(now, _EAGERNESS * draw) if left._may_try(now) else left

    def _earn(self, credit: float, now: float, draw: float) -> Self:
        richer = replace(self, credit=self.credit + credit)
        return richer._hurry(now, draw) if self.credit < 1 <= richer.credit else richer

    def _hurry(self, now: float, part: float) -> Self:
        return replace(self, next_try=min(self.next_try, now + part * self._distance))

    def _may_try(self, now: float) -> bool:
        return now < self.opened or self.credit >= 1

    @property
    def _distance(self) -> float:
        """Seconds between two calls."""
        return FRAME / max(self.share, len(self.kept))

    @property
    def _coarse(self) -> int:
        """Tries go to every eighth place while there is room, then to every fourth, and so on."""
        coarse = _FINE
        while coarse > 1 and len(self.kept) >= self.share * _FINE / coarse:
            coarse //= 2
        return coarse

    def _place(self, time: float) -> int:
        return ceil(time * self.places / FRAME - 1e-3)  # a time is known to some millionths of a place

    def _next_kept(self, first: int) -> int | None:
        if not self.kept:
            return None
        frame, place = divmod(first, self.places)
        at = bisect_left(self.kept, place)
        return frame * self.places + self.kept[at] if at < len(self.kept) else (frame + 1) * self.places + self.kept[0]
