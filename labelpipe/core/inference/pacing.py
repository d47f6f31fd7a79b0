"""When an environment may call a model whose rate no answer tells, beside others that it cannot talk to.

Time is divided into frames, alike for all by the clock, and a frame into places. Where a call was accepted, the
environment comes again a frame later; where it was throttled, it does not. So all find places that do not collide, and
throttles stop. At first an environment tries new places at its share of the published rate; later it tries one when it
has credit, which accepted calls earn slowly and every throttled one costs. So a published rate that is wrong, or a
capacity that changes, is found out, and few calls are throttled whatever the service is like.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, replace
from math import ceil
from typing import Self

FRAME = 8.0
"""Seconds, a whole number of them: a service that counts by the second sees every frame alike."""
_OPENING = 3 * FRAME
"""Seconds in which places are tried without credit, up to an environment's share."""
_FILL = 0.97
"""Of the published rate. What is left takes up the unevenness of the way to the service."""
_FINE = 16
"""Places for each call of the published rate: room for what it leaves out."""
_EARNED, _FOUND = 0.02, 0.2
"""Credit for a call that is accepted in a kept place, and in a new one. A throttled call costs 1: in the long run few
more than 2 of 100 are throttled."""
_PATIENCE = 600.0
"""Seconds between tries of who has neither credit nor places to earn it."""
_EAGERNESS = 0.3
"""After a throttled call the next try comes after this part of the usual distance between calls."""
_MOST_LATE, _LEAST_LATE = 0.5, 0.03
"""Seconds that a place may be used late, when nobody was there in time: between two batches nobody is. It is more where
that is found to be accepted."""
_LONGEST_DELAY = 60
"""Seconds: other environments may have a turn long before this one."""


@dataclass(frozen=True)
class Turn:
    """One call, at a time in seconds since the epoch, in a place counted from then."""

    at: float
    place: int
    kept: bool
    """Whether a call was accepted there before."""
    late: bool


@dataclass(frozen=True)
class Pace:
    """Times in seconds since the epoch; every `draw` is a random number from 0 to 1."""

    places: int
    """In a frame."""
    share: float
    """Calls in a frame that are this environment's when all have the same."""
    opened: float
    """When the opening ends."""
    next_try: float
    credit: float
    kept: tuple[int, ...] = ()
    """Places in the frame, in order."""
    last: int = 0
    """The place of the last turn."""
    grace: float = _LEAST_LATE
    """Seconds that a kept place may be used late."""

    @classmethod
    def of(cls, rate: float, environments: int, now: float, draw: float) -> Self:
        """For a published rate, in calls a second, of so many environments together."""
        calls = max(1, int(rate * _FILL * FRAME))
        share = calls / environments
        credit = draw - _FOUND  # not all try for more at the same time
        return cls(calls * _FINE, share, now + _OPENING, now + draw * FRAME / share, credit)

    def next(self, now: float) -> Turn:
        """The next turn that is not taken."""
        free = self.last + 1
        attempt = max(free, self._place(max(now, self.next_try)))
        attempt += -attempt % self._coarseness
        place = min(attempt, self._next_kept(max(free, self._place(now - self.grace)), attempt))
        return Turn(place * FRAME / self.places, place, place % self.places in self.kept, place < self._place(now))

    def expected(self, now: float, ahead: int) -> float:
        """About when one's turn comes behind so many others. In the opening, only the share tells."""
        calls = max(len(self.kept), self.share if now < self.opened else 1)
        return self.next(now).at + ahead * FRAME / calls

    def taken(self, turn: Turn, draw: float) -> Self:
        """It is not given again."""
        taken = replace(self, last=turn.place)
        return taken if turn.kept else taken._try_again(turn.at, 0.5 + draw)

    def succeeded(self, turn: Turn, now: float, draw: float) -> Self:
        """The call was accepted: come again a frame later."""
        kept = list(self.kept)
        if not turn.kept:
            insort(kept, turn.place % self.places)
        grace = min(self.grace * 1.1, _MOST_LATE) if turn.late else self.grace
        richer = replace(self, kept=tuple(kept), credit=self.credit + (_EARNED if turn.kept else _FOUND), grace=grace)
        return richer._try_again(now, 0.5 + draw) if self.credit < 1 <= richer.credit else richer

    def throttled(self, turn: Turn, now: float, draw: float) -> Self:
        """The call was not accepted: do not come there again, but try another place."""
        place = turn.place % self.places
        left = replace(
            self,
            kept=tuple(each for each in self.kept if each != place),
            credit=self.credit - (turn.kept or not self._is_opening(turn.at)),
            grace=max(self.grace / 2, _LEAST_LATE) if turn.late else self.grace,
        )
        return left._try_again(now, _EAGERNESS * (0.5 + draw))

    def _try_again(self, now: float, part: float) -> Self:
        """After this part of the distance between calls, if that may be."""
        soon = now + part * FRAME / max(self.share, len(self.kept))
        may = self.credit >= 1 or self._is_opening(soon)
        return replace(self, next_try=soon if may else now + _PATIENCE * (0.5 + part / 2))

    def _is_opening(self, now: float) -> bool:
        return now < self.opened and len(self.kept) < self.share

    @property
    def _coarseness(self) -> int:
        """Tries go to every 16th place, as far apart as calls should be; beyond the share to every 8th, and so on."""
        coarseness = _FINE
        while coarseness > 1 and len(self.kept) * coarseness >= self.share * _FINE:
            coarseness //= 2
        return coarseness

    def _place(self, time: float) -> int:
        """The first one that is not before."""
        return ceil(time * self.places / FRAME - 1e-3)  # a time is known to some hundred-thousandths of a place

    def _next_kept(self, first: int, otherwise: int) -> int:
        if not self.kept:
            return otherwise
        frame, place = divmod(first, self.places)
        at = bisect_left(self.kept, place)
        return frame * self.places + (self.kept[at] if at < len(self.kept) else self.places + self.kept[0])


def delay(at: float, now: float, draw: float) -> int:
    """Seconds to give a message back for whose turn would come at a time. Spread: not all shall come again together."""
    return ceil(min(max(at - now, 1), _LONGEST_DELAY) * (1 + draw))
