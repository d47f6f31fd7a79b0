"""Who runs when not all can."""

from datetime import timedelta
from typing import Any

import pytest

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Model, Observation
from labelpipe.core.control.slots import share
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row, Want

YES, NO = Want(True, Row.DEMAND, "work waits"), Want(False, Row.IDLE, "no work waits")


def _version(make: Any, name: str, status: Status = Status.STOPPED) -> Model:
    return Model(make.arn(name), make.project, status)


def _route(make: Any, name: str, *models: Model, waited: int = 0, max_wait: str = "30m") -> Observation:
    memory = Memory(non_empty_since=make.now - timedelta(minutes=waited))
    return make.observe(name=name, models=models, memory=memory, policy={"on_demand": {"max_wait": max_wait}})


def _running(routes: list[Observation], slots: int, strays: tuple[Model, ...] = (), wants: Any = None) -> set[str]:
    wants = wants or {seen.name: YES for seen in routes}
    shared = share(routes, wants, {seen.name: seen.memory for seen in routes}, strays, slots)
    return {name for name, want in shared.items() if want.running}


def test_of_equal_promises_the_longest_waiting_comes_first(make: Any) -> None:
    routes = [_route(make, n, _version(make, n), waited=w) for n, w in (("a", 1), ("b", 9), ("c", 5))]
    assert _running(routes, 2) == {"b", "c"}


def test_the_earliest_deadline_comes_first_not_who_has_waited_longest(make: Any) -> None:
    patient = _route(make, "a", _version(make, "a"), waited=200, max_wait="4h")
    hurried = _route(make, "b", _version(make, "b"), waited=1, max_wait="40m")
    assert _running([patient, hurried], 1) == {"b"}


@pytest.mark.parametrize(
    ("row", "waited", "winner"),
    [
        (Row.ALWAYS_ON, 29, "a"),  # due now, the other in a minute
        (Row.ALWAYS_ON, 31, "b"),  # the other is late already
        (Row.START_OVERRIDE, 31, "a"),
        (Row.DEMAND, 29, "b"),
    ],
)
def test_a_persons_word_comes_first_and_a_window_is_due_now(make: Any, row: Row, waited: int, winner: str) -> None:
    routes = [_route(make, "a", _version(make, "a")), _route(make, "b", _version(make, "b"), waited=waited)]
    assert _running(routes, 1, wants={"a": Want(True, row, ""), "b": YES}) == {winner}


def test_who_is_on_stays_on(make: Any) -> None:
    routes = [
        _route(make, "late", _version(make, "l"), waited=99),
        _route(make, "on", _version(make, "o", Status.RUNNING), waited=1),
    ]
    assert _running(routes, 1) == {"on"}


def test_a_route_gets_all_its_models_or_none_and_leaves_its_slot_to_the_next(make: Any) -> None:
    routes = [
        _route(make, "one", _version(make, "x", Status.RUNNING)),
        _route(make, "two", _version(make, "y"), _version(make, "z"), waited=9),
        _route(make, "three", _version(make, "w"), waited=1),
    ]
    assert _running(routes, 2) == {"one", "three"}


def test_a_shared_version_takes_one_slot(make: Any) -> None:
    routes = [_route(make, name, _version(make, "same")) for name in ("a", "b")]
    assert _running(routes, 1) == {"a", "b"}


def test_what_is_not_wanted_holds_its_slot_until_it_has_stopped(make: Any) -> None:
    for status, winners in ((Status.STOPPING, set()), (Status.RUNNING, set()), (Status.STOPPED, {"b"})):
        routes = [_route(make, "a", _version(make, "a", status)), _route(make, "b", _version(make, "b"))]
        assert _running(routes, 1, wants={"a": NO, "b": YES}) == winners
        routes = [_route(make, "b", _version(make, "b"))]
        assert _running(routes, 1, (_version(make, "stray", status),)) == winners


def test_more_on_than_allowed_stops_nobody(make: Any) -> None:
    routes = [_route(make, name, _version(make, name, Status.RUNNING)) for name in ("a", "b", "c")]
    assert _running(routes, 2) == {"a", "b", "c"}


def test_who_must_wait_is_told_for_what(make: Any) -> None:
    routes = [_route(make, "a", _version(make, "a", Status.RUNNING)), _route(make, "b", _version(make, "b"))]
    shared = share(routes, {"a": YES, "b": YES}, {seen.name: seen.memory for seen in routes}, (), 1)
    reason = "max_running_models is 1: 1 taken, and it needs 1 more"
    assert shared["b"] == Want(False, Row.NO_SLOT, reason)


def test_endpoints_take_no_slots_and_need_none(make: Any) -> None:
    on = Model("arn:aws:sagemaker:us-east-1:123456789012:endpoint/on", "", Status.RUNNING)
    off = Model("arn:aws:sagemaker:us-east-1:123456789012:endpoint/off", "", Status.STOPPED)
    routes = [_route(make, "on", on), _route(make, "version", _version(make, "v")), _route(make, "off", off)]
    assert _running(routes, 1) == {"on", "version", "off"}
