"""S3 event notifications: what a message says was uploaded."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote_plus, unquote_plus

from labelpipe.core.names import RESULT_SUFFIX

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)


class Unreadable(ValueError):
    """No message of S3's. Its text says what is wrong with it."""


@dataclass(frozen=True)
class Noise:
    """Something expected that asks for nothing, by its name."""

    name: str


@dataclass(frozen=True)
class Junk:
    """A record that says nothing we can read: a message of its own, for the dead-letter queue, and what is wrong."""

    body: str
    reason: str


@dataclass(frozen=True)
class ImageEvent:
    """One object was created. The key is decoded; the size is in bytes; `uploaded` is UTC, ISO 8601.

    `sequencer` orders events of one key, for tracing. Messages that a backfill wrote may lack what is optional here.
    """

    bucket: str
    key: str
    version_id: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    size: int | None = None
    uploaded: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Source: Amazon S3 User Guide, "Event message structure"."""
        thing = record["s3"]["object"]
        return cls(
            bucket=_text(record["s3"]["bucket"], "name"),
            key=unquote_plus(_text(thing, "key"), errors="strict"),
            version_id=_maybe_text(thing, "versionId"),
            etag=_maybe_text(thing, "eTag"),
            sequencer=_maybe_text(thing, "sequencer"),
            size=_size(thing),
            uploaded=_time(record),
        )

    def to_body(self) -> str:
        """A message that reads as this event: for a dead letter of one record, and for backfills."""
        thing = {
            "key": quote_plus(self.key, safe="/"),
            "versionId": self.version_id,
            "eTag": self.etag,
            "sequencer": self.sequencer,
            "size": self.size,
        }
        record = {
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "eventTime": self.uploaded,
            "s3": {"bucket": {"name": self.bucket}, "object": thing},
        }
        return json.dumps({"Records": [record]})


def read(body: str) -> list[ImageEvent | Noise | Junk]:
    """What a message's body says, record by record. Raise Unreadable when it is no message of records at all."""
    try:
        value = json.loads(body)
        if value.get("Event") == "s3:TestEvent" and "Records" not in value:
            return [Noise("s3:TestEvent")]
        if not isinstance(records := value["Records"], list) or not records:
            raise Unreadable("the message has no records")
        return [_one_or_junk(record) for record in records]
    except Unreadable:
        raise
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"not an S3 event: {type(error).__name__} {error}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not an S3 event: {error}") from error


def _one_or_junk(record: Any) -> ImageEvent | Noise | Junk:
    """A record fails alone: its neighbours are images too."""
    try:
        return _one(record)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        known = isinstance(error, Unreadable)
        reason = str(error) if known else f"not an S3 event: {type(error).__name__} {error}"
        return Junk(json.dumps({"Records": [record]}), reason)


def _one(record: Mapping[str, Any]) -> ImageEvent | Noise:
    if not record["eventName"].startswith("ObjectCreated:"):
        raise Unreadable(f"the event is {record['eventName']!r}, not ObjectCreated")
    event = ImageEvent.from_record(record)
    return Noise(f"our own {RESULT_SUFFIX}: {event.key}") if event.key.endswith(RESULT_SUFFIX) else event


def _text(members: Mapping[str, Any], name: str) -> str:
    if not isinstance(value := members[name], str) or not value:
        raise TypeError(f"{name} is {value!r}")
    value.encode()  # half a surrogate pair is no text that S3 could have sent
    return value


def _maybe_text(members: Mapping[str, Any], name: str) -> str | None:
    """An empty one tells nothing either."""
    return None if members.get(name) in (None, "") else _text(members, name)


def _size(members: Mapping[str, Any]) -> int | None:
    size = members.get("size")
    if size is not None and (type(size) is not int or size < 0):
        raise TypeError(f"size is {size!r}")
    return size


def _time(record: Mapping[str, Any]) -> str | None:
    """It is traced and nothing else: an image whose record says it wrongly is worked on all the same."""
    time = record.get("eventTime")
    if not isinstance(time, str) or not _UTC.fullmatch(time):
        return None
    try:
        datetime.fromisoformat(time)
    except ValueError:  # a 30th of February
        return None
    return time
