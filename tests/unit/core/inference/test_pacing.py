"""The pace of one environment, and of many beside each other in a simulated world."""

import pytest

from labelpipe.core.inference.pacing import FRAME, Pace, Turn, delay
from tests.unit.core.inference.pacing_world import SERVICES, Bucket, Windows, measure

NOW = 1_790_000_000.0
BURST, WINDOWS, NO_BURST = SERVICES


def opened(*kept: int, credit: float = 0, **others: float) -> Pace:
    """After the opening, at a published rate of 2/s for two environments: 15 calls and 240 places in a frame."""
    return Pace(240, 7.5, opened=NOW, next_try=NOW + 1000, credit=credit, kept=kept, **others)


def place(pace: Pace, now: float) -> int:
    return pace.next(now).place % pace.places


# One environment


@pytest.mark.parametrize(("rate", "environments"), [(2, 2), (25, 2), (2, 50), (25, 50), (0.1, 2)])
def test_the_first_turns_come_at_the_share_of_the_published_rate(rate: float, environments: int) -> None:
    pace, turns = Pace.of(rate, environments, NOW, 0.5), 0
    turn = pace.next(NOW)
    while turn.at < NOW + 2 * FRAME:
        pace, turns = pace.taken(turn, 0.5), turns + 1
        turn = pace.next(turn.at)
    assert turns == pytest.approx(2 * FRAME * rate / environments, rel=0.25, abs=1)


def test_environments_that_begin_together_do_not_call_together() -> None:
    assert len({Pace.of(2, 50, NOW, draw / 50).next(NOW).place for draw in range(50)}) > 40


def test_a_turn_is_never_given_twice() -> None:
    pace = opened(10, 20, credit=1)
    first = pace.next(NOW)
    assert pace.taken(first, 0.5).next(NOW).place > first.place


def test_an_accepted_call_is_repeated_a_frame_later() -> None:
    pace = opened()
    turn = Turn(NOW + 1, 240 * 1000 + 30, kept=False, late=False)
    pace = pace.taken(turn, 0.5).succeeded(turn, NOW + 2, 0.5)
    assert pace.kept == (30,)
    again = pace.next(NOW + 2)
    assert again.kept
    assert place(pace.taken(again, 0.5), again.at) == 30


def test_a_throttled_call_is_not_repeated() -> None:
    pace = opened(30, 200)
    turn = pace.next(NOW)
    assert pace.throttled(turn, NOW, 0.5).kept == tuple(each for each in (30, 200) if each != turn.place % 240)


def test_a_throttled_call_is_tried_elsewhere_soon_only_with_credit() -> None:
    rich, poor = opened(30, credit=2.5), opened(30, credit=0.5)
    turn = rich.next(NOW)
    assert rich.throttled(turn, NOW, 0.5).next_try < NOW + FRAME
    assert poor.throttled(turn, NOW, 0.5).next_try > NOW + 100


def test_fifty_accepted_calls_pay_for_one_throttled_one() -> None:
    pace = opened(30, credit=0)
    turn = pace.next(NOW)
    for _ in range(51):
        pace = pace.succeeded(turn, NOW, 0.5)
    assert pace.next_try < NOW + FRAME
    assert pace.throttled(turn, NOW, 0.5).credit == pytest.approx(0.02)


def test_tries_in_the_opening_cost_nothing() -> None:
    pace = Pace.of(2, 2, NOW, 0.5)
    turn = pace.next(NOW)
    assert pace.taken(turn, 0.5).throttled(turn, NOW, 0.5).credit == pace.credit


def test_a_place_that_nobody_used_in_time_may_be_used_late_where_that_was_accepted() -> None:
    strict, lenient = opened(30, 200, grace=0.03), opened(30, 200, grace=0.5)
    turn = strict.next(NOW)
    assert strict.next(turn.at + 0.2) != turn
    late = lenient.next(turn.at + 0.2)
    assert (late.place, late.late) == (turn.place, True)
    assert lenient.throttled(late, NOW, 0.5).grace < 0.5
    assert strict.succeeded(late, NOW, 0.5).grace > 0.03


def test_who_stands_behind_others_waits_for_as_many_turns_more() -> None:
    pace = opened(30, 200)
    assert pace.expected(NOW, 4) - pace.expected(NOW, 0) == pytest.approx(4 * FRAME / 2)


def test_in_the_opening_the_share_tells_how_long_a_line_takes() -> None:
    pace = Pace.of(10, 2, NOW, 0.5)
    assert pace.expected(NOW, 9) < NOW + 5


@pytest.mark.parametrize(("at", "seconds"), [(NOW - 5, (1, 2)), (NOW + 20, (20, 40)), (NOW + 900, (60, 120))])
def test_what_has_no_turn_is_given_back_for_about_the_time_until_one_and_spread(
    at: float, seconds: tuple[int, int]
) -> None:
    assert (delay(at, NOW, 0), delay(at, NOW, 1)) == seconds


# The world itself


def test_a_service_of_windows_takes_its_rate_in_each_second() -> None:
    service = Windows(3)
    assert [service.takes(10 + tenth / 10) for tenth in range(20)] == ([True] * 3 + [False] * 7) * 2


def test_a_service_without_burst_takes_no_call_that_comes_early() -> None:
    service = Bucket(2, 0)
    assert [service.takes(now) for now in (10, 10.4, 10.5, 10.9, 11)] == [True, False, True, False, True]


# Many environments: after half a minute at least nine tenths of the rate, less than 5 of 100 calls throttled


@pytest.mark.parametrize("kind", [BURST, WINDOWS])
@pytest.mark.parametrize(("environments", "rate"), [(2, 2), (2, 10), (5, 25), (20, 2), (50, 2), (50, 5)])
def test_the_rate_is_reached_where_it_is_as_published(kind: str, environments: int, rate: float) -> None:
    found = measure(kind, environments, rate, seconds=300 if rate < 10 else 120)
    assert found.sustained >= 0.9
    assert found.throttled < 0.05
    assert found.given_up == 0


@pytest.mark.parametrize(("environments", "rate"), [(2, 2), (10, 5), (50, 2)])
def test_the_rate_is_reached_where_the_service_allows_no_burst(environments: int, rate: float) -> None:
    found = measure(NO_BURST, environments, rate)
    assert found.sustained >= 0.9
    assert found.throttled < 0.05


@pytest.mark.parametrize("kind", SERVICES)
def test_few_calls_are_throttled_for_long_whatever_the_service_is_like(kind: str) -> None:
    assert measure(kind, 10, 10, seconds=120).throttled < 0.05


@pytest.mark.parametrize("factor", [0.2, 5])
@pytest.mark.parametrize("kind", [BURST, WINDOWS])
def test_a_wrong_published_rate_is_found_out(kind: str, factor: float) -> None:
    found = measure(kind, 10, 10, published=10 * factor, seconds=200)
    assert found.sustained >= 0.9
    assert found.throttled < 0.05


@pytest.mark.parametrize(("change", "least", "most"), [(20, 1.5, 2.01), (5, 0.45, 0.52)])
def test_a_changed_capacity_is_found_out(change: float, least: float, most: float) -> None:
    calls = measure(WINDOWS, 10, 10, changes={60: change}, seconds=210).calls
    assert least < sum(accepted for at, accepted in calls if at >= 180) / 60 / 10 < most


def test_fewer_environments_than_allowed_have_the_rate_for_themselves() -> None:
    assert measure(BURST, 50, 10, present=5, seconds=120).sustained >= 0.9
