"""Whatever arrives: each message is answered, known noise, a dead letter, or reported as one that must come again."""

import json
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelpipe.core.inference.events import ImageEvent
from lambdas.inference import handler as entry

KEYS = (
    "bees/a b+1.jpg",
    "bees/gänse/蜂.JPG",
    "bees/not.png",
    "bees/gone.jpg",
    "bees/off.jpg",
    "bees/x.jpg.json",
    "wasps/a.jpg",
)


def record(key: str, version: str | None) -> dict:
    return json.loads(ImageEvent("images", key, version).to_body())["Records"][0]


def body(*records: object) -> str:
    return json.dumps({"Records": records})


whole = st.sampled_from(
    ["not JSON", "[]", "null", "7", '{"Records": []}', '{"detail": {"object": {"key": "bees/a.jpg"}}}']
)
junk = st.sampled_from(
    [None, 7, "x", {}, {"eventName": "ObjectRemoved:Delete"}, {"eventName": "ObjectCreated:Put", "s3": []}]
)
images = st.builds(record, st.sampled_from(KEYS), st.none() | st.just("old"))
letters = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), min_size=1, max_size=30)
TEST_EVENT = '{"Event": "s3:TestEvent"}'
bodies = st.one_of(
    st.builds(body, images),
    st.builds(body, images, junk),
    st.builds(body, junk, images, images),
    whole,
    st.just(TEST_EVENT),
    letters,
)


@pytest.fixture
def set_out(world):
    """Images of every kind; the model is off for one of them."""
    for key in KEYS:
        world.upload(key, b"no image" if "not" in key else world.jpeg())
    world.s3.delete_object(Bucket="images", Key="bees/gone.jpg")
    world.model.says = lambda call: world.refusal("ResourceNotReadyException") if "off" in str(call) else None
    return world


def invoke(texts: list[str]) -> list[int]:
    """As Lambda does; which of them must come again."""
    now = str(int(time.time() * 1000))
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": now, "ApproximateFirstReceiveTimestamp": now}
    records = [
        {"messageId": str(number), "receiptHandle": "r", "body": text, "attributes": attributes}
        for number, text in enumerate(texts)
    ]
    answer = entry.handler({"Records": records}, Context())
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def letters_of(world) -> Counter:
    """Causes of the dead letters that are there; they are taken away."""
    causes = Counter()
    queue = {"QueueUrl": world.settings.dead_letter_queue_url}
    while found := world.receive(world.settings.dead_letter_queue_url):
        causes.update(message["MessageAttributes"]["Cause"]["StringValue"] for message in found)
        for message in found:
            world.sqs.delete_message(**queue, ReceiptHandle=message["ReceiptHandle"])
    return causes


class Context:
    function_name, memory_limit_in_mb, aws_request_id = "inference", 1024, "request-1"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:inference"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def expected(text: str) -> Counter:
    """How many dead letters, and whether it must come again: written anew, for these bodies only."""
    try:
        value = json.loads(text)
    except ValueError:
        return Counter(letters=1)
    if value == json.loads(TEST_EVENT):
        return Counter()
    records = value.get("Records") if isinstance(value, dict) else None
    if not isinstance(records, list) or not records:
        return Counter(letters=1)
    return sum((_of(each) for each in records), Counter())


def _of(said: object) -> Counter:
    key = said["s3"]["object"]["key"] if isinstance(said, dict) and isinstance(said.get("s3"), dict) else None
    if key is None or key.startswith("wasps"):
        return Counter(letters=1)
    return Counter(again=int("off" in key and not said["s3"]["object"]["versionId"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(bodies, min_size=1, max_size=5))
def test_every_message_is_answered_noise_a_dead_letter_or_comes_again(set_out, texts):
    world = set_out
    again, dead = invoke(texts), letters_of(world)
    hoped = [expected(text) for text in texts]
    assert again == [number for number, each in enumerate(hoped) if each["again"]]
    assert dead == Counter(UnreadableMessage=sum(each["letters"] for each in hoped))
    for key in KEYS[:3]:
        asked = any(key == ImageEvent.from_record(each).key for each in _current(texts))
        assert not asked or world.result(key), f"{key} disappeared"


def _current(texts: list[str]) -> list[dict]:
    """The records of images that say no version, and so mean the current one."""
    found = []
    for text in texts:
        if text.startswith('{"Records": [') and len(text) > 15:
            records = [
                each
                for each in json.loads(text)["Records"]
                if isinstance(each, dict) and isinstance(each.get("s3"), dict)
            ]
            found += [each for each in records if each["s3"]["object"]["versionId"] is None]
    return found
