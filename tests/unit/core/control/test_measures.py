"""What alarms hear of a route."""

from datetime import date, timedelta
from typing import Any

import pytest

from labelpipe.core.control.measures import RouteMetric, measure
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.running import decide
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.usage import Usage

MINUTE = timedelta(minutes=1)
ALWAYS = {"always_on": ["daily 00:00-24:00"]}


def _measured(seen: Any) -> dict[str, float]:
    decision = decide([seen], [], 2)["bees"]
    return measure(seen, decision.memory, decision.want)


def _of(make: Any, *statuses: Status, metric: RouteMetric, **options: Any) -> float:
    return _measured(make.observe(*statuses, policy=ALWAYS | {"cap": {"day": 2}}, **options))[metric]


def test_a_failed_start_is_told_until_one_succeeds(make: Any) -> None:
    began = Memory(started_at=make.now - 12 * MINUTE)
    assert _of(make, Status.FAILED, memory=began, metric=RouteMetric.CANNOT_START) == 1
    again = Memory(started_at=make.now - MINUTE, failures=1)
    assert _of(make, Status.STARTING, memory=again, metric=RouteMetric.CANNOT_START) == 1
    assert _of(make, Status.RUNNING, memory=again, metric=RouteMetric.CANNOT_START) == 0


@pytest.mark.parametrize(
    ("status", "told"), [(Status.VANISHED, 1), (Status.EXPIRED, 1), (Status.UNKNOWN, 1), (Status.STOPPED, 0)]
)
def test_a_version_that_is_wanted_and_cannot_be_started_is_told(make: Any, status: Status, told: int) -> None:
    assert _of(make, status, metric=RouteMetric.CANNOT_START) == told
    idle = make.observe(status, policy={"on_demand": False})
    assert _measured(idle)[RouteMetric.CANNOT_START] == 0


def test_a_start_is_slow_until_all_models_run(make: Any) -> None:
    began = Memory(started_at=make.now - 31 * MINUTE)
    two = (Status.RUNNING, Status.STARTING)
    assert _of(make, *two, memory=began, metric=RouteMetric.STARTING_MINUTES) == 31
    assert _of(make, Status.RUNNING, memory=began, metric=RouteMetric.STARTING_MINUTES) == 0
    assert _of(make, Status.STOPPED, metric=RouteMetric.STARTING_MINUTES) == 0


def test_a_model_that_ran_and_stops_is_not_starting(make: Any) -> None:
    ran = Memory(started_at=make.now - 90 * MINUTE, ready_at=make.now - 75 * MINUTE)
    assert _of(make, Status.STOPPING, memory=ran, metric=RouteMetric.STARTING_MINUTES) == 0


@pytest.mark.parametrize(("minutes", "told"), [(119, 0), (120, 1)])
def test_a_cap_that_is_used_up_is_told(make: Any, minutes: int, told: int) -> None:
    used = Memory(usage=Usage(date(2026, 11, 20), day_minutes=minutes, month_minutes=minutes))
    assert _of(make, Status.STOPPED, memory=used, metric=RouteMetric.CAP_REACHED) == told
