"""Leases as schedules: what is written, moved, read back and removed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.leases import Leases
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.leases import Kind, Lease

PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/bees/1"
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v3/1790000000000"
ENDS = (datetime.now(UTC) + timedelta(minutes=30)).replace(microsecond=0)
STOP, HOLD = Lease(Kind.VERSION, ARN, ENDS, PROJECT), Lease(Kind.QUEUE, "0b6c", ENDS)
DELETE = Lease(Kind.ENDPOINT, "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees", ENDS)


@pytest.fixture
def scheduler() -> Iterator[Any]:
    with mock_aws():
        client = ControlClients().scheduler()
        client.create_schedule_group(Name="ours")
        yield client


@pytest.fixture
def leases(scheduler: Any) -> Leases:
    return Leases(scheduler, "ours", "arn:aws:iam::123456789012:role/lease", "arn:aws:sqs:us-east-1:123456789012:dead")


def _unwritten(found: tuple[Lease, ...]) -> set[Lease]:
    return {replace(lease, written=None) for lease in found}


def test_leases_are_read_back_as_they_were_written(leases: Leases) -> None:
    leases.write(STOP)
    leases.write(HOLD)
    leases.write(DELETE)
    assert _unwritten(leases.all()) == {STOP, HOLD, DELETE}
    assert all(lease.written for lease in leases.all())


def test_the_schedule_recurs_from_the_leases_end_without_our_code(leases: Leases, scheduler: Any) -> None:
    leases.write(STOP)
    kept = scheduler.get_schedule(Name=STOP.name, GroupName="ours")
    assert kept["ScheduleExpression"] == "rate(5 minutes)"
    assert (kept["StartDate"], kept["State"], kept["FlexibleTimeWindow"]) == (ENDS, "ENABLED", {"Mode": "OFF"})
    assert "EndDate" not in kept
    target = kept["Target"]
    assert target["Arn"] == "arn:aws:scheduler:::aws-sdk:rekognition:stopProjectVersion"
    assert json.loads(target["Input"]) == {"ProjectVersionArn": ARN}
    assert target["RoleArn"].endswith(":role/lease")
    assert target["DeadLetterConfig"] == {"Arn": "arn:aws:sqs:us-east-1:123456789012:dead"}
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] < 300


def test_writing_again_moves_the_end_and_keeps_everything_else(leases: Leases, scheduler: Any) -> None:
    leases.write(STOP)
    first = scheduler.get_schedule(Name=STOP.name, GroupName="ours")
    leases.write(replace(STOP, ends=ENDS + timedelta(minutes=10)))
    second = scheduler.get_schedule(Name=STOP.name, GroupName="ours")
    assert second["StartDate"] == ENDS + timedelta(minutes=10)
    changed = ("StartDate", "LastModificationDate", "ResponseMetadata")
    assert {k: v for k, v in first.items() if k not in changed} == {k: v for k, v in second.items() if k not in changed}


def test_a_lease_is_removed_once(leases: Leases) -> None:
    leases.write(STOP)
    (found,) = leases.all()
    assert leases.remove(found) is Outcome.DONE
    assert leases.all() == ()
    assert leases.remove(found) is Outcome.DONE


def test_a_lease_that_was_written_since_it_was_read_stays(leases: Leases) -> None:
    leases.write(STOP)
    (found,) = leases.all()
    older = replace(found, written=ENDS - timedelta(days=1))
    assert leases.remove(older) is Outcome.BUSY
    assert leases.all() == (found,)


def test_schedules_that_are_no_leases_are_left_alone(leases: Leases, scheduler: Any) -> None:
    scheduler.create_schedule(
        Name="backup",
        GroupName="ours",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/x"},
    )
    assert leases.all() == ()
