"""Nothing costs less than the clairvoyant: on small cases every schedule is tried."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import ceil

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labelpipe.cost.arrivals import DAY, Arrivals
from labelpipe.cost.clairvoyant import Schedule, clairvoyant
from labelpipe.cost.physics import Physics
from tests.unit.cost.conftest import BEGIN, Come

MINUTES = 13
START, STOP, QUIET = 2, 1, 1


def _physics(per_minute: float) -> Physics:
    return Physics(start=START, stop=STOP, images_per_second=per_minute / 60)


def _schedules() -> Iterator[Schedule]:
    """Every one that the service allows: between two runs there is time for the quiet, the stop and the start."""
    for on in product((False, True), repeat=MINUTES):
        edges = np.flatnonzero(np.diff((False, *on, False)))
        runs = [(int(began), int(held)) for began, held in zip(edges[::2], edges[1::2], strict=True)]
        pauses = (after[0] - before[1] for before, after in zip(runs, runs[1:], strict=False))
        if all(pause >= QUIET + STOP + START for pause in pauses):
            yield Schedule(tuple(runs), QUIET + STOP)


SCHEDULES = sorted(_schedules(), key=lambda schedule: schedule.minutes)


def _late(schedule: Schedule, minutes: NDArray[np.float64], per_minute: float, max_wait: float) -> int:
    """Images that are answered neither in time nor when a model that is always on would do so."""
    due = np.maximum(minutes + max_wait, Schedule(((0, 10**6),), 0).answered(minutes, per_minute))
    return int((~(schedule.answered(minutes, per_minute) <= due + 1e-9)).sum())


def _found_and_best(come: Sequence[float], per_minute: float, max_wait: int) -> tuple[Schedule, Schedule]:
    """The clairvoyant's, and the best of all; for cases that are over before the schedules are."""
    minutes = np.sort(np.array(come, dtype=float))
    found = clairvoyant(Arrivals(BEGIN, minutes), _physics(per_minute), max_wait, QUIET)
    assert not _late(found, minutes, per_minute, max_wait)
    best = next((each for each in SCHEDULES if not _late(each, minutes, per_minute, max_wait)), None)
    assume(best)
    assert best
    return found, best


moments = st.one_of(
    st.lists(st.integers(0, 8), min_size=1, max_size=6),
    st.lists(st.floats(0, 8), min_size=1, max_size=8),
    st.lists(st.floats(0, 8), min_size=1, max_size=3).flatmap(
        lambda bursts: st.lists(st.sampled_from(bursts), min_size=1, max_size=8)
    ),
)


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 6))
def test_with_one_image_a_minute_it_equals_the_best_of_all_schedules(come: list[float], max_wait: int) -> None:
    found, best = _found_and_best(come, 1, max_wait)
    assert found.minutes == best.minutes


@settings(max_examples=300, deadline=None)
@given(moments, st.floats(0.3, 7.7), st.integers(1, 6))
@example([1.7364, 2.3434, 7.7805], 0.9, 3)  # the one in flight at minute 3 delays the next
@example([0.3043, 0.3043], 0.88, 3)
@example([0, 0, 0, 5.5, 5.5, 9, 9, 9], 4, 6)  # the best leaves an image of the first run to the second
def test_at_any_rate_it_is_at_most_a_minute_or_an_image_dearer_for_each_run(
    come: list[float], per_minute: float, max_wait: int
) -> None:
    found, best = _found_and_best(come, per_minute, max_wait)
    assert best.minutes <= found.minutes <= best.minutes + len(best.runs) * ceil(1 / per_minute)


def test_all_schedules_are_many_and_differ() -> None:
    assert len({schedule.runs for schedule in SCHEDULES}) == len(SCHEDULES) > 200


@pytest.mark.parametrize(
    ("minutes", "max_wait", "runs"),
    [
        ((0,), 5, ((4, 5),)),  # as late as it can be
        ((0, 3), 5, ((4, 6),)),
        ((0, 6), 5, ((4, 7),)),  # stays: a stop and a start cost more than a minute
        ((0, 9), 5, ((4, 5), (13, 14))),
        ((0, 0, 0), 2, ((0, 3),)),  # nobody could keep this: at least it runs when they come
    ],
)
def test_it_starts_late_and_stays_when_that_is_cheaper(
    come: Come, minutes: tuple[int, ...], max_wait: float, runs: object
) -> None:
    assert clairvoyant(come(*minutes), _physics(1), max_wait, QUIET).runs == runs


def test_what_is_begun_before_a_hold_is_answered_after_it(come: Come) -> None:
    """It takes more than a minute."""
    assert clairvoyant(come(4), _physics(0.87), 6, QUIET).runs == ((8, 9),)


def test_it_starts_earlier_where_that_spares_a_last_minute_for_few_images(come: Come) -> None:
    """One a minute, 60 answered in one: 240 take four minutes, and the 243 that wait at the latest start take five."""
    found = clairvoyant(come(*range(3 * DAY)), Physics(), 240, QUIET)
    assert [held - began for began, held in found.runs] == [4] * 18


def test_a_model_that_is_never_seen_without_work_is_stopped_all_the_same(come: Come) -> None:
    """20 at once every 30 seconds, one a second: some are in the queue at each tick."""
    arrivals = come(*(0.3 + each / 2 for each in range(2 * DAY) for _ in range(20)))
    found = clairvoyant(arrivals, Physics(), 240, 2)
    assert not _late(found, arrivals.minutes, 60, 240)
    assert found.minutes / DAY == pytest.approx(40 / 60, rel=0.03)


def test_a_million_images_take_no_long_search() -> None:
    minutes = np.sort(np.random.default_rng(0).uniform(0, 30 * DAY, 1_000_000))
    found = clairvoyant(Arrivals(BEGIN, minutes), Physics(), 60, 2)
    delays = found.answered(minutes, 60) - minutes
    assert delays.max() <= 60 + 1e-6
    assert 0 < found.minutes < 30 * DAY / 2
