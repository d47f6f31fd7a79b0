"""Whatever a message holds: generated events, and everything that is none."""

import json
from copy import deepcopy
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from labelpipe.core.inference.events import ImageEvent, Junk, Noise, Unreadable, read

EVENTS = Path(__file__).parents[3] / "events"
RECORD = json.loads((EVENTS / "s3-put-odd-key.json").read_text())["Records"][0]
SNS = {"Type": "Notification", "MessageId": "m", "TopicArn": "t", "Message": json.dumps({"Records": [RECORD]})}
EVENT_BRIDGE = {
    "version": "0",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "detail": {"bucket": {"name": "images"}, "object": {"key": "bees/a.jpg", "version-id": "v"}, "reason": "PutObject"},
}
MEMBERS = (
    ("eventName",),
    ("eventTime",),
    ("s3",),
    ("s3", "bucket"),
    ("s3", "bucket", "name"),
    ("s3", "object"),
    *(("s3", "object", name) for name in ("key", "versionId", "eTag", "sequencer", "size")),
)

letters = st.characters(exclude_categories=["Cs"])
texts = st.text(letters, max_size=20)
names = st.text(letters, min_size=1, max_size=20)
keys = st.text(letters, min_size=1, max_size=60)
nested = st.integers(1, 200).map(lambda depth: json.loads("[" * depth + "]" * depth))
odd = st.one_of(
    st.sampled_from(
        [None, True, 0, -1, 10**400, 1e308, float("inf"), float("nan"), "", " ", "%", "%FF", "%ED%A0%80", "+", [], {}]
    ),
    st.sampled_from(
        ["\ud800", "a\udfffb", "\0", "\ufeff", "%00", "..", "a.json", "a%2Ejson", "s3:TestEvent", ["\ud800"]]
    ),
    st.sampled_from([SNS, EVENT_BRIDGE, RECORD, {"Records": [RECORD]}, {"Event": "s3:TestEvent"}]),
    st.text(max_size=10),
    nested,
)


def s3_writes(key: str) -> str:
    """As S3 encodes the key of an event: form encoding, with the slashes left."""
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*_/"
    return "".join("+" if byte == 32 else chr(byte) if byte in plain else f"%{byte:02X}" for byte in key.encode())


def record(key: str, **members: object) -> dict[str, object]:
    made = deepcopy(RECORD)
    made["s3"]["object"] = {"key": s3_writes(key), **members}
    return made


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, object]:
    """A record with one member missing, or replaced by something else."""
    made = deepcopy(RECORD)
    *way, last = draw(st.sampled_from(MEMBERS))
    place = made
    for name in way:
        place = place[name]
    if draw(st.booleans()):
        del place[last]
    else:
        place[last] = draw(odd)
    return made


images = st.builds(
    record,
    keys,
    versionId=st.none() | names,
    eTag=st.none() | names,
    sequencer=st.none() | names,
    size=st.none() | st.integers(0, 10**20),
)


@settings(max_examples=6000, deadline=None)
@given(keys)
def test_every_key_arrives_as_it_was_uploaded(key):
    (thing,) = read(json.dumps({"Records": [record(key)]}))
    if key.endswith(".json"):
        assert isinstance(thing, Noise)
    else:
        assert isinstance(thing, ImageEvent)
        assert thing.key == key


@settings(max_examples=1500, deadline=None)
@given(
    st.builds(
        ImageEvent,
        bucket=names,
        key=keys.filter(lambda key: not key.endswith(".json")),
        version_id=st.none() | names,
        etag=st.none() | names,
        sequencer=st.none() | names,
        size=st.none() | st.integers(0, 10**20),
        uploaded=st.none() | st.datetimes().map(lambda time: time.isoformat() + "Z"),
    )
)
def test_an_event_survives_being_written_as_a_message(event):
    assert read(event.to_body()) == [event]


@settings(max_examples=1000, deadline=None)
@given(st.lists(images | damaged() | odd, min_size=1, max_size=4))
def test_every_record_yields_one_thing_that_has_nothing_to_do_with_its_neighbours(records):
    things = read(json.dumps({"Records": records}))
    assert things == [thing for record in records for thing in read(json.dumps({"Records": [record]}))]
    assert len(things) == len(records)
    for thing, said in zip(things, records, strict=True):
        if isinstance(thing, Junk):
            assert thing.reason
            assert thing.body == json.dumps({"Records": [said]})
        elif isinstance(thing, ImageEvent):
            assert read(thing.to_body()) == [thing]


@settings(max_examples=1000, deadline=None)
@given(damaged())
def test_a_record_is_junk_exactly_when_what_it_needs_is_missing_or_something_is_of_a_wrong_kind(said):
    (thing,) = read(json.dumps({"Records": [said]}))
    assert isinstance(thing, ImageEvent | Noise) == _makes_sense(said)


def _makes_sense(said: dict[str, object]) -> bool:
    """Written anew, and more plainly: the oracle."""
    bucket, thing = _object(said["s3"], "bucket") if "s3" in said else {}, _object(said.get("s3"), "object")
    return (
        _text(said.get("eventName"), "ObjectCreated:")
        and _text(bucket.get("name"))
        and _text(thing.get("key"))
        and thing["key"] not in ("%FF", "%ED%A0%80")
        and all(thing.get(name) in (None, "") or _text(thing[name]) for name in ("versionId", "eTag", "sequencer"))
        and (thing.get("size") is None or (type(thing["size"]) is int and thing["size"] >= 0))
    )


def _object(value: object, name: str) -> dict[str, object]:
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _text(value: object, start: str = "") -> bool:
    return isinstance(value, str) and value != "" and value.isascii() | _encodes(value) and value.startswith(start)


def _encodes(value: str) -> bool:
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)


whole = st.one_of(
    st.text(max_size=50),
    odd.map(json.dumps),
    st.dictionaries(st.sampled_from(["Records", "Event", "detail", "Message", "x"]), odd, max_size=3).map(json.dumps),
    st.builds(lambda one, other: f'{{"Records": {json.dumps(one)}, "Records": {json.dumps(other)}}}', odd, odd),
    st.builds(lambda depth, mark: mark * depth, st.integers(1, 3000), st.sampled_from(["[", '{"Records":[', '{"a":'])),
    st.integers(4000, 5000).map(lambda digits: '{"Records": [{"size": %s}]}' % ("9" * digits)),
)
CAPTURED = json.dumps({"Records": [RECORD]})
spliced = st.builds(
    lambda start, length, more: CAPTURED[:start] + more + CAPTURED[start + length :],
    st.integers(0, len(CAPTURED)),
    st.integers(0, 20),
    st.sampled_from(["", "\\ud800", '"', "\\", "null", "]", "}", "\0", "NaN"]) | st.text(max_size=5),
)


@settings(max_examples=1500, deadline=None)
@given(whole | spliced)
def test_a_message_is_read_or_unreadable_and_nothing_else_happens(body):
    try:
        things = read(body)
    except Unreadable as error:
        assert str(error)
    else:
        assert things
        assert all(isinstance(thing, ImageEvent | Noise | Junk) for thing in things)


def test_what_other_services_wrap_around_an_event_is_unreadable():
    for wrapped in (SNS, EVENT_BRIDGE, {"Records": {"0": RECORD}}):
        try:
            read(json.dumps(wrapped))
        except Unreadable:
            continue
        raise AssertionError(f"read: {wrapped}")
