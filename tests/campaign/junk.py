"""Messages that say nothing that can be answered. Each holds a mark, by which its dead letter is found."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Body = Callable[[str, str, str], str]
"""Of a mark, the bucket and the route's prefix."""


@dataclass(frozen=True)
class Junk:
    """To be sent to a route's queue. `letter`: whether it must end in the dead-letter queue, as unreadable."""

    route: str
    mark: str
    body: Body
    letter: bool


def _record(mark: str, bucket: str, key: str, **changes: object) -> dict[str, object]:
    thing = {"key": key, "versionId": "v", "eTag": "e", "sequencer": "00"}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "2026-11-20T10:00:00Z"}
    return {**record, "mark": mark, "s3": {"bucket": {"name": bucket}, "object": thing}, **changes}


def _records(*records: object) -> str:
    return json.dumps({"Records": records})


UNREADABLE: dict[str, Body] = {
    "not JSON": lambda mark, bucket, prefix: f"{{hello {mark}",
    "a list": lambda mark, bucket, prefix: json.dumps([mark]),
    "a text": lambda mark, bucket, prefix: json.dumps(mark),
    "no records": lambda mark, bucket, prefix: json.dumps({"mark": mark}),
    "empty records": lambda mark, bucket, prefix: json.dumps({"mark": mark, "Records": []}),
    "records that are a number": lambda mark, bucket, prefix: json.dumps({"mark": mark, "Records": 7}),
    "a record that is a text": lambda mark, bucket, prefix: _records(mark),
    "no s3": lambda mark, bucket, prefix: _records({"mark": mark, "eventName": "ObjectCreated:Put"}),
    "a key that is a number": lambda mark, bucket, prefix: _records(_record(mark, bucket, key=7)),
    "a key that is no UTF-8": lambda mark, bucket, prefix: _records(_record(mark, bucket, f"{prefix}%ff.jpg")),
    "a removal": lambda mark, bucket, prefix: _records(
        _record(mark, bucket, f"{prefix}a.jpg", eventName="ObjectRemoved:Delete")
    ),
    "another bucket": lambda mark, bucket, prefix: _records(_record(mark, "elsewhere", f"{prefix}{mark}.jpg")),
    "another prefix": lambda mark, bucket, prefix: _records(_record(mark, bucket, f"elsewhere/{mark}.jpg")),
    "nothing but depth": lambda mark, bucket, prefix: "[" * 5000 + mark,
}

NOISE: dict[str, Body] = {
    "S3's test": lambda mark, bucket, prefix: json.dumps({"Event": "s3:TestEvent", "Bucket": bucket, "mark": mark}),
    "a result": lambda mark, bucket, prefix: _records(_record(mark, bucket, f"{prefix}{mark}.jpg.json")),
    "an image that never was": lambda mark, bucket, prefix: _records(_record(mark, bucket, f"{prefix}{mark}.jpg")),
}


def junk(count: int, routes: list[str], random: Random) -> list[Junk]:
    """Every kind in turn."""
    kinds = [(body, True) for body in UNREADABLE.values()] + [(body, False) for body in NOISE.values()]
    return [Junk(random.choice(routes), f"junk-{number:04}", *kinds[number % len(kinds)]) for number in range(count)]
