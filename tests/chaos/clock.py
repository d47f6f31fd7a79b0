"""A virtual clock, and what is to happen at which moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

MINUTE, SECOND, HOUR, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


class Clock:
    """Time passes only when it is told to; what falls into it happens in order. May be told so from within."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._events: list[tuple[datetime, int, Callable[[], object]]] = []
        self._number = count()

    def at(self, when: datetime, what: Callable[[], object]) -> None:
        heappush(self._events, (when, next(self._number), what))

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        self.at(self.now + timedelta(seconds=seconds), what)

    def pass_until(self, moment: datetime) -> None:
        while self._events and self._events[0][0] <= moment:
            when, _, what = heappop(self._events)
            self.now = max(self.now, when)
            what()
        self.now = max(self.now, moment)

    @property
    def next_event(self) -> datetime:
        return self._events[0][0] if self._events else datetime.max.replace(tzinfo=self.now.tzinfo)
