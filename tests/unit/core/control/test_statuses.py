"""Every status that the service knows has a meaning here."""

import botocore.session
import pytest

from labelpipe.core.control.statuses import BILLED, IN_THE_WAY, OFF, ON, STARTABLE, TO_STOP, Status

MODELLED = botocore.session.get_session().get_service_model("rekognition").shape_for("ProjectVersionStatus").enum


def test_the_statuses_are_the_fourteen_of_the_service_and_four_of_ours() -> None:
    assert len(MODELLED) == 14
    assert set(Status) == {*map(Status, MODELLED), Status.VANISHED, Status.UNKNOWN, *IN_THE_WAY}


def test_a_status_of_tomorrow_is_unknown_and_neither_started_nor_taken_for_off() -> None:
    assert Status("HIBERNATING") is Status.UNKNOWN
    assert Status.UNKNOWN not in STARTABLE | ON | OFF


@pytest.mark.parametrize("status", MODELLED)
def test_a_status_is_either_on_or_stopping_or_off(status: str) -> None:
    assert [status in ON, status == "STOPPING", status in OFF].count(True) == 1


def test_what_can_be_started_is_off_and_what_is_billed_is_not() -> None:
    assert STARTABLE < OFF
    assert not BILLED & OFF


def test_what_stands_in_the_way_must_be_stopped_and_is_never_taken_for_off() -> None:
    assert IN_THE_WAY < TO_STOP
    assert not IN_THE_WAY & (OFF | STARTABLE)
