"""The virtual clock passes over ticks only where nothing could have been different."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelpipe.core.control.policy import Policy
from labelpipe.cost.arrivals import DAY, Arrivals
from labelpipe.cost.physics import Physics
from labelpipe.cost.replay import Replay
from tests.unit.cost.conftest import BEGIN, Come


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelpipe.cost.replay._PATIENCE", DAY)


SLOW = Physics(images_per_second=1 / 20)
POLICIES: list[dict[str, Any]] = [
    {"on_demand": {"max_wait": "30m"}},
    {"on_demand": {"max_wait": "4h"}},
    {"on_demand": {"max_wait": "1h", "idle_stop": "7m"}},
    {"on_demand": False, "always_on": ["daily 02:00-03:30"]},
    {"on_demand": {"max_wait": "2h"}, "always_on": ["daily 01:00-02:00"], "allowed": ["daily 00:30-06:00"]},
    {"on_demand": {"max_wait": "1h"}, "time_zone": "Europe/Paris", "cap": {"day": 1}},
]


def replay(arrivals: Arrivals, policy: dict[str, Any], physics: Physics = SLOW, *, every: bool = False) -> Replay:
    done = Replay(arrivals, physics, Policy.parse(policy), every)
    done.run()
    return done


moments = st.lists(st.floats(0, 400, allow_subnormal=False), min_size=1, max_size=40)
bursts = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), min_size=1, max_size=4)


def _same(minutes: list[float], policy: dict[str, Any], starts: int) -> None:
    arrivals = Arrivals(BEGIN, np.sort(np.array(minutes, dtype=float)))
    physics = Physics(images_per_second=1 / 20, start_of=lambda number: 10 + (number * starts) % 16)
    quick, slow = (replay(arrivals, policy, physics, every=every) for every in (False, True))
    np.testing.assert_allclose(quick.line.answered, slow.line.answered)
    assert quick.server.spans == slow.server.spans


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@settings(max_examples=3, deadline=None)
@given(moments, st.integers(0, 15))
def test_passing_over_ticks_changes_nothing(policy: dict[str, Any], minutes: list[float], starts: int) -> None:
    _same(minutes, policy, starts)


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@settings(max_examples=3, deadline=None)
@given(bursts, st.integers(0, 15))
def test_passing_over_ticks_changes_nothing_in_bursts(
    policy: dict[str, Any], found: list[tuple[int, int]], starts: int
) -> None:
    _same([minute + each / 40 for minute, count in found for each in range(count)], policy, starts)


def test_a_model_that_is_wanted_from_the_begin_runs_already(come: Come) -> None:
    done = replay(come(5, 1439), {"on_demand": False, "always_on": ["daily 00:00-24:00"]})
    assert (done.server.spans, done.server.starts) == ([(0.0, 1440.0)], 0)
    np.testing.assert_allclose(done.line.answered - done.line.arrivals, 1 / 3)


def test_one_image_takes_a_start_an_answer_the_quiet_and_a_stop(come: Come) -> None:
    """It may have come at minute 0: an hour, less 15 minutes for the start, a third of one for itself and a look."""
    done = replay(come(0.5), {"on_demand": {"max_wait": "1h"}})
    ((began, ended),) = done.server.spans
    assert (began, ended - began) == (59, 1 + 2 + 3)
    assert done.line.answered[0] == pytest.approx(59 + 1 / 3)


def test_what_nothing_ever_answers_still_waits_at_the_end(come: Come) -> None:
    done = replay(come(0.5), {"on_demand": {"max_wait": "1h"}, "cap": {"day": 0.001}, "allowed": ["mon 00:00-00:01"]})
    assert np.isnan(done.line.answered).all()


def test_times_to_the_minute_do_not_keep_a_model_on(come: Come) -> None:
    """What comes at a tick is seen at the next: else no tick would see the queue empty."""
    done = replay(come(*range(DAY)), {"on_demand": {"max_wait": "4h"}}, Physics())
    assert (done.server.starts, done.server.billed) == (6, 6 * (4 + 2 + 3))
    assert (done.line.answered - done.line.arrivals).max() <= 4 * 60


@pytest.mark.parametrize(("max_wait", "starts"), [(30, 40), (240, 6)])
def test_what_is_in_flight_at_every_tick_does_not_keep_a_model_on(come: Come, max_wait: int, starts: int) -> None:
    """One comes two seconds before each tick, and takes three: always in flight, it may have been given back."""
    arrivals, physics = come(*(minute + 58 / 60 for minute in range(DAY))), Physics(images_per_second=1 / 3)
    policy = {"on_demand": {"max_wait": f"{max_wait}m"}}
    quick, slow = (replay(arrivals, policy, physics, every=every) for every in (False, True))
    assert quick.server.spans == slow.server.spans
    assert quick.server.starts == starts
    assert (quick.line.answered - quick.line.arrivals).max() <= max_wait
