"""What a lease says to the scheduler, and when it is worth writing anew."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from labelpipe.core.control.leases import Kind, Lease

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1"
STOP = Lease(Kind.VERSION, ARN, NOW, "project-arn", NOW)
ENDPOINT = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees"
DELETE = Lease(Kind.ENDPOINT, ENDPOINT, NOW, "", NOW)
HOLD = Lease(Kind.QUEUE, "0b6c", NOW)


def test_a_lease_on_a_version_stops_it() -> None:
    assert STOP.target_arn == "arn:aws:scheduler:::aws-sdk:rekognition:stopProjectVersion"
    assert json.loads(STOP.input) == {"ProjectVersionArn": ARN}


def test_a_lease_on_an_endpoint_deletes_it() -> None:
    assert DELETE.target_arn == "arn:aws:scheduler:::aws-sdk:sagemaker:deleteEndpoint"
    assert json.loads(DELETE.input) == {"EndpointName": "bees"}


@pytest.mark.parametrize(("arn", "kind"), [(ARN, Kind.VERSION), (ENDPOINT, Kind.ENDPOINT)])
def test_the_kind_of_a_lease_follows_from_the_model(arn: str, kind: Kind) -> None:
    assert Kind.of(arn) is kind


def test_a_lease_on_a_queue_disables_its_mapping() -> None:
    assert HOLD.target_arn == "arn:aws:scheduler:::aws-sdk:lambda:updateEventSourceMapping"
    assert json.loads(HOLD.input) == {"Uuid": "0b6c", "Enabled": False}


@pytest.mark.parametrize("lease", [STOP, DELETE, HOLD])
def test_a_lease_is_read_back_as_it_was_written(lease: Lease) -> None:
    assert Lease.read(lease.name, lease.input, lease.description, lease.ends, lease.written) == lease


def test_the_name_comes_from_the_subject_alone_and_suits_the_scheduler() -> None:
    assert STOP.name == Lease(Kind.VERSION, ARN, NOW + timedelta(days=1)).name
    assert STOP.name != Lease(Kind.VERSION, ARN.replace("v1", "v2"), NOW).name
    assert re.fullmatch(r"[\w.-]{1,64}", STOP.name, re.ASCII)


@pytest.mark.parametrize(("left", "worn"), [(30, False), (20, False), (19, True), (0, True), (-60, True)])
def test_a_lease_is_worn_when_less_than_two_thirds_are_left(left: int, worn: bool) -> None:
    lease = Lease(Kind.VERSION, ARN, NOW + timedelta(minutes=left))
    assert lease.is_worn(NOW, timedelta(minutes=30)) is worn


@pytest.mark.parametrize(
    ("length", "age", "spent"), [(30, 14, False), (30, 15, True), (5, 2, False), (5, 3, True), (3, 1.9, False)]
)
def test_a_lease_may_go_when_half_of_it_has_passed(length: float, age: float, spent: bool) -> None:
    """And never before an off status is believed at all."""
    written = NOW - timedelta(minutes=age)
    assert Lease(Kind.VERSION, ARN, written + timedelta(minutes=length), "", written).is_spent(NOW) is spent


@pytest.mark.parametrize(("age", "settled"), [(0, False), (119, False), (120, True)])
def test_an_off_status_is_believed_two_minutes_after_the_lease_was_written(age: int, settled: bool) -> None:
    assert Lease(Kind.VERSION, ARN, NOW, "", NOW - timedelta(seconds=age)).is_settled(NOW) is settled
