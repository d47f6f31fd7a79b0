"""S3 event notifications, captured from S3's own words in tests/events."""

import json
from pathlib import Path

import pytest

from labelpipe.core.inference.events import ImageEvent, Junk, Noise, Unreadable, read

EVENTS = Path(__file__).parents[3] / "events"


def captured(name: str) -> str:
    return (EVENTS / f"{name}.json").read_text()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("s3-put-odd-key", "bees/a b+1.webp"),
        ("s3-put-percent", "bees/50% off.jpg"),
        ("s3-put-unicode", "bees/gänse/蜂.JPG"),
        ("s3-copy", "bees/copy.jpg"),
        ("s3-multipart", "bees/large.jpg"),
    ],
)
def test_keys_arrive_as_they_were_uploaded(name, key):
    (event,) = read(captured(name))
    assert isinstance(event, ImageEvent)
    assert event.key == key


def test_an_event_tells_the_version_and_what_traces_it():
    assert read(captured("s3-put-odd-key")) == [
        ImageEvent(
            bucket="images",
            key="bees/a b+1.webp",
            version_id="06c27c3a-bc23-4d77-b3ff-a337b0f8ee4f",
            etag="336311a016184326ddbdd61edd4eeb52",
            sequencer="00000660B400D028F8",
            size=10,
            uploaded="2026-11-20T12:01:24.614Z",
        )
    ]


def test_the_test_event_is_noise_by_name():
    assert read(captured("s3-test-event")) == [Noise("s3:TestEvent")]


def test_our_own_result_is_noise_by_name():
    assert read(captured("s3-put-own-result")) == [Noise("our own .json: bees/a.jpg.json")]


def test_every_record_of_a_message_is_read():
    names = ("s3-put-odd-key", "s3-put-own-result", "s3-copy")
    records = [json.loads(captured(name))["Records"][0] for name in names]
    first, noise, last = read(json.dumps({"Records": records}))
    assert (first.key, type(noise), last.key) == ("bees/a b+1.webp", Noise, "bees/copy.jpg")


def one(**changes: object) -> str:
    """A message of one record, with these members of its object changed."""
    value = json.loads(captured("s3-copy"))
    value["Records"][0]["s3"]["object"] |= changes
    return json.dumps(value)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "null",
        "[]",
        "12",
        "{}",
        '{"Records": []}',
        '{"Records": null}',
        '{"Event": "s3:SomethingElse"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_message_of_records_is_unreadable(body):
    with pytest.raises(Unreadable):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        '{"Records": [null]}',
        '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
        '{"Records": [{"eventName": 7}]}',
        captured("s3-copy").replace("ObjectCreated:Copy", "ObjectRemoved:Delete"),
        one(key=None),
        one(key=""),
        one(key="bees/%FF.jpg"),
        one(key="bees/\ud800.jpg"),
        one(size="large"),
        one(size=True),
        one(size=-1),
        one(versionId=7),
        one(versionId="\ud800"),
        one(eTag="\ud800"),
    ],
)
def test_a_record_that_says_nothing_is_junk_and_its_neighbours_are_images(body):
    good = json.loads(captured("s3-copy"))["Records"]
    before, junk, after = read(json.dumps({"Records": good + json.loads(body)["Records"] + good}))
    assert isinstance(before, ImageEvent)
    assert before == after
    assert isinstance(junk, Junk)
    assert junk.reason
    assert json.loads(junk.body)["Records"] == json.loads(body)["Records"]


@pytest.mark.parametrize("records", ["abc", {"a": 1}, 7, True])
def test_records_are_a_list(records):
    with pytest.raises(Unreadable):
        read(json.dumps({"Records": records}))


def test_a_message_with_records_is_no_test_event_whatever_it_says():
    (event,) = read(json.dumps({"Event": "s3:TestEvent", "Records": json.loads(captured("s3-copy"))["Records"]}))
    assert isinstance(event, ImageEvent)


def test_an_empty_version_is_none():
    assert read(one(versionId=""))[0].version_id is None


@pytest.mark.parametrize(
    "time", [None, 7, "", "yesterday", "2026-02-30T10:00:00Z", "2026-11-20", "2026-11-20T10:00:00"]
)
def test_an_image_is_worked_on_whatever_its_time_says(time):
    value = json.loads(captured("s3-copy"))
    value["Records"][0]["eventTime"] = time
    (event,) = read(json.dumps(value))
    assert (event.key, event.uploaded) == ("bees/copy.jpg", None)
