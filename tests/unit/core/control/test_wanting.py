"""The table that says whether a route's models should run, row by row and pair by pair."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.remembering import IN_WORK, remember
from labelpipe.core.control.statuses import IN_THE_WAY, ON, STARTABLE, Status
from labelpipe.core.control.usage import Usage
from labelpipe.core.control.wanting import Row, Want, want

MINUTE = timedelta(minutes=1)
NEVER = {"allowed": ["sat 00:00-01:00"]}
ALWAYS = {"always_on": ["daily 00:00-24:00"]}
CAPPED = {"cap": {"day": 2}}
SPENT = Memory(usage=Usage(date(2026, 11, 20), day_minutes=120, month_minutes=120))


def _want(seen: Any) -> Want:
    return want(seen, remember(seen))


def _order(make: Any, word: Any, until: timedelta | None = None) -> Override:
    return Override(word, make.now + until if until else None, "ana", make.now)


@pytest.mark.parametrize(
    ("policy", "order", "memory", "waiting", "row", "running"),
    [
        (CAPPED | ALWAYS, "start", SPENT, 5, Row.CAP, False),
        (CAPPED | ALWAYS, None, SPENT, 5, Row.CAP, False),
        (ALWAYS, "stop", None, 5, Row.STOP_OVERRIDE, False),
        (NEVER, "start", None, 0, Row.START_OVERRIDE, True),
        (NEVER | ALWAYS, None, None, 5, Row.NOT_ALLOWED, False),
        ({"closed": ["2026-11-20"]} | ALWAYS, None, None, 5, Row.NOT_ALLOWED, False),
        (ALWAYS, None, None, 0, Row.ALWAYS_ON, True),
        (ALWAYS | {"on_demand": False}, None, None, 5, Row.ALWAYS_ON, True),
        ({"on_demand": {"max_wait": "10m"}}, None, None, 5, Row.DEMAND, True),
        ({"on_demand": {"max_wait": "4h"}}, None, None, 5, Row.CAN_WAIT, False),
        ({"on_demand": False}, None, None, 5, Row.NO_DEMAND, False),
        ({}, None, None, 0, Row.IDLE, False),
    ],
)
def test_the_highest_row_that_speaks_decides(
    make: Any,
    policy: dict[str, Any],
    order: str | None,
    memory: Memory | None,
    waiting: int,
    row: Row,
    running: bool,
) -> None:
    override = _order(make, order) if order else None
    answer = _want(make.observe(Status.STOPPED, policy=policy, override=override, memory=memory, waiting=waiting))
    assert (answer.row, answer.running) == (row, running)
    assert answer.reason


def test_an_override_that_has_ended_says_nothing(make: Any) -> None:
    seen = make.observe(Status.STOPPED, override=_order(make, "start", timedelta(seconds=-1)))
    assert _want(seen).row is Row.IDLE
    seen = make.observe(Status.STOPPED, override=_order(make, "start", 30 * MINUTE))
    assert _want(seen) == Want(True, Row.START_OVERRIDE, "ana said start, until 12:30")


def test_yesterdays_and_last_months_use_do_not_count(make: Any) -> None:
    policy = {"cap": {"day": 2, "month": 3}} | ALWAYS
    used = Usage(date(2026, 11, 19), day_minutes=170, month_minutes=170)
    assert _want(make.observe(Status.STOPPED, policy=policy, memory=Memory(usage=used))).row is Row.ALWAYS_ON
    used = replace(used, month_minutes=180)
    assert _want(make.observe(Status.STOPPED, policy=policy, memory=Memory(usage=used))).row is Row.CAP
    used = replace(used, day=date(2026, 10, 20))
    assert _want(make.observe(Status.STOPPED, policy=policy, memory=Memory(usage=used))).row is Row.ALWAYS_ON


@pytest.mark.parametrize(
    ("max_wait", "waited", "waiting", "running"),
    [
        ("5m", 0, 1, True),
        ("30m", 0, 1, True),
        ("4h", 0, 1, False),
        ("4h", 206, 1, False),
        ("4h", 208, 1, True),
        ("4h", 206, 121, True),
        ("4h", 0, 12600, True),
    ],
)
def test_a_start_waits_until_it_could_be_too_late(
    make: Any, max_wait: str, waited: int, waiting: int, running: bool
) -> None:
    """4 h less 30 min for the start, a second an image, a tick before it was seen and one to the next look."""
    memory = Memory(non_empty_since=make.now - waited * MINUTE)
    policy = {"on_demand": {"max_wait": max_wait}}
    assert _want(make.observe(Status.STOPPED, policy=policy, waiting=waiting, memory=memory)).running is running


def test_waiting_says_until_when_on_the_wall_clock_of_the_route(make: Any) -> None:
    policy = {"time_zone": "Europe/Paris", "on_demand": {"max_wait": "4h"}}
    reason = _want(make.observe(Status.STOPPED, policy=policy, waiting=60)).reason
    assert reason == "60 messages wait, for 4h at most: a start at 16:28 is soon enough"


def _on(make: Any, max_wait: str, came: int, **options: Any) -> Want:
    """A model that was started an hour ago, and work that was first seen so many minutes ago."""
    started, since = make.now - 60 * MINUTE, make.now - came * MINUTE
    memory = Memory(started_at=started, ready_at=started, non_empty_since=since, starts=options.pop("starts", ()))
    status, policy = options.pop("status", Status.RUNNING), {"on_demand": {"max_wait": max_wait}}
    return _want(make.observe(status, policy=policy, waiting=1, memory=memory, **options))


@pytest.mark.parametrize("status", sorted(ON))
def test_the_work_that_it_was_started_for_keeps_a_model_on(make: Any, status: Status) -> None:
    assert _on(make, "24h", 61, status=status) == Want(True, Row.DEMAND, "1 message waits and the model is on")


@pytest.mark.parametrize("status", sorted(ON))
def test_work_that_came_since_may_wait_for_the_next_run(make: Any, status: Status) -> None:
    answer = _on(make, "24h", 10, status=status)
    assert (answer.running, answer.row) == (False, Row.CAN_WAIT)


@pytest.mark.parametrize(
    ("hidden", "visible", "row"),
    [(IN_WORK - MINUTE, 0, Row.DEMAND), (IN_WORK, 0, Row.IDLE), (IN_WORK, 1, Row.DEMAND)],
)
def test_what_alone_is_in_flight_at_every_look_keeps_a_model_on_no_longer_than_work_takes(
    make: Any, hidden: timedelta, visible: int, row: Row
) -> None:
    """It was given back; or it is another each time, as under regular arrivals, and what comes next may wait."""
    begun = make.now - 60 * MINUTE
    memory = Memory(started_at=begun, ready_at=begun, non_empty_since=begun, hidden_since=make.now - hidden)
    seen = make.observe(Status.RUNNING, memory=memory, mapping="Enabled")
    assert _want(replace(seen, depth=Depth(visible, in_flight=8))).row is row


@pytest.mark.parametrize(
    ("max_wait", "starts", "mapping", "running"),
    [
        ("30m", (), "Enabled", True),  # no time for another start
        ("41m", (), "Enabled", False),  # 30 for a start, 5 for a stop, 3 ticks until then, 2 for looking
        ("40m", (), "Enabled", True),
        ("39m", (), "Disabled", False),  # the queue is held already
        ("26m", (900,) * 10, "Enabled", False),
        ("26m", (900,) * 9, "Enabled", True),  # too few starts were seen
    ],
)
def test_it_may_wait_only_if_there_is_time_for_a_stop_and_another_start(
    make: Any, max_wait: str, starts: tuple[int, ...], mapping: str, running: bool
) -> None:
    """One message takes a second."""
    assert _on(make, max_wait, 0, starts=starts, mapping=mapping).running is running


@pytest.mark.parametrize(("max_wait", "row"), [("40m", Row.LINGER), ("41m", Row.IDLE)])
def test_it_lingers_only_where_new_work_could_not_wait_for_another_start(make: Any, max_wait: str, row: Row) -> None:
    memory = Memory(started_at=make.now - 60 * MINUTE, empty_since=make.now)
    policy = {"on_demand": {"max_wait": max_wait, "idle_stop": "auto"}}
    seen = make.observe(Status.RUNNING, policy=policy, memory=memory, mapping="Enabled")
    assert _want(seen).row is row


@pytest.mark.parametrize(("idle_stop", "limit"), [("auto", 5 * MINUTE), ("20m", 20 * MINUTE), ("4s", 4 * MINUTE / 60)])
def test_without_work_it_lingers_and_then_stops(make: Any, idle_stop: str, limit: timedelta) -> None:
    policy = {"on_demand": {"idle_stop": idle_stop}}
    idle = [Memory(empty_since=make.now - span) for span in (limit - timedelta(seconds=1), limit)]
    rows = [_want(make.observe(Status.RUNNING, policy=policy, memory=memory)).row for memory in idle]
    assert rows == [Row.LINGER, Row.IDLE]


@pytest.mark.parametrize("other", sorted(STARTABLE | {Status.STOPPING}))
def test_no_model_is_started_to_linger_beside_one_that_is_on_for_another_route(make: Any, other: Status) -> None:
    seen = make.observe(Status.RUNNING, other, policy={"on_demand": {"idle_stop": "20m"}})
    assert _want(seen).row is Row.IDLE


@pytest.mark.parametrize("status", list(Status))
def test_what_can_neither_run_nor_be_started_blocks_the_whole_route(make: Any, status: Status) -> None:
    answer = _want(make.observe(Status.RUNNING, status, policy=ALWAYS))
    runs = status in STARTABLE | ON | IN_THE_WAY | {Status.STOPPING}
    assert answer.row is (Row.ALWAYS_ON if runs else Row.BLOCKED)
    assert answer.running is runs
    assert runs or f"m1 is {status}" in answer.reason


def test_a_back_off_holds_the_start_back_until_it_ends(make: Any) -> None:
    memory = Memory(failures=2, back_off_until=make.now + 10 * MINUTE)
    answer = _want(make.observe(Status.FAILED, policy=ALWAYS, memory=memory))
    assert answer == Want(False, Row.BACK_OFF, "after 2 failed starts the next try is at 12:10")
    over = replace(memory, back_off_until=make.now)
    assert _want(make.observe(Status.FAILED, policy=ALWAYS, memory=over)).running


def test_without_a_release_nothing_is_wanted_whatever_else_speaks(make: Any) -> None:
    seen = make.observe(policy=ALWAYS, waiting=9, override=_order(make, "start"), refusal="no release yet")
    assert _want(seen) == Want(False, Row.NO_RELEASE, "no release yet")
