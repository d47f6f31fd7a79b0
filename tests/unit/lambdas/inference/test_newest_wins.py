"""The newest version wins, whatever the order in which uploads, events and S3 calls of several handlers fall.

The real worker runs against a small model of S3. Every S3 call waits for its turn, and hypothesis deals the turns.
"""

import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from threading import Semaphore, Thread, local
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from labelpipe.aws.objects import Images
from labelpipe.aws.results import Results
from labelpipe.core.environment import InferenceEnvironment
from labelpipe.core.inference.answers import Answer, Found
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.inference.messages import Message
from labelpipe.core.releases import Release, ReleasedModel
from labelpipe.core.results import Result, Status
from lambdas.inference.tools import Tools
from lambdas.inference.work import Worker

KEY = "bees/a.png"
HEADER = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x80\0\0\0\x80\x08"
RELEASE = Release("bees-1", "bees", (ReleasedModel("bees", "rekognition", "p", "v"),), "someone", "now")
_me = local()


def pause() -> None:
    """Give the turn away, if this thread is an actor's."""
    if actor := getattr(_me, "actor", None):
        actor.paused.release()
        actor.go.acquire()


class Actor(Thread):
    """Work that stops before each call of S3."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.work, self.go, self.paused, self.done, self.error = work, Semaphore(0), Semaphore(0), False, None
        self.start()

    def run(self) -> None:
        _me.actor = self
        self.go.acquire()
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001 (raised again by the test)
            self.error = error
        self.done = True
        self.paused.release()

    def step(self) -> None:
        self.go.release()
        self.paused.acquire()
        if self.error:
            raise self.error


class Bucket:
    """S3 with versions, delete markers and conditional writes; `lost` PUTs are carried out but answered by a 500."""

    def __init__(self, conflicts: list[bool]) -> None:
        self.versions: dict[str, list[tuple[str, bytes | None]]] = {}
        self.conflicts = iter(conflicts)

    def get_object(self, *, Key: str, **_: Any) -> dict[str, Any]:
        pause()
        return self._describe(Key) | {"Body": BytesIO(self._current(Key)[1] or b"")}

    def head_object(self, *, Key: str, **_: Any) -> dict[str, Any]:
        pause()
        return self._describe(Key)

    def put_object(self, *, Key: str, Body: bytes, IfNoneMatch: str = "", IfMatch: str = "", **_: Any) -> None:
        pause()
        if next(self.conflicts, False):
            raise refused("ConditionalRequestConflict", 409)
        there = self._current(Key)[1]
        if IfNoneMatch and there is not None:
            raise refused("PreconditionFailed", 412)
        if IfMatch and there is None:
            raise refused("NoSuchKey", 404)
        if IfMatch and etag(there or b"") != IfMatch:
            raise refused("PreconditionFailed", 412)
        self.put(Key, Body)

    def put(self, key: str, body: bytes | None) -> str:
        """Without a turn of its own: what S3 does is atomic. None is a delete marker."""
        version = f"v{len(self.versions.setdefault(key, [])) + 1}"
        self.versions[key].append((version, body))
        return version

    def _current(self, key: str) -> tuple[str, bytes | None]:
        return self.versions[key][-1] if self.versions.get(key) else ("", None)

    def _describe(self, key: str) -> dict[str, Any]:
        version, body = self._current(key)
        if body is None:
            raise refused("NoSuchKey", 404)
        now = datetime.now(UTC)
        return {"VersionId": version, "ETag": etag(body), "ContentLength": len(body), "LastModified": now}

    def result(self) -> Result | None:
        body = self._current(KEY + ".json")[1]
        return Result.from_json(body) if body else None


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:8]}"'


def refused(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Operation")


class Model:
    """Names the version that it was asked for, so that a result of another version shows."""

    def detect(self, arn: str, picture: Any, floor: float) -> Answer:
        pause()
        return Answer((Found(picture.version_id, 99.0, None),), "r")


class Pointer:
    def release(self) -> Release:
        return RELEASE


class Messages:
    def give_back(self, receipt: str, seconds: int) -> None:
        pass

    def dead_letter(self, body: str, attributes: dict[str, Any]) -> None:
        raise AssertionError(f"a dead letter: {attributes}")


ENVIRONMENT = InferenceEnvironment(
    route="bees",
    prefix="bees/",
    bucket="images",
    key_arn="key",
    queue_url="q",
    dead_letter_queue_url="d",
    release_parameter="p",
    formats=("png",),
    upright=True,
    keep_from=5,
    attempts=99,
    give_up_after=864000,
    max_concurrency=5,
    rate=1000.0,
    event_bus="",
)


class Story:
    """Uploads and deletions of one key, and a handler for each event and each duplicate."""

    def __init__(self, conflicts: list[bool]) -> None:
        self.bucket = Bucket(conflicts)
        bucket: Any = self.bucket
        tools: Any = Tools(
            ENVIRONMENT, Images(bucket, "images"), Model(), Results(bucket, "images", "key"), Messages(), Pointer()
        )
        self.worker = Worker(tools, "request", time.monotonic() + 60)
        self.actors: list[Actor] = []

    def upload(self, versioned: bool, copies: int) -> None:
        body = HEADER + json.dumps(len(self.bucket.versions.get(KEY, []))).encode()
        version = self.bucket.put(KEY, body)
        event = ImageEvent("images", KEY, version if versioned else None)
        for _ in range(copies):
            self.actors.append(Actor(lambda: self._handle(event)))

    def delete(self) -> None:
        self.bucket.put(KEY, None)

    def _handle(self, event: ImageEvent) -> None:
        """As the queue does: again and again until it is acknowledged."""
        for count in range(1, 20):
            now = time.time()
            outcomes = self.worker.work(Message("m", "r", event.to_body(), count, now, now - 1e7))
            if all(outcome.back is None for outcome in outcomes):
                return
        raise AssertionError("the message was never acknowledged")

    def play(self, plot: list[tuple[str, bool, int]], turns: list[tuple[int, int]]) -> None:
        """After each line of the plot some actors take so many steps; after the last, all go on to their end."""
        for line, (index, steps), (other, others_steps) in zip(plot, turns, turns[1:] + turns[:1], strict=True):
            self._line(*line)
            self._step(index, steps)
            self._step(other, others_steps)
        for index, steps in turns:
            self._step(index, steps)
        for actor in self.actors:
            self._step(self.actors.index(actor), 1000)

    def _step(self, index: int, steps: int) -> None:
        actor = self.actors[index % len(self.actors)]
        for _ in range(steps):
            if not actor.done:
                actor.step()

    def _line(self, what: str, versioned: bool, copies: int) -> None:
        if what == "delete":
            self.delete()
        else:
            self.upload(versioned, copies)


LINES = st.tuples(st.sampled_from(["upload", "upload", "upload", "delete"]), st.booleans(), st.integers(1, 2))
TURNS = st.tuples(st.integers(0, 7), st.integers(0, 9))
"""Which actor, and for how many calls: a handler's work is six or seven."""


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(LINES, TURNS), min_size=2, max_size=5), TURNS, st.lists(st.booleans(), max_size=6))
def test_the_result_comes_to_describe_the_current_version(plot, first, conflicts):
    story = Story(conflicts)
    story.play([("upload", True, 1), *(line for line, _ in plot)], [first, *(turns for _, turns in plot)])
    current, body = story.bucket.versions[KEY][-1]
    if body is None:
        return  # the image is gone: what its result says of it does not matter any more
    result = story.bucket.result()
    assert result is not None, "an image disappeared"
    assert result.status is Status.SUCCEEDED
    assert result.image.version_id == current
    assert [label.name for label in result.labels] == [current]
