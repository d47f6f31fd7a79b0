"""A route's queue, the mapping that empties it, and the function behind it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.observations import DISABLED, DISABLING, ENABLED, ENABLING, Depth
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.treatment import GiveBack, Shown, Situation, treat
from labelpipe.core.inference.waits import MOST_RECEIVES, Danger, danger
from tests.chaos.clock import Clock

_ATTEMPTS, _BATCH = 5, 10
_VISIBILITY = 360
"""Seconds after which a message comes again that a function died on."""


@dataclass(eq=False)
class Message:
    """noise: it asks for nothing."""

    sent: datetime
    noise: bool = False
    receives: int = 0
    first_received: datetime | None = None


@dataclass
class Queue:
    """Messages that were given back are in flight until they come again, as in SQS."""

    name: str
    clock: Clock
    luck: Random
    give_up_after: int
    rate: float
    """Images a second."""
    is_ready: Callable[[], bool]
    """Whether all models of the route answer."""
    state: str = DISABLED
    visible: deque[Message] = field(default_factory=deque)
    in_flight: list[Message] = field(default_factory=list)
    answered: list[tuple[Message, datetime]] = field(default_factory=list)
    dead: list[tuple[Message, str]] = field(default_factory=list)
    given_back: list[datetime] = field(default_factory=list)
    is_calm: bool = False
    _at_work: bool = False

    def send(self, message: Message) -> None:
        self.visible.append(message)
        self._work()

    def depth(self) -> Depth:
        return Depth(len(self.visible), len(self.in_flight))

    @property
    def waiting(self) -> list[Message]:
        """Images only."""
        return [message for message in (*self.visible, *self.in_flight) if not message.noise]

    def set(self, *, enabled: bool) -> Outcome:
        if self.state in (ENABLING, DISABLING):
            return Outcome.BUSY
        if (self.state == ENABLED) != enabled:
            self.state = ENABLING if enabled else DISABLING
            self.clock.after(self.luck.uniform(2, 60), lambda: self._become(ENABLED if enabled else DISABLED))
        return Outcome.DONE

    def glance(self, at_most: int) -> int:
        """The controller looks at what is visible, and takes out noise."""
        seen = [self.visible.popleft() for _ in range(min(at_most, len(self.visible)))]
        for message in seen:
            self._receive(message)
            if message.noise:
                self.in_flight.remove(message)
            else:
                self._come_again(message, 5)
        return sum(message.noise for message in seen)

    def _become(self, state: str) -> None:
        self.state = state
        self._work()

    def _work(self) -> None:
        if self._at_work or not self.visible or self.state not in (ENABLED, DISABLING):
            return
        batch = [self.visible.popleft() for _ in range(min(_BATCH, len(self.visible)))]
        for message in batch:
            self._receive(message)
        self._at_work = True
        self.clock.after(len(batch) / self.rate if self.is_ready() else 1, lambda: self._end(batch))

    def _end(self, batch: list[Message]) -> None:
        for message in batch:
            self._treat(message)
        self._at_work = False
        self._work()

    def _treat(self, message: Message) -> None:
        chance = 1.0 if self.is_calm else self.luck.random()
        now = self._situation(message)
        if danger(now.receive_count, now.since_first_receive, now.attempts, overdue=False) is Danger.CERTAIN:
            self._die(message, "received too often")
        elif message.noise:
            self.in_flight.remove(message)
        elif chance < 0.01:
            self._come_again(message, _VISIBILITY)  # the function died
        elif self.is_ready() and chance > 0.02:
            self.in_flight.remove(message)
            self.answered.append((message, self.clock.now))
        else:
            self._give_back(message, Cause.THEIR_FAULT if self.is_ready() else Cause.MODEL_OFF, now)

    def _give_back(self, message: Message, cause: Cause, now: Situation) -> None:
        treatment = treat(Failure(cause, "", later=1), now)
        if isinstance(treatment, GiveBack):
            self.given_back.append(self.clock.now)
            self._come_again(message, treatment.seconds)
        else:
            self._die(message, str(treatment))

    def _situation(self, message: Message) -> Situation:
        age = (self.clock.now - message.sent).total_seconds()
        since = (self.clock.now - (message.first_received or self.clock.now)).total_seconds()
        return Situation(None, Shown.NOTHING, message.receives, age, since, 60, 0, 0.5, _ATTEMPTS, self.give_up_after)

    def _receive(self, message: Message) -> None:
        message.receives += 1
        message.first_received = message.first_received or self.clock.now
        self.in_flight.append(message)

    def _come_again(self, message: Message, seconds: int) -> None:
        def come() -> None:
            self.in_flight.remove(message)
            if message.receives > MOST_RECEIVES:
                self.dead.append((message, "moved by the queue"))
            else:
                self.send(message)

        self.clock.after(seconds, come)

    def _die(self, message: Message, why: str) -> None:
        self.in_flight.remove(message)
        self.dead.append((message, why))
