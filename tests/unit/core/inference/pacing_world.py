"""A function's environments, a queue that is never empty and a model with a limit, on a clock that jumps to what comes.

Environments do here what `lambdas.inference.turns.Turns` does with threads, by the same rule.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from math import ceil, floor
from typing import Protocol

from labelpipe.core.inference.pacing import Pace, Turn, delay

BATCH = 10
FOR_A_BATCH = 55.0
"""Seconds: the function's timeout without what is kept for answering."""
FOR_A_CALL = 2.0
MOST_RECEIVES = 250
"""The queue itself dead-letters what comes more often."""
FIRST_WAIT, LONGEST_WAIT = 60, 900
"""Seconds that a message which is given back waits at least: the first, doubled with every receive, up to the last."""
WARM_UP = 30.0
_EVERYBODY_IS_THERE = 3.0

# Seconds, from and to.
_LOOKING = (0.03, 0.08)
_TO_THE_SERVICE = (0.005, 0.009)
_ANSWERING = (0.1, 0.3)
_REFUSING = (0.01, 0.03)
_WRITING = (0.03, 0.07)
_BETWEEN_BATCHES = (0.02, 0.05)


class Service(Protocol):
    """A model that answers so many calls a second."""

    rate: float

    def takes(self, now: float) -> bool: ...


@dataclass
class Windows:
    """So many calls in every second of the clock."""

    rate: float
    _second: int = 0
    _calls: int = 0

    def takes(self, now: float) -> bool:
        if floor(now) != self._second:
            self._second, self._calls = floor(now), 0
        self._calls += 1
        return self._calls <= self.rate


@dataclass
class Bucket:
    """Tokens that come steadily; `burst` seconds' worth are kept, and always one."""

    rate: float
    burst: float
    _tokens: float = 0
    _at: float = 0

    def takes(self, now: float) -> bool:
        most = max(1, self.rate * self.burst)
        self._tokens, self._at = min(most, self._tokens + (now - self._at) * self.rate), now
        taken = self._tokens >= 1 - 1e-6
        self._tokens -= taken
        return taken


SERVICES: dict[str, Callable[[float], Service]] = {
    "burst of a second": lambda rate: Bucket(rate, 1),
    "windows of a second": Windows,
    "no burst": lambda rate: Bucket(rate, 0),
}


@dataclass
class Message:
    receives: int = 1


@dataclass
class World:
    """`calls`: seconds since the start, and whether it was accepted."""

    service: Service
    chance: random.Random
    now: float
    calls: list[tuple[float, bool]] = field(default_factory=list)
    received: int = 0
    given_back: int = 0
    given_up: int = 0
    _returned: list[Message] = field(default_factory=list)
    _to_come: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.now

    def after(self, seconds: float, then: Callable[[], None]) -> None:
        heapq.heappush(self._to_come, (self.now + seconds, next(self._numbers), then))

    def run(self, seconds: float) -> None:
        while self._to_come[0][0] < self._began + seconds:
            self.now, _, then = heapq.heappop(self._to_come)
            then()

    def some(self, between: tuple[float, float]) -> float:
        return self.chance.uniform(*between)

    def call(self) -> bool:
        taken = self.service.takes(self.now)
        self.calls.append((self.now - self._began, taken))
        return taken

    def receive(self) -> Message:
        """Half of what is visible has been here before, if there is any."""
        self.received += 1
        if self._returned and self.chance.random() < 0.5:
            again = self._returned.pop(self.chance.randrange(len(self._returned)))
            return Message(again.receives + 1)
        return Message()

    def give_back(self, message: Message, seconds: float) -> None:
        self.given_back += 1
        if message.receives >= MOST_RECEIVES:
            self.given_up += 1
            return
        wait = max(seconds, min(FIRST_WAIT << min(message.receives - 1, 20), LONGEST_WAIT))
        self.after(wait, lambda: self._returned.append(message))


@dataclass
class Environment:
    """Works on one batch after another."""

    world: World
    pace: Pace
    _line: deque[Message] = field(default_factory=deque)
    _unfinished: int = 0
    _deadline: float = 0
    _plan: int = 0

    def start(self) -> None:
        self._unfinished, self._deadline = BATCH, self.world.now + FOR_A_BATCH
        for _ in range(BATCH):
            message = self.world.receive()
            self.world.after(self.world.some(_LOOKING), lambda message=message: self._arrive(message))

    def _arrive(self, message: Message) -> None:
        ahead = len(self._line)
        if ahead and (at := self.pace.expected(self.world.now, ahead)) > self._deadline - FOR_A_CALL:
            self._give_back(message, at)
            return
        self._line.append(message)
        self._wait()

    def _wait(self) -> None:
        """For the next turn, as it is known now: it is planned anew whenever something is learnt."""
        self._plan += 1
        if not self._line:
            return
        turn, end = self.pace.next(self.world.now), self._deadline - FOR_A_CALL
        if turn.at <= end:
            self.world.after(max(turn.at - self.world.now, 0), lambda plan=self._plan: self._go(plan, turn))
        elif len(self._line) > 1 or self.world.now >= end:
            self._give_back(self._line.popleft(), turn.at)
            self._wait()
        else:
            self.world.after(end - self.world.now, lambda plan=self._plan: self._wait() if plan == self._plan else None)

    def _go(self, plan: int, turn: Turn) -> None:
        if plan != self._plan:
            return
        message = self._line.popleft()
        self.pace = self.pace.taken(turn, self.world.chance.random())
        self.world.after(self.world.some(_TO_THE_SERVICE), lambda: self._call(message, turn))
        self._wait()

    def _call(self, message: Message, turn: Turn) -> None:
        if self.world.call():
            self.world.after(self.world.some(_ANSWERING), lambda: self._succeed(turn))
        else:
            self.world.after(self.world.some(_REFUSING), lambda: self._fail(message, turn))

    def _succeed(self, turn: Turn) -> None:
        self.pace = self.pace.succeeded(turn, self.world.now, self.world.chance.random())
        self.world.after(self.world.some(_WRITING), self._finish)
        self._wait()

    def _fail(self, message: Message, turn: Turn) -> None:
        self.pace = self.pace.throttled(turn, self.world.now, self.world.chance.random())
        self._wait()
        self._arrive(message)

    def _give_back(self, message: Message, at: float) -> None:
        self.world.give_back(message, delay(at, self.world.now, self.world.chance.random()))
        self._finish()

    def _finish(self) -> None:
        self._unfinished -= 1
        if not self._unfinished:
            self.world.after(self.world.some(_BETWEEN_BATCHES), self.start)


@dataclass(frozen=True)
class Measured:
    """After the warm-up, where nothing else is said."""

    sustained: float
    """Calls that were accepted, to what the model could take."""
    throttled: float
    """A share of the calls."""
    found: float | None
    """Seconds from the start until ten in which nine tenths of what the model could take were accepted."""
    receives: float
    """For each message that was served, from the start."""
    given_up: int
    calls: tuple[tuple[float, bool], ...]
    """Seconds since the start, and whether it was accepted."""


def measure(
    kind: str,
    environments: int,
    rate: float,
    *,
    published: float | None = None,
    present: int | None = None,
    changes: dict[float, float] | None = None,
    seconds: float = 300,
    seed: int = 1,
) -> Measured:
    """For so many seconds after the warm-up. Published is the true rate, and all environments are present, unless told.

    `changes`: seconds after the start, and the model's rate from then on.
    """
    chance = random.Random(seed)
    world = World(SERVICES[kind](rate), chance, 1_790_000_000 + 100 * chance.random())
    for _ in range(present or environments):
        world.after(_EVERYBODY_IS_THERE * chance.random(), lambda: _join(world, published or rate, environments))
    for at, new in (changes or {}).items():
        world.after(at, lambda new=new: setattr(world.service, "rate", new))
    world.run(WARM_UP + seconds)
    return _measured(world, rate, seconds)


def _join(world: World, published: float, environments: int) -> None:
    Environment(world, Pace.of(published, environments, world.now, world.chance.random())).start()


def _measured(world: World, rate: float, seconds: float) -> Measured:
    counted = [accepted for at, accepted in world.calls if at >= WARM_UP]
    accepted = [at for at, accepted in world.calls if accepted]
    needed = ceil(9 * rate)
    ends = (end for begin, end in zip(accepted, accepted[needed - 1 :], strict=False) if end - begin <= 10)
    return Measured(
        sustained=sum(counted) / seconds / rate,
        throttled=1 - sum(counted) / len(counted),
        found=next(ends, None),
        receives=world.received / len(accepted),
        given_up=world.given_up,
        calls=tuple(world.calls),
    )
