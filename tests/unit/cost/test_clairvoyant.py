"""Nothing costs less than the clairvoyant: on small cases every schedule is tried."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelpipe.cost.arrivals import DAY, Arrivals
from labelpipe.cost.clairvoyant import Schedule, clairvoyant
from labelpipe.cost.physics import Line, Physics
from tests.unit.cost.conftest import BEGIN, Come

MINUTES = 13
QUICK = Physics(start=2, stop=1, images_per_second=1 / 60)
QUIET = 1


def _schedules() -> Iterator[Schedule]:
    """Every one that the service allows: between two runs there is time for the quiet, the stop and the start."""
    for on in product((False, True), repeat=MINUTES):
        edges = np.flatnonzero(np.diff((False, *on, False)))
        runs = [(int(began), int(held)) for began, held in zip(edges[::2], edges[1::2], strict=True)]
        pauses = (after[0] - before[1] for before, after in zip(runs, runs[1:], strict=False))
        if all(pause >= QUIET + QUICK.stop + QUICK.start for pause in pauses):
            yield Schedule(tuple(runs), QUIET + QUICK.stop)


SCHEDULES = sorted(_schedules(), key=lambda schedule: schedule.minutes)


def _keeps(schedule: Schedule, arrivals: Arrivals, max_wait: float) -> bool:
    line = Line(arrivals.minutes, QUICK.per_minute)
    for began, held in schedule.runs:
        line.serve(began, held)
    return bool((line.answered - arrivals.minutes <= max_wait + 1e-9).all())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=6), st.integers(1, 5))
def test_it_equals_the_best_of_all_schedules(minutes: list[int], max_wait: int) -> None:
    arrivals = Arrivals(BEGIN, np.sort(np.array(minutes, dtype=float)))
    best = next((each for each in SCHEDULES if _keeps(each, arrivals, max_wait)), None)
    found = clairvoyant(arrivals, QUICK, max_wait, QUIET)
    if best:
        assert _keeps(found, arrivals, max_wait)
        assert found.minutes == best.minutes


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
    assert clairvoyant(come(*minutes), QUICK, max_wait, QUIET).runs == runs


def test_it_starts_earlier_where_that_spares_a_last_minute_for_few_images(come: Come) -> None:
    """One a minute, 60 answered in one: 240 take four minutes, and the 243 that wait at the latest start take five."""
    found = clairvoyant(come(*range(3 * DAY)), Physics(), 240, QUIET)
    assert [held - began for began, held in found.runs] == [4] * 18


def test_a_million_images_take_no_long_search() -> None:
    minutes = np.sort(np.random.default_rng(0).uniform(0, 30 * DAY, 1_000_000))
    found = clairvoyant(Arrivals(BEGIN, minutes), Physics(), 60, 2)
    delays = found.answered(minutes, 60) - minutes
    assert delays.max() <= 60 + 1e-6
    assert 0 < found.minutes < 30 * DAY / 2
