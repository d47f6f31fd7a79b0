"""Our records in the bucket: conditional writes, and what a missing one means."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.records import Kept, LostRace, Records
from labelpipe.aws.wirings import Wirings
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.overrides import Override, override_key
from labelpipe.core.releases import Release

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = ControlClients().s3()
        client.create_bucket(Bucket="bucket")
        yield client


@pytest.fixture
def records(s3: Any) -> Records:
    return Records(s3, "bucket", KEY)


def test_a_route_that_was_never_seen_has_a_fresh_memory(records: Records) -> None:
    assert records.memory("bees") == Kept(Memory(), None)


def test_a_memory_replaces_the_one_that_was_read(records: Records, s3: Any) -> None:
    records.remember("bees", Memory(non_empty_since=NOW), None)
    first = records.memory("bees")
    assert first.memory == Memory(non_empty_since=NOW)
    records.remember("bees", Memory(empty_since=NOW), first.etag)
    assert records.memory("bees").memory == Memory(empty_since=NOW)
    kept = s3.head_object(Bucket="bucket", Key="_labelpipe/state/bees.json")
    assert (kept["ServerSideEncryption"], kept["SSEKMSKeyId"]) == ("aws:kms", KEY)


def test_who_read_an_older_memory_loses_the_race(records: Records) -> None:
    records.remember("bees", Memory(), None)
    first = records.memory("bees")
    records.remember("bees", Memory(quiet_ticks=1), first.etag)
    for etag in (first.etag, None):
        with pytest.raises(LostRace):
            records.remember("bees", Memory(quiet_ticks=2), etag)
    assert records.memory("bees").memory == Memory(quiet_ticks=1)


def test_another_refusal_is_no_lost_race(records: Records) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        Records(records._objects, "elsewhere", KEY).remember("bees", Memory(), None)


def test_an_override_is_read_and_may_be_missing(records: Records, s3: Any) -> None:
    assert records.override("bees") is None
    ordered = Override("start", None, "ana", NOW)
    s3.put_object(Bucket="bucket", Key=override_key("bees"), Body=ordered.to_json().encode())
    assert records.override("bees") == ordered


def test_a_release_is_read_and_may_be_missing(records: Records, s3: Any) -> None:
    assert records.release("_labelpipe/releases/bees/bees-1.json") is None
    release = Release("bees-1", "bees", (), "ana", "2026-11-20T12:00:00Z")
    s3.put_object(Bucket="bucket", Key="_labelpipe/releases/bees/bees-1.json", Body=release.to_json().encode())
    assert records.release("_labelpipe/releases/bees/bees-1.json") == release


def test_the_pointer_of_a_fresh_deploy_points_nowhere(s3: Any) -> None:
    parameters = ControlClients().ssm()
    parameters.put_parameter(Name="pointer", Value="none", Type="String")
    assert Wirings(parameters).release_key("pointer") is None
    parameters.put_parameter(
        Name="pointer", Value="_labelpipe/releases/bees/bees-1.json", Type="String", Overwrite=True
    )
    assert Wirings(parameters).release_key("pointer") == "_labelpipe/releases/bees/bees-1.json"
    Wirings(parameters).serve("pointer", "_labelpipe/releases/bees/bees-2.json")
    assert Wirings(parameters).release_key("pointer") == "_labelpipe/releases/bees/bees-2.json"


def test_a_persons_word_is_kept_until_it_is_taken_back(records: Records, s3: Any) -> None:
    ordered = Override("stop", None, "someone", NOW)
    records.order("bees", ordered)
    assert records.override("bees") == ordered
    assert s3.head_object(Bucket="bucket", Key=override_key("bees"))["SSEKMSKeyId"] == KEY
    records.order("bees", None)
    assert records.override("bees") is None
    records.order("bees", None)
