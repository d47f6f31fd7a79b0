"""Turns for threads, on a clock that only sleeping moves."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock

import pytest

from labelpipe.core.inference.pacing import FRAME, Pace, Turn
from lambdas.inference.turns import Later, Turns

NOW = 1_790_000_000.0


@dataclass
class Clock:
    """Time passes where somebody sleeps."""

    now: float = NOW
    lock: Lock = field(default_factory=Lock)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.now += seconds


def turns(clock: Clock, *, rate: float = 10, environments: int = 2) -> Turns:
    return Turns(Pace.of(rate, environments, clock(), 0.5), clock, clock.sleep, lambda: 0.5)


def test_a_turn_is_waited_for() -> None:
    clock = Clock()
    turn = turns(clock).take(55)
    assert isinstance(turn, Turn)
    assert clock() == turn.at > NOW


def test_turns_go_on_at_the_share_of_the_published_rate() -> None:
    clock = Clock()
    mine = turns(clock, rate=10, environments=2)
    for _ in range(50):
        assert isinstance(mine.take(55), Turn)
    assert 9 < clock() - NOW < 12


def test_threads_share_turns_and_none_gets_anothers() -> None:
    clock = Clock()
    mine = turns(clock)
    with ThreadPoolExecutor(10) as pool:
        taken = list(pool.map(lambda _: mine.take(55), range(100)))
    assert len({turn.place for turn in taken if isinstance(turn, Turn)}) == 100


def test_who_has_nobody_ahead_and_no_turn_in_time_waits_and_then_gives_back() -> None:
    clock = Clock()
    later = turns(clock, rate=2, environments=1000).take(55)
    assert isinstance(later, Later)
    assert clock() == NOW + 55
    assert later.seconds > 60


def test_who_has_others_ahead_and_no_turn_in_time_gives_back_at_once() -> None:
    clock, sleeping, woken = Clock(), Event(), Event()

    def sleep(seconds: float) -> None:
        sleeping.set()
        woken.wait()
        clock.sleep(seconds)

    mine = Turns(Pace.of(2, 50, clock(), 0.5), clock, sleep, lambda: 0.5)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(mine.take, 30)
        sleeping.wait()
        assert isinstance(mine.take(30), Later)
        assert clock() == NOW
        woken.set()
        assert isinstance(first.result(), Turn)


def test_a_throttled_call_has_another_turn_soon() -> None:
    clock = Clock()
    mine = turns(clock, rate=2, environments=50)
    first = mine.take(55)
    assert isinstance(first, Turn)
    mine.throttled(first)
    assert isinstance(second := mine.take(55), Turn)
    assert second.at - first.at < 10


def test_where_a_call_was_taken_the_next_one_comes_a_frame_later() -> None:
    clock = Clock()
    mine = turns(clock, rate=2, environments=50)
    first = mine.take(55)
    assert isinstance(first, Turn)
    mine.succeeded(first)
    assert isinstance(second := mine.take(55), Turn)
    assert second.at == first.at + FRAME


def test_what_is_learnt_meanwhile_brings_the_next_turn_forward() -> None:
    clock, unanswered = Clock(), list[Turn]()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if unanswered and clock() > unanswered[0].at + 1:
            mine.succeeded(unanswered.pop())

    mine = Turns(Pace.of(2, 50, clock(), 0.5), clock, sleep, lambda: 0.5)
    assert isinstance(first := mine.take(55), Turn)
    unanswered.append(first)
    assert isinstance(second := mine.take(55), Turn)
    assert second.at == first.at + FRAME


def test_when_turns_are_lost_all_give_back_at_once_but_one_who_waits_for_new_ones() -> None:
    clock = Clock()
    pace = Pace(240, 7.5, opened=NOW, next_try=NOW + 1000, credit=0, kept=(30,))

    def sleep(seconds: float) -> None:
        while mine._waiting < 2 and not ended:  # the other one comes while this one waits
            time.sleep(0.001)
        if not ended:
            mine.throttled(pace.next(NOW))
        clock.sleep(seconds)

    def take() -> None:
        assert isinstance(mine.take(50), Later)
        ended.append(clock() - NOW)

    ended: list[float] = []
    mine = Turns(pace, clock, sleep, lambda: 0.5)
    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(take), pool.submit(take)]:
            each.result()
    assert ended[0] < 1
    assert ended[1] == pytest.approx(50)
