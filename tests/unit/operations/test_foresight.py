"""What comes next is what the controller itself would do, minute by minute, if nothing more came."""

from datetime import timedelta

import pytest

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import ENABLED, Depth
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.remembering import remember
from labelpipe.core.control.usage import Usage
from labelpipe.operations.foresight import foresee

MINUTE = timedelta(minutes=1)


def told(seen):
    ahead = foresee(seen, remember(seen), 2)
    events = [f"{event.what} {seen.policy.local(event.when):%d %H:%M}{' *' * event.latest}" for event in ahead.events]
    return events, ahead.answered and f"{seen.policy.local(ahead.answered):%d %H:%M}"


def test_work_that_can_wait_is_started_for_in_time(see):
    """4 h less 30 minutes for the start, 50 images and two looks; then it runs, and stops."""
    events, answered = told(see("STOPPED", waiting=50, policy={"on_demand": {"max_wait": "4h"}}))
    assert events == ["a start 20 15:28", "RUNNING 20 15:58 *", "a stop 20 16:01 *"]
    assert answered == "20 15:59"


def test_a_start_is_given_what_the_last_ones_took(see):
    seen = see("STOPPED", waiting=1, memory=Memory(starts=(600,) * 10))
    assert told(seen)[0][:2] == ["a start 20 12:18", "RUNNING 20 12:28 *"]


def test_a_start_under_way_ends_when_it_was_planned_to(see, now):
    memory = Memory(started_at=now - 4 * MINUTE, non_empty_since=now - 5 * MINUTE)
    events, answered = told(see("STARTING", waiting=5, memory=memory))
    assert (events[0], answered) == ("RUNNING 20 12:26 *", "20 12:27")


def test_an_idle_model_stops_after_idle_stop_and_the_quiet_ticks(see, now):
    memory = Memory(empty_since=now - 2 * MINUTE)
    assert told(see("RUNNING", mapping=ENABLED, memory=memory))[0] == ["a stop 20 12:05", "STOPPED 20 12:10 *"]


def test_where_work_must_wait_until_the_window_opens_it_is_answered_then(see):
    policy = {"allowed": ["daily 06:00-11:00"], "time_zone": "Europe/Paris"}
    events, answered = told(see("STOPPED", waiting=5, policy=policy))
    assert events[:2] == ["allowed again 21 06:00", "a start 21 06:00"]
    assert answered == "21 06:31"


def test_windows_are_on_the_routes_clock_days_ahead(see):
    policy = {"always_on": ["thu 09:10-10:00"], "on_demand": False, "time_zone": "America/New_York"}
    assert told(see("STOPPED", policy=policy))[0][0] == "a window of always_on opens 26 09:10"


def test_an_override_ends(see, now):
    order = Override("stop", now + 120 * MINUTE, "ana", now)
    events, answered = told(see("RUNNING", waiting=5, mapping=ENABLED, override=order))
    assert events == ["a stop 20 12:01", "STOPPED 20 12:06 *", "the override ends 20 14:00"]
    assert answered == "20 14:31"


def test_an_override_ends_when_it_says_and_not_at_a_tick(see, now):
    order = Override("stop", now + 90 * MINUTE + MINUTE / 2, "ana", now)
    (event,) = foresee(see("STOPPED", waiting=5, override=order), Memory(), 2, most=1).events
    assert (event.what, event.when) == ("the override ends", order.until)


def test_a_cap_may_be_used_up_before_an_override_ends(see, now):
    order = Override("start", now + 600 * MINUTE, "ana", now)
    usage = Usage(now.date(), 11.5 * 60, 11.5 * 60, 1, now)
    memory = Memory(started_at=now - 60 * MINUTE, ready_at=now - 50 * MINUTE, usage=usage)
    seen = see("RUNNING", mapping=ENABLED, override=order, memory=memory, policy={"cap": {"day": 12}})
    assert told(seen)[0][0] == "the cap is used up 20 12:30"


def test_what_the_clock_alone_decides_is_not_only_at_the_latest(see, now):
    order = Override("stop", now + 120 * MINUTE, "ana", now)
    seen = see("RUNNING", waiting=5, mapping=ENABLED, override=order)
    events = foresee(seen, remember(seen), 2, most=4).events
    assert [(event.what, event.latest) for event in events[2:]] == [("the override ends", False), ("a start", False)]


def test_a_cap_ends_with_its_day(see, now):
    usage = Usage(now.date(), 12 * 60, 12 * 60)
    events, _ = told(see("STOPPED", waiting=1, policy={"cap": {"day": 12}}, memory=Memory(usage=usage)))
    assert events[0] == "a new day or month: the cap is free again 21 00:00"


@pytest.mark.parametrize("policy", [{}, {"on_demand": False}])
def test_where_only_work_could_change_anything_nothing_is_foreseen(see, policy):
    assert told(see("STOPPED", policy=policy)) == ([], None)


def test_what_is_being_worked_on_is_answered_although_the_queue_is_held(see, now):
    order = Override("stop", now + 120 * MINUTE, "ana", now)
    assert told(see("RUNNING", depth=Depth(0, 4), mapping=ENABLED, override=order))[1] == "20 12:01"


def test_when_work_that_was_given_back_is_answered_is_not_to_be_seen(see, now):
    memory = Memory(hidden_since=now - 30 * MINUTE)
    assert told(see("STOPPED", depth=Depth(0, 3), memory=memory))[1] is None
