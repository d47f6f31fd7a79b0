"""Every cause has one treatment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import (
    LONGEST_WAIT,
    Acknowledge,
    Cause,
    DeadLetter,
    Fail,
    Failure,
    GiveBack,
    Reject,
    SendBytes,
    Sent,
    Situation,
    Treatment,
    crashed,
    treat,
)

DAY = 86400


def treated(cause: Cause, sent: Sent = Sent.NOTHING, code: Code | None = None, **now: float) -> Treatment:
    usual = {"receive_count": 1, "age": 0, "time_left": 50, "attempts": 5, "give_up_after": 10 * DAY}
    return treat(Failure(cause, "why", code=code, sent=sent), Situation(**usual | now))


@pytest.mark.parametrize(
    ("cause", "treatment"),
    [
        (Cause.GONE, Acknowledge()),
        (Cause.STALE, Acknowledge()),
        (Cause.UNREADABLE_MESSAGE, DeadLetter()),
        (Cause.FOREIGN_RESULT, DeadLetter()),
        (Cause.KEY_TOO_LONG, DeadLetter()),
        (Cause.MODEL_OFF, GiveBack(120)),
        (Cause.ROUTE_FAULT, GiveBack(120)),
        (Cause.TOO_FAST, GiveBack(30)),
        (Cause.THEIR_FAULT, GiveBack(30)),
        (Cause.OUR_FAULT, GiveBack(30)),
        (Cause.CRASHED, GiveBack(30)),
    ],
)
def test_a_cause_has_one_treatment(cause, treatment):
    assert treated(cause) == treatment


def test_a_bad_image_is_rejected_with_its_code():
    assert treated(Cause.BAD_IMAGE, code=Code.ARCHIVED) == Reject(Code.ARCHIVED)


WAITS = [Cause.MODEL_OFF, Cause.ROUTE_FAULT, Cause.TOO_FAST, Cause.THEIR_FAULT]


@pytest.mark.parametrize("cause", WAITS)
def test_work_waits_however_often_it_comes_until_it_is_given_up(cause):
    assert isinstance(treated(cause, receive_count=49, age=10 * DAY), GiveBack)
    assert treated(cause, receive_count=1, age=10 * DAY + 1) == Fail(Code.WAITED_TOO_LONG)


def test_a_model_that_is_off_is_asked_less_and_less_often():
    waits = [treated(Cause.MODEL_OFF, receive_count=count).seconds for count in range(1, 12)]
    assert waits[:4] == [120, 240, 480, 960]
    assert waits[-2:] == [LONGEST_WAIT, LONGEST_WAIT]


def test_waiting_alone_never_reaches_the_queue_s_own_redrive():
    age, count = 0, 1
    while isinstance(treatment := treated(Cause.TOO_FAST, age=age, receive_count=count), GiveBack):
        age, count = age + treatment.seconds, count + 1
    assert count < 50
    assert age < 12 * DAY


def test_the_longest_wait_is_one_that_sqs_accepts_however_long_the_function_has_worked():
    longest_function, sqs_limit = 15 * 60, 12 * 3600
    assert longest_function + LONGEST_WAIT < sqs_limit


@pytest.mark.parametrize("code", [Code.ACCESS_DENIED, None])
def test_our_fault_fails_after_its_attempts(code):
    assert isinstance(treated(Cause.OUR_FAULT, code=code, receive_count=4), GiveBack)
    assert treated(Cause.OUR_FAULT, code=code, receive_count=5) == Fail(code or Code.UNEXPECTED)


UNCLEAR = [Cause.REFUSED_IMAGE, Cause.UNREADABLE_OBJECT, Cause.BAD_PARAMETER]


@pytest.mark.parametrize("cause", UNCLEAR)
def test_what_the_model_says_of_an_object_is_settled_by_sending_it_made_to_fit(cause):
    assert treated(cause, sent=Sent.OBJECT) == SendBytes()
    assert treated(cause, sent=Sent.OBJECT, time_left=10) == GiveBack(30)


def test_a_fitted_picture_that_is_refused_is_rejected():
    assert treated(Cause.REFUSED_IMAGE, sent=Sent.BYTES) == Reject(Code.REFUSED_BY_MODEL)


def test_a_bad_parameter_beside_a_fitted_picture_is_the_route_s_fault():
    assert treated(Cause.BAD_PARAMETER, sent=Sent.BYTES, receive_count=20) == GiveBack(LONGEST_WAIT)


@given(
    st.sampled_from(Cause),
    st.sampled_from(Sent),
    st.integers(1, 60),
    st.floats(0, 12 * DAY),
    st.floats(-10, 900),
)
def test_a_treatment_exists_in_every_situation(cause, sent, receive_count, age, time_left):
    treatment = treated(cause, sent=sent, receive_count=receive_count, age=age, time_left=time_left)
    assert isinstance(treatment, Treatment)
    if isinstance(treatment, GiveBack):
        assert 0 <= treatment.seconds <= LONGEST_WAIT
    if isinstance(treatment, SendBytes):
        assert sent is Sent.OBJECT, "or it would be sent for ever"


@pytest.mark.parametrize("cause", [*WAITS, Cause.OUR_FAULT])
def test_a_message_that_only_waited_is_never_taken_for_crashed(cause):
    since = 0
    for count in range(1, 40):
        assert not crashed(count, since, attempts=1)
        since += treated(cause, receive_count=count, attempts=99).seconds


@pytest.mark.parametrize(("count", "suspect"), [(1, False), (2, False), (8, False), (9, True), (40, True)])
def test_a_message_that_comes_again_at_each_visibility_timeout_has_crashed(count, suspect):
    assert crashed(count, 360 * (count - 1), attempts=5) is suspect


def test_within_the_attempts_nothing_is_suspected():
    assert not crashed(5, since_first_receive=0, attempts=5)
