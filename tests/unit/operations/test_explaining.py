"""The row that decides is the controller's, and every row above it has its reason to be silent."""

from datetime import timedelta
from itertools import product

import pytest

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import ENABLED, Depth
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.remembering import remember
from labelpipe.core.control.usage import Usage
from labelpipe.core.control.wanting import Row, want
from labelpipe.operations.explaining import explain

HOUR = timedelta(hours=1)
WEEKDAYS = {"always_on": ["mon-fri 09:00-10:00"], "allowed": ["daily 06:00-22:00"], "on_demand": {"max_wait": "4h"}}


def explained(seen, at=None):
    memory = remember(seen)
    return explain(seen, memory, at or seen.now, want(seen, memory))


def silent(found):
    return {each.row.value: each.why for each in found.silent}


def test_each_higher_row_says_why_it_does_not_speak(see):
    found = explained(see("STOPPED", waiting=3, policy=WEEKDAYS | {"cap": {"day": 12}}))
    assert (found.want.row, found.behind) == (Row.CAN_WAIT, Row.CAN_WAIT)
    assert silent(found) == {
        "no release": "1 model is released",
        "cap": "0.0 of 12 inference-unit hours are used that day",
        "stop override": "nobody has said stop",
        "start override": "nobody has said start",
        "not allowed": "it is inside daily 06:00-22:00",
        "always on": "it is outside mon-fri 09:00-10:00",
        "demand": "a later start is soon enough for what waits",
    }


@pytest.mark.parametrize(
    ("hours", "row"),
    [(11, Row.NOT_ALLOWED), (-2.5, Row.ALWAYS_ON), (-8, Row.NOT_ALLOWED), (69.5, Row.ALWAYS_ON), (4, Row.DEMAND)],
)
def test_another_time_has_its_own_row(see, now, hours, row):
    assert explained(see("STOPPED", waiting=3, policy=WEEKDAYS), now + hours * HOUR).want.row is row


@pytest.mark.parametrize(
    ("hours", "row"),
    [(-2, Row.IDLE), (-0.5, Row.STOP_OVERRIDE), (0.5, Row.STOP_OVERRIDE), (1.5, Row.IDLE)],
)
def test_an_override_counts_from_when_it_was_given_to_its_end(see, now, hours, row):
    order = Override("stop", now + HOUR, "ana", now - HOUR)
    assert explained(see("STOPPED", override=order), now + hours * HOUR).want.row is row


def test_an_override_that_is_over_says_since_when(see, now):
    found = explained(see("STOPPED", override=Override("start", now - HOUR, "ana", now - 3 * HOUR)))
    assert silent(found)["start override"] == "ana said start, and that is over since 2026-11-20 11:00"


def test_a_cap_that_is_used_up_today_is_free_tomorrow(see, now):
    seen = see("STOPPED", policy={"cap": {"day": 1}}, memory=Memory(usage=Usage(now.date(), 60, 60)))
    assert explained(seen).want.row is Row.CAP
    assert explained(seen, now + 24 * HOUR).want.row is Row.IDLE


def test_what_stands_in_the_way_is_told_with_the_row_behind_it(see):
    found = explained(see("DELETING", waiting=3))
    assert (found.want.row, found.behind) == (Row.BLOCKED, Row.DEMAND)
    assert "demand" not in silent(found)
    assert found.to_json()["behind"] == "demand"


def test_a_back_off_is_told_with_the_row_that_would_start_it(see, now):
    found = explained(see("STOPPED", waiting=3, memory=Memory(failures=1, back_off_until=now + HOUR)))
    assert (found.want.row, found.behind) == (Row.BACK_OFF, Row.DEMAND)


def test_in_the_past_nothing_has_lasted_less_than_no_time(see, now):
    found = explained(see("RUNNING", mapping=ENABLED, memory=Memory(empty_since=now - HOUR / 4)), now - HOUR)
    assert found.want.reason == "no work for 0s; stops after 5m"


ORDERS = [None, "start", "stop"]
POLICIES = [{}, WEEKDAYS, {"on_demand": False}, {"allowed": ["sat 01:00-02:00"]}, {"cap": {"day": 1, "month": 2}}]
DEPTHS = [Depth(), Depth(2), Depth(0, 2)]


@pytest.mark.parametrize(("policy", "order", "depth"), [*product(POLICIES, ORDERS, DEPTHS)])
def test_whatever_is_seen_every_row_above_the_one_that_decides_has_words(see, now, policy, order, depth):
    override = Override(order, None, "ana", now - HOUR) if order else None
    for status, ago in product(("STOPPED", "RUNNING", "FAILED", "UNKNOWN"), (-30, 0, 30)):
        found = explained(see(status, policy=policy, override=override, depth=depth), now + ago * HOUR)
        rows = [each.row for each in found.silent]
        assert rows == list(Row)[: list(Row).index(found.behind)]
        assert all(each.why for each in found.silent)
