"""S3 event notifications, captured from S3's own words in tests/events."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        one(versionId=7),
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


@given(st.text())
def test_junk_is_unreadable_and_never_anything_else(body):
    with pytest.raises(Unreadable):
        read(body)


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda key: not key.endswith(".json"))


@given(
    st.builds(
        ImageEvent,
        bucket=st.just("images"),
        key=KEYS,
        version_id=st.none() | st.text(min_size=1),
        sequencer=st.none() | st.text(),
        size=st.none() | st.integers(0),
    )
)
def test_an_event_survives_being_written_as_a_message(event):
    assert read(event.to_body()) == [event]
