"""Waiting never looks like dying, and dying never ends without a result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelpipe.core.inference.causes import Cause
from labelpipe.core.inference.waits import (
    BETWEEN_ATTEMPTS,
    LONGEST_WAIT,
    MOST_RECEIVES,
    QUICK_WAIT,
    Danger,
    attempts_made,
    danger,
    wait,
)

DAY = 86400
LONGEST_GIVE_UP, RETENTION = 11 * DAY, 12 * DAY
WAITS = [Cause.MODEL_OFF, Cause.ROUTE_FAULT, Cause.TOO_FAST, Cause.THEIR_FAULT]


def test_a_message_waits_longer_and_longer():
    assert [wait(Cause.MODEL_OFF, count) for count in (1, 2, 3, 4, 5, 100, 101)] == [
        120,
        240,
        480,
        QUICK_WAIT,
        QUICK_WAIT,
        QUICK_WAIT,
        LONGEST_WAIT,
    ]


@pytest.mark.parametrize("cause", WAITS)
def test_the_waits_of_a_day_are_short(cause):
    assert sum(wait(cause, count) for count in range(1, 100)) == pytest.approx(DAY, rel=0.03)


@pytest.mark.parametrize("looks", [0, 1])
@pytest.mark.parametrize("cause", WAITS)
def test_waiting_alone_never_makes_the_queue_move_a_message(cause, looks):
    """Also when the controller is dead and its mapping stays enabled, or looks at the message each time."""
    age, count = 0, 1
    while age <= LONGEST_GIVE_UP:
        age, count = age + wait(cause, count), count + 1 + looks
    assert count < MOST_RECEIVES
    assert age < RETENTION, "and the queue still has it when it is given up"


@pytest.mark.parametrize("cause", WAITS)
def test_a_message_that_only_waited_has_made_one_attempt(cause):
    since = 0
    for count in range(1, 160):
        assert attempts_made(count, since) == 1
        assert danger(count, since, 1, overdue=False) is Danger.NONE
        since += wait(cause, count)


def test_attempts_at_our_own_fault_are_counted_within_minutes():
    made = [attempts_made(count, BETWEEN_ATTEMPTS * (count - 1)) for count in range(1, 9)]
    assert made == [1, 1, 2, 2, 3, 4, 5, 5]


def test_after_long_waits_our_own_fault_still_ends():
    since, waited = 3 * DAY, 110
    counts = range(waited, MOST_RECEIVES)
    assert any(attempts_made(count, since + BETWEEN_ATTEMPTS * (count - waited)) >= 5 for count in counts)


VISIBILITIES = [180, 360, 720]
"""Seconds after which a message comes again that the function has died on: six times its timeout."""


@pytest.mark.parametrize(("visibility", "suspect", "certain"), [(180, 10, 23), (360, 13, 63), (720, 37, 217)])
def test_a_function_that_dies_each_time_is_suspected_and_then_known(visibility, suspect, certain):
    seen = [danger(count, visibility * (count - 1), 5, overdue=False) for count in range(1, MOST_RECEIVES)]
    assert (seen.index(Danger.SUSPECT) + 1, seen.index(Danger.CERTAIN) + 1) == (suspect, certain)


HISTORIES = st.lists(st.tuples(st.sampled_from(WAITS), st.floats(0, DAY), st.integers(0, 1)), max_size=120)
"""Waits: by which cause, how much longer it took than asked for (a queue on hold), and looks of the controller."""


def waited(history, give_up_after):
    """Deliveries and seconds at the end of a history, which ends at the latest when it would be given up."""
    count, since, dangers = 1, 0.0, []
    for cause, longer, looks in history:
        if since > give_up_after:
            break
        dangers.append(danger(count, since, 3, overdue=False))
        since, count = since + wait(cause, count) + longer, count + 1 + looks
    return count, since, dangers


@given(HISTORIES, st.sampled_from(VISIBILITIES), st.integers(1, 20))
def test_whatever_went_before_a_result_is_there_before_the_queue_moves_or_forgets_the_message(
    history, visibility, attempts
):
    count, since, _ = waited(history, 10 * DAY)
    written = False
    while count <= MOST_RECEIVES and since < RETENTION:
        written |= danger(count, since, attempts, overdue=since > 10 * DAY) is not Danger.NONE
        count, since = count + 1, since + visibility
    assert written or since - visibility < 10 * DAY


@given(HISTORIES)
def test_a_message_that_was_only_waited_for_and_looked_at_is_never_given_up_as_crashed(history):
    _, _, dangers = waited(history, 11 * DAY)
    assert Danger.CERTAIN not in dangers
