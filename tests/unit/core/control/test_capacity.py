"""How many units a start takes, and how many environments ask them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from labelpipe.core.control.actions import ReleaseQueue, StartModel
from labelpipe.core.control.capacity import concurrency, units_to_start
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Model, Observation
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.running import decide
from labelpipe.core.control.statuses import Status

MINUTE = timedelta(minutes=1)
HOUR = {"on_demand": {"max_wait": "1h"}, "units": {"min": 1, "max": 5}}


def _burst(make: Any, waiting: int, waited: int = 0, policy: Any = HOUR, rate: float = 1.0) -> Observation:
    seen = make.observe(
        Status.STOPPED, waiting=waiting, policy=policy, memory=Memory(non_empty_since=make.now - waited * MINUTE)
    )
    return replace(seen, wiring=replace(seen.wiring, rate=rate))


@pytest.mark.parametrize(
    ("waiting", "waited", "units"),
    [
        (1, 0, 1),
        (29 * 60, 0, 1),  # an hour, less 30 minutes for the start and one for a look: a second each
        (29 * 60 + 1, 0, 2),
        (2 * 29 * 60, 0, 2),
        (4 * 29 * 60 + 1, 0, 5),
        (99_999, 0, 5),
        (14 * 60 + 1, 15, 2),
        (60, 29, 1),  # it will be late, by no more than it must
        (61, 29, 2),
        (60, 50, 1),
        (3000, 50, 5),
    ],
)
def test_a_start_takes_the_fewest_units_that_keep_the_promise(make: Any, waiting: int, waited: int, units: int) -> None:
    seen = replace(_burst(make, waiting, waited), override=Override("start", None, "ana", make.now))
    assert units_to_start(seen, seen.memory) == units
    (start,) = (each for each in decide([seen], [], 2)["bees"].actions if isinstance(each, StartModel))
    assert (start.units, start.max_units) == (units, 5)


def test_the_rate_is_that_of_the_fewest_units(make: Any) -> None:
    seen = _burst(make, 3 * 29 * 60, policy=HOUR | {"units": {"min": 2, "max": 5}}, rate=2.0)
    assert units_to_start(seen, seen.memory) == 3


def test_starts_as_they_were_observed_leave_more_time(make: Any) -> None:
    quick = Memory(non_empty_since=make.now, starts=(600,) * 10)
    assert units_to_start(_burst(make, 49 * 60), quick) == 1
    assert units_to_start(_burst(make, 49 * 60 + 1), quick) == 2


@pytest.mark.parametrize("policy", [{"on_demand": False}, {"on_demand": {"max_wait": "1h"}}])
def test_without_a_promise_or_without_a_choice_it_is_the_fewest(make: Any, policy: Any) -> None:
    bounds = {} if policy["on_demand"] else {"units": {"min": 1, "max": 5}}
    seen = _burst(make, 99_999, policy=policy | bounds)
    assert units_to_start(seen, seen.memory) == 1


def test_more_units_make_no_endpoint_faster(make: Any) -> None:
    seen = _burst(make, 99_999)
    endpoint = Model("arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees", "", Status.STOPPED)
    assert units_to_start(replace(seen, models=(*seen.models, endpoint)), seen.memory) == 1


def test_what_need_not_start_yet_needs_no_more_units_when_it_must(make: Any) -> None:
    """Waiting until the latest start is for the fewest units: waiting alone costs no more of them."""
    policy = HOUR | {"on_demand": {"max_wait": "4h"}}
    for minute in range(240):
        seen = _burst(make, 3000, minute, policy)
        if decide([seen], [], 2)["bees"].want.running:
            assert units_to_start(seen, seen.memory) == 1
            return
    raise AssertionError("never started")


@pytest.mark.parametrize(
    ("units", "most", "started", "environments"),
    [
        ((1, 1), 5, 1, 5),
        ((3, 3), 5, 3, 5),
        ((1, 5), 10, 1, 2),
        ((1, 5), 10, 2, 4),
        ((1, 5), 10, 5, 10),
        ((1, 5), 5, 1, 2),  # no mapping takes fewer
        ((1, 2), 5, 1, 3),
        ((1, 2), 5, 4, 5),  # it was started before the settings changed
    ],
)
def test_a_queue_is_released_for_as_many_environments_as_the_units_feed(
    make: Any, units: tuple[int, int], most: int, started: int, environments: int
) -> None:
    seen = make.observe(Status.RUNNING, policy=HOUR | {"units": {"min": units[0], "max": units[1]}}, waiting=9)
    seen = replace(seen, models=(replace(seen.models[0], units=started),))
    seen = replace(seen, wiring=replace(seen.wiring, max_concurrency=most))
    assert concurrency(seen) == environments
    assert ReleaseQueue("mapping-bees", environments) in decide([seen], [], 2)["bees"].actions


def test_with_several_models_the_one_with_the_fewest_units_decides(make: Any) -> None:
    seen = make.observe(Status.RUNNING, Status.RUNNING, policy={"units": {"min": 1, "max": 5}})
    assert concurrency(replace(seen, models=(seen.models[0], replace(seen.models[1], units=5)))) == 2
