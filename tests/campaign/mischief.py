"""What the proxies do: S3 and SQS refuse calls, images change while they are worked on, and waits pass quickly."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from random import Random

from labelpipe.core.names import OWN_PREFIX, RESULT_SUFFIX
from tests.campaign.proxy import Call, Forward, Reply
from tests.campaign.stories import Ambush, Moment, Story


class Harm(StrEnum):
    """What may become of a call to S3 or SQS."""

    SLOW_DOWN = "503 SlowDown"
    INTERNAL_ERROR = "500 InternalError"
    CONFLICT = "409 ConditionalRequestConflict"
    DROPPED = "connection closed, nothing done"
    LOST = "connection closed, all done"
    HALVED = "connection closed in the middle of the answer"
    DENIED = "403 AccessDenied"


_ANY = {Harm.SLOW_DOWN: 0.03, Harm.INTERNAL_ERROR: 0.03, Harm.DROPPED: 0.02}
READING = _ANY | {Harm.LOST: 0.02, Harm.HALVED: 0.03}
WRITING = _ANY | {Harm.CONFLICT: 0.04, Harm.LOST: 0.06}
SENDING = {Harm.INTERNAL_ERROR: 0.05, Harm.DROPPED: 0.02, Harm.LOST: 0.02}
"""Shares of the calls to S3 that read and that write, and of those to SQS."""


def drawn(rates: Mapping[Harm, float], call: str) -> Harm | None:
    """What becomes of a call: the same of the same one, told by its name."""
    point = Random(call).random()
    for harm, rate in rates.items():
        point -= rate
        if point < 0:
            return harm
    return None


class Tally:
    """Counts what was done, from any thread."""

    def __init__(self) -> None:
        self._lock, self._counts = threading.Lock(), Counter[str]()

    def add(self, what: str) -> int:
        """How often it has been, this time included."""
        with self._lock:
            self._counts[what] += 1
            return self._counts[what]

    def put(self, what: str, count: int) -> None:
        """What was counted elsewhere."""
        with self._lock:
            self._counts[what] = count

    def told(self) -> dict[str, int]:
        """What was counted, by name."""
        with self._lock:
            return dict(sorted(self._counts.items()))


class S3Mischief:
    """Judges calls to S3. The same seed does the same to the first, second, … call of one kind on one key."""

    def __init__(
        self, seed: int, bucket: str, stories: Mapping[str, Story], spring: Callable[[Ambush], None], tally: Tally
    ) -> None:
        self._seed, self._root, self._stories, self._spring, self._tally = seed, f"/{bucket}/", stories, spring, tally
        self._calls, self._lock, self._sprung = Tally(), threading.Lock(), set[str]()

    def __call__(self, call: Call, forward: Forward) -> Reply | None:
        """As a Judge."""
        key = call.path.removeprefix(self._root)
        number = self._calls.add(f"{call.method} {key}")
        self._ambush(Moment.WRITING, call, key)
        harm = self._harm(call, key, number)
        if harm:
            self._tally.add(f"S3: {harm}")
        if harm is Harm.DROPPED:
            return None
        if harm and harm not in (Harm.LOST, Harm.HALVED):
            return _refusal(harm)
        reply = forward(call)
        self._ambush(Moment.LOOKED, call, key)
        self._ambush(Moment.WRITTEN, call, key)
        return None if harm is Harm.LOST else replace(reply, halved=harm is Harm.HALVED)

    def _harm(self, call: Call, key: str, number: int) -> Harm | None:
        story = self._stories.get(key)
        if story and number <= story.denials:
            return Harm.DENIED
        if key.startswith(OWN_PREFIX):
            return None
        rates = WRITING if call.method == "PUT" else READING
        return drawn(rates, f"{self._seed} {call.method} {key} {number}")

    def _ambush(self, moment: Moment, call: Call, key: str) -> None:
        """Once for each image that is to be surprised at this moment."""
        method, image = ("GET", key) if moment is Moment.LOOKED else ("PUT", key.removesuffix(RESULT_SUFFIX))
        story = self._stories.get(image)
        if not story or not story.ambush or (story.ambush.moment, method) != (moment, call.method):
            return
        with self._lock:
            fresh = image not in self._sprung
            self._sprung.add(image)
        if fresh:
            self._spring(story.ambush)


def _refusal(harm: Harm) -> Reply:
    status, code = harm.split(" ")
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>By the campaign.</Message></Error>"
    return Reply(int(status), body.encode(), {"Content-Type": "application/xml"})


class SqsMischief:
    """Judges calls to SQS: some fail, and a message that is given back waits a fraction of the time, and never long."""

    def __init__(self, seed: int, times: int, longest: int, tally: Tally) -> None:
        self._seed, self._times, self._longest, self._tally = seed, times, longest, tally
        self._calls = Tally()

    def __call__(self, call: Call, forward: Forward) -> Reply | None:
        """As a Judge."""
        operation = call.headers.get("X-Amz-Target", "")
        harm = drawn(SENDING, f"{self._seed} {operation} {self._calls.add(operation)}")
        if harm:
            self._tally.add(f"SQS: {harm}")
        if harm is Harm.DROPPED:
            return None
        if harm is Harm.INTERNAL_ERROR:
            return Reply(500, b'{"__type": "com.amazonaws.sqs#InternalError"}', {"Content-Type": "application/json"})
        reply = forward(self._quickened(call))
        return None if harm is Harm.LOST else reply

    def _quickened(self, call: Call) -> Call:
        asked = json.loads(call.body)
        for entry in (asked, *asked.get("Entries", [])):
            if seconds := entry.get("VisibilityTimeout"):
                entry["VisibilityTimeout"] = min(max(round(seconds / self._times), 1), self._longest)
        return replace(call, body=json.dumps(asked).encode())
