"""Every cause has one treatment, whatever is known beside it."""

from itertools import permutations

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import DETECT, INVOKE, Said, failure
from labelpipe.core.inference.images import Facts
from labelpipe.core.inference.treatment import (
    Acknowledge,
    DeadLetter,
    Fail,
    GiveBack,
    Reject,
    Retry,
    SendBytes,
    Shown,
    Situation,
    Treatment,
    gravest,
    treat,
    treat_unwritten,
)
from labelpipe.core.inference.waits import LONGEST_WAIT, MOST_RECEIVES

DAY = 86400
GOOD = Facts("JPEG", 640, 480)
WAITS = [Cause.MODEL_OFF, Cause.ROUTE_FAULT, Cause.TOO_FAST, Cause.THEIR_FAULT]
UNCLEAR = [Cause.REFUSED_IMAGE, Cause.UNREADABLE_OBJECT, Cause.BAD_PARAMETER]


def situation(**now: object) -> Situation:
    usual = {
        "seen": GOOD,
        "shown": Shown.AS_IT_IS,
        "receive_count": 1,
        "age": 0,
        "since_first_receive": 0,
        "time_left": 50,
        "retries": 4,
        "chance": 0.5,
        "attempts": 5,
        "give_up_after": 10 * DAY,
    }
    return Situation(**usual | now)


def treated(cause: Cause, *, code: Code | None = None, later: int = 0, **now: object) -> Treatment:
    return treat(Failure(cause, "why", code=code, later=later), situation(**now))


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
        (Cause.TOO_FAST, GiveBack(60)),
        (Cause.THEIR_FAULT, GiveBack(60)),
        (Cause.OUR_FAULT, GiveBack(60)),
        (Cause.TIMED_OUT, GiveBack(60)),
        (Cause.CRASHED, Fail(Code.CRASHED)),
    ],
)
def test_a_cause_has_one_treatment(cause, treatment):
    assert treated(cause) == treatment


def test_a_bad_image_is_rejected_with_its_code():
    assert treated(Cause.BAD_IMAGE, code=Code.ARCHIVED) == Reject(Code.ARCHIVED)


@pytest.mark.parametrize("cause", WAITS)
def test_work_waits_however_often_it_comes_until_it_is_given_up(cause):
    assert isinstance(treated(cause, receive_count=MOST_RECEIVES - 1, age=10 * DAY), GiveBack)
    assert treated(cause, receive_count=1, age=10 * DAY + 1) == Fail(Code.WAITED_TOO_LONG)


@pytest.mark.parametrize("cause", [*WAITS, Cause.OUR_FAULT, Cause.TIMED_OUT])
def test_on_its_last_delivery_a_message_is_not_given_back_for_the_queue_to_move_it(cause):
    assert isinstance(treated(cause, receive_count=MOST_RECEIVES, since_first_receive=10 * DAY), Fail)


@pytest.mark.parametrize("cause", [Cause.TOO_FAST, Cause.THEIR_FAULT])
def test_what_passes_is_tried_again_at_once_some_times_and_ever_later(cause):
    waits = [treated(cause, retries=number, chance=1.0).seconds for number in range(4)]
    assert waits == [0.5, 1, 2, 4]
    assert treated(cause, retries=0, chance=0.0) == Retry(0.25)
    assert isinstance(treated(cause, retries=4), GiveBack)


@pytest.mark.parametrize("cause", [Cause.TOO_FAST, Cause.THEIR_FAULT])
def test_without_time_for_another_answer_nothing_is_tried_again(cause):
    assert isinstance(treated(cause, retries=0, time_left=20.3), GiveBack)
    assert isinstance(treated(cause, retries=0, time_left=20.4), Retry)


def test_without_a_turn_a_message_waits_until_there_is_one():
    assert treated(Cause.TOO_FAST, retries=0, later=300) == GiveBack(300)
    assert treated(Cause.TOO_FAST, retries=0, later=5) == GiveBack(60)
    assert treated(Cause.TOO_FAST, retries=0, later=10**6) == GiveBack(LONGEST_WAIT)


@pytest.mark.parametrize("code", [Code.ACCESS_DENIED, None])
def test_our_fault_fails_after_its_attempts(code):
    assert isinstance(treated(Cause.OUR_FAULT, code=code, receive_count=4), GiveBack)
    assert treated(Cause.OUR_FAULT, code=code, receive_count=5) == Fail(code or Code.UNEXPECTED)


def test_deliveries_that_waiting_explains_are_no_attempts():
    assert treated(Cause.OUR_FAULT, receive_count=30, since_first_receive=2 * DAY) == GiveBack(60)


def test_what_runs_out_of_time_every_time_fails_after_its_attempts():
    assert treated(Cause.TIMED_OUT, receive_count=5) == Fail(Code.CRASHED)


@pytest.mark.parametrize("cause", UNCLEAR)
def test_what_a_model_says_of_an_image_is_settled_by_making_it_fit(cause):
    assert treated(cause) == SendBytes()
    assert treated(cause, time_left=10) == GiveBack(60)


@pytest.mark.parametrize("cause", UNCLEAR)
@pytest.mark.parametrize(
    ("seen", "treatment"),
    [
        (Facts(), Reject(Code.NOT_AN_IMAGE)),
        (Facts("PNG", 40, 400), Reject(Code.TOO_SMALL)),
        (None, GiveBack(60)),
    ],
)
def test_what_the_ranged_get_told_decides_whether_it_can_be_made_to_fit(cause, seen, treatment):
    assert treated(cause, seen=seen) == treatment


def test_a_fitted_picture_that_is_refused_is_rejected():
    assert treated(Cause.REFUSED_IMAGE, shown=Shown.FITTED) == Reject(Code.REFUSED_BY_MODEL)


def test_a_bad_parameter_beside_a_fitted_picture_is_the_route_s_fault():
    assert treated(Cause.BAD_PARAMETER, shown=Shown.FITTED, receive_count=101) == GiveBack(LONGEST_WAIT)


def test_a_failed_result_that_cannot_be_written_yet_keeps_the_message():
    passes, stays = Failure(Cause.THEIR_FAULT, "why"), Failure(Cause.OUR_FAULT, "why")
    assert treat_unwritten(passes, situation(age=11 * DAY)) == GiveBack(60)
    assert treat_unwritten(passes, situation(age=11.6 * DAY)) == DeadLetter()
    assert treat_unwritten(passes, situation(receive_count=MOST_RECEIVES)) == DeadLetter()
    assert treat_unwritten(stays, situation()) == DeadLetter()
    assert treat_unwritten(Failure(Cause.ROUTE_FAULT, "why"), situation()) == GiveBack(120)


def test_what_must_be_waited_for_decides_before_what_is_final_whatever_the_order_of_answers():
    failures = [Failure(cause, "why") for cause in (Cause.MODEL_OFF, Cause.TOO_FAST, Cause.REFUSED_IMAGE)]
    assert {gravest(each).cause for each in permutations([*failures, KeyError("a bug")])} == {Cause.MODEL_OFF}
    assert gravest([Failure(Cause.REFUSED_IMAGE, "why"), error := KeyError("a bug")]) is error


FACTS = st.none() | st.builds(
    Facts,
    st.sampled_from([None, "JPEG", "PNG", "TIFF", "HEIC"]),
    st.none() | st.integers(0, 70_000),
    st.none() | st.integers(0, 70_000),
)
SITUATIONS = st.builds(
    Situation,
    seen=FACTS,
    shown=st.sampled_from(Shown),
    receive_count=st.integers(1, 300),
    age=st.floats(0, 12 * DAY),
    since_first_receive=st.floats(-5, 12 * DAY),
    time_left=st.floats(-10, 900),
    retries=st.integers(0, 5),
    chance=st.floats(0, 1),
    attempts=st.integers(1, 20),
    give_up_after=st.integers(60, 11 * DAY),
)


def holds(treatment: Treatment, cause: Cause, now: Situation) -> None:
    assert isinstance(treatment, Treatment)
    if isinstance(treatment, GiveBack):
        assert 0 < treatment.seconds <= LONGEST_WAIT
        assert now.receive_count < MOST_RECEIVES, "the queue would move it"
    if isinstance(treatment, SendBytes):
        assert now.shown is Shown.AS_IT_IS and now.seen, "or it would be sent for ever, or unseen"
    if isinstance(treatment, Retry):
        assert now.retries < 4 and treatment.seconds + 20 <= now.time_left
    if cause in WAITS and now.age <= now.give_up_after and now.receive_count < MOST_RECEIVES:
        assert isinstance(treatment, GiveBack | Retry), "work waits"


@given(st.sampled_from(Cause), st.sampled_from([None, *Code]), st.integers(0, 10**6), SITUATIONS)
def test_a_treatment_exists_in_every_situation(cause, code, later, now):
    holds(treat(Failure(cause, "why", code=code, later=later), now), cause, now)


MODELLED = [
    (table, shape.error_code, shape.metadata.get("error", {}).get("httpStatusCode", 400))
    for service, operation, table in (
        ("rekognition", "DetectCustomLabels", DETECT),
        ("sagemaker-runtime", "InvokeEndpoint", INVOKE),
    )
    for shape in botocore.session.get_session().get_service_model(service).operation_model(operation).error_shapes
]


@given(st.sampled_from(MODELLED), st.sampled_from([0, 400, 404, 415, 429, 500]), SITUATIONS)
def test_every_error_that_the_services_list_has_a_treatment_in_every_situation(error, container, now):
    table, code, status = error
    known = failure(Said(code, status, "why", container), table, "why")
    assert known.cause is not Cause.OUR_FAULT, "it is known"
    holds(treat(known, now), known.cause, now)
