"""How a memory follows from what is seen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from labelpipe.core.control.budgets import QUIET_TICKS
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth
from labelpipe.core.control.remembering import IN_WORK, after_no_slot, after_start, back_off, remember
from labelpipe.core.control.statuses import FAILURES, Status

MINUTE = timedelta(minutes=1)


def test_waiting_is_remembered_from_when_it_was_first_seen(make: Any) -> None:
    before = make.now - 50 * MINUTE
    assert remember(make.observe(waiting=3)).non_empty_since == make.now
    assert remember(make.observe(waiting=3, memory=Memory(non_empty_since=before))).non_empty_since == before
    assert remember(make.observe(waiting=0, memory=Memory(non_empty_since=before))).non_empty_since is None


def test_idling_is_remembered_from_when_it_was_first_seen(make: Any) -> None:
    before = make.now - 50 * MINUTE
    assert remember(make.observe()).empty_since == make.now
    assert remember(make.observe(memory=Memory(empty_since=before))).empty_since == before
    assert remember(make.observe(waiting=1, memory=Memory(empty_since=before))).empty_since is None


@pytest.mark.parametrize("mapping", ["Enabled", "Disabling", "Updating"])
def test_quiet_ticks_are_counted_only_while_the_queue_is_held(make: Any, mapping: str) -> None:
    memory = Memory(quiet_ticks=1, empty_since=make.now, held_since=make.now - MINUTE)
    assert remember(make.observe(memory=memory)).quiet_ticks == 2
    assert remember(make.observe(memory=memory, mapping=mapping)).quiet_ticks == 0
    assert remember(make.observe(memory=memory, mapping=mapping)).held_since is None


def test_what_comes_into_a_held_queue_disturbs_no_quiet_but_what_is_worked_on_does(make: Any) -> None:
    memory = Memory(quiet_ticks=1, held_since=make.now - MINUTE)
    seen = make.observe(memory=memory)
    assert remember(replace(seen, depth=Depth(visible=9))).quiet_ticks == 2
    assert remember(replace(seen, depth=Depth(visible=9, in_flight=1))).quiet_ticks == 0


def test_what_is_in_flight_long_after_the_queue_was_held_was_given_back_and_disturbs_nothing(make: Any) -> None:
    memory = Memory(quiet_ticks=1, held_since=make.now - IN_WORK)
    assert remember(replace(make.observe(memory=memory), depth=Depth(visible=9, in_flight=1))).quiet_ticks == 2


def test_a_start_is_observed_once_and_the_last_thirty_are_kept(make: Any) -> None:
    memory = Memory(started_at=make.now - 15 * MINUTE, starts=tuple(range(30)))
    ready = remember(make.observe(Status.RUNNING, memory=memory))
    assert (ready.ready_at, ready.starts) == (make.now, (*range(1, 30), 900))
    later = make.observe(Status.RUNNING, memory=ready, now=make.now + MINUTE)
    assert remember(later).starts == ready.starts
    assert remember(make.observe(Status.STARTING, memory=memory)).starts == memory.starts


def test_a_run_whose_start_nobody_saw_tells_nothing_of_starts(make: Any) -> None:
    assert remember(make.observe(Status.RUNNING)).starts == ()


def test_a_route_at_rest_changes_nothing_so_that_nothing_is_written(make: Any) -> None:
    memory = Memory(empty_since=make.now - 50 * MINUTE, held_since=make.now - 50 * MINUTE, quiet_ticks=QUIET_TICKS)
    assert remember(make.observe(Status.STOPPED, memory=memory)) == memory


def test_what_is_billed_is_counted(make: Any) -> None:
    usage = remember(make.observe(Status.RUNNING, Status.STOPPING, Status.STARTING, Status.STOPPED)).usage
    assert (usage.units, usage.counted) == (2, make.now)


def test_a_run_that_somebody_else_started_is_noticed(make: Any) -> None:
    assert remember(make.observe(Status.STARTING)).started_at == make.now


def test_a_start_is_forgotten_when_everything_is_off_again(make: Any) -> None:
    memory = Memory(started_at=make.now - 3 * MINUTE)
    assert remember(make.observe(Status.STOPPING, memory=memory)).started_at
    assert remember(make.observe(Status.STOPPED, memory=memory)).started_at is None
    assert remember(make.observe(memory=memory)).started_at is None


def test_an_off_status_right_after_a_start_is_not_believed(make: Any) -> None:
    memory = Memory(started_at=make.now - MINUTE)
    for status in (Status.STOPPED, Status.FAILED):
        seen = remember(make.observe(status, memory=memory))
        assert (seen.started_at, seen.failures) == (memory.started_at, 0)


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_a_failed_start_backs_off_and_is_counted_once(make: Any, failure: Status) -> None:
    memory = Memory(started_at=make.now - 10 * MINUTE, failures=1)
    failed = remember(make.observe(failure, Status.RUNNING, memory=memory))
    assert (failed.failures, failed.started_at, failed.back_off_until) == (2, None, make.now + 10 * MINUTE)
    later = make.observe(failure, Status.RUNNING, memory=failed, now=make.now + MINUTE)
    assert remember(later).failures == 2
    assert remember(later).started_at is None


def test_a_route_that_runs_has_no_failures_left(make: Any) -> None:
    memory = Memory(started_at=make.now - 10 * MINUTE, failures=3, back_off_until=make.now)
    seen = remember(make.observe(Status.RUNNING, memory=memory))
    assert (seen.failures, seen.back_off_until, seen.started_at) == (0, None, memory.started_at)


def test_the_back_off_doubles_from_five_minutes_to_two_hours() -> None:
    minutes = [back_off(failures) // MINUTE for failures in (1, 2, 3, 4, 5, 6, 7, 1000)]
    assert minutes == [5, 10, 20, 40, 80, 120, 120, 120]


def test_the_first_accepted_start_begins_the_run(make: Any) -> None:
    begun = after_start(Memory(), make.now)
    assert begun.started_at == make.now
    assert after_start(begun, make.now + MINUTE) == begun


def test_without_a_slot_the_next_try_waits_and_is_no_failure(make: Any) -> None:
    memory = after_no_slot(replace(Memory(), started_at=make.now, failures=1), make.now, undone=False)
    assert memory == Memory(failures=1, back_off_until=make.now + 5 * MINUTE)


def test_without_a_slot_for_a_sibling_the_start_has_failed(make: Any) -> None:
    memory = after_no_slot(replace(Memory(), started_at=make.now, failures=1), make.now, undone=True)
    assert memory == Memory(failures=2, back_off_until=make.now + 10 * MINUTE)
