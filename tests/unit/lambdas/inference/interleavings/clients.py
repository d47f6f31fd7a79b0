"""The clients of one handler: they answer from a record, and pause the handler where the record ends."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, ReadTimeoutError

from labelpipe.core.codes import Code
from labelpipe.core.environment import InferenceEnvironment
from labelpipe.core.inference.events import ImageEvent, read
from labelpipe.core.releases import Release, ReleasedModel
from labelpipe.core.results import Result, Status
from tests.unit.lambdas.inference.interleavings.plot import ATTEMPTS, Delivery, Line, Model

KEY, RESULT, RECORD = "bees/a.png", "bees/a.png.json", "release"
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1790000000000"
RELEASE = Release("bees-1", "bees", (ReleasedModel("bees", "rekognition", "p", ARN),), "someone", "now").to_json()
NOW, OLD = '"now"', '"old"'
HEADER = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x80\0\0\0\x80\x08"
BODIES = {
    Line.BEE: HEADER + b"bee",
    Line.WASP: HEADER + b"wasp",
    Line.EMPTY: b"",
    Line.DENIED: HEADER,
    Line.LOCKED: HEADER,
}
ENVIRONMENT = InferenceEnvironment(
    route="bees",
    prefix="bees/",
    bucket="images",
    key_arn="key",
    queue_url="queue",
    dead_letter_queue_url="dead",
    release_parameter="pointer",
    formats=("png",),
    upright=True,
    keep_from=5,
    attempts=ATTEMPTS,
    give_up_after=864000,
    max_concurrency=1,
    rate=1e6,
    event_bus="",
)


class Violation(AssertionError):
    """The scheme is broken."""


class Written(NamedTuple):
    """What matters of a result: the line of the plot that it describes, None if it does not know; and its status.

    `crashed`: it may be there as a precaution.
    """

    version: int | None
    status: Status
    crashed: bool = False


class Call(NamedTuple):
    """What a handler asks for: look, head, list, read, put, dead letter; or how it ended: done, given back.

    `condition` of a put: absent, now, old or none. `about`: what it writes, or wrote last.
    """

    what: str
    condition: str = ""
    about: Written | None = None


class Seen(NamedTuple):
    """The image's current version."""

    version: int


class Read(NamedTuple):
    """The result, and whether it still lies there. Which of its predecessors one has read can make no difference."""

    result: Written
    fresh: bool


class Refused(NamedTuple):
    """An error's code and status. The status 0: no answer came."""

    code: str
    status: int

    def error(self) -> Exception:
        if not self.status:
            return ReadTimeoutError(endpoint_url="s3")
        answer = {"Error": {"Code": self.code}, "ResponseMetadata": {"HTTPStatusCode": self.status}}
        return ClientError(answer, "Operation")


REFUSED = {Line.DENIED: Refused("AccessDenied", 403), Line.LOCKED: Refused("InvalidRequest", 400)}


class Done(NamedTuple):
    """Carried out."""


Answer = Seen | Read | Refused | Done


class Pause(BaseException):
    """The record has ended; nothing may catch this."""

    def __init__(self, call: Call) -> None:
        self.call = call


@dataclass
class Clients:
    """All clients of one handler, which answer from a record."""

    plot: tuple[Line, ...]
    delivery: Delivery
    answers: list[Answer]
    texts: dict[Written, bytes]
    wrote: Written | None = None
    asked: int = 0

    def s3(self) -> Any:
        return self

    rekognition = ssm = sqs = s3

    def get_object(self, *, Key: str, Range: str = "", VersionId: str = "", **_: Any) -> dict[str, Any]:
        if Key == RECORD:
            return {"Body": BytesIO(RELEASE.encode())}
        if Key == RESULT:
            answer = self._ask(Call("read"))
            assert isinstance(answer, Read)
            return {"Body": BytesIO(self.texts[answer.result]), "ETag": NOW if answer.fresh else OLD}
        seen = self._readable(self._version(int(VersionId[1:])) if VersionId else self._described("look"))
        if Range and not seen["ContentLength"]:
            raise Refused("InvalidRange", 416).error()
        return seen

    def head_object(self, *, Key: str, **_: Any) -> dict[str, Any]:
        assert Key == KEY
        return self._readable(self._described("head"))

    def list_object_versions(self, *, Prefix: str, **_: Any) -> dict[str, Any]:
        seen = self._described("list")
        return {"Versions": [seen | {"Key": Prefix, "IsLatest": True, "Size": seen["ContentLength"]}]}

    def put_object(self, *, Key: str, Body: bytes, IfNoneMatch: str = "", IfMatch: str = "", **_: Any) -> None:
        assert Key == RESULT
        self.wrote = written(Body)
        self.texts.setdefault(self.wrote, Body)
        condition = "absent" if IfNoneMatch else {"": "none", NOW: "now"}.get(IfMatch, "old")
        self._ask(Call("put", condition, self.wrote))

    def send_message(self, *, MessageBody: str, **_: Any) -> None:
        (event,) = read(MessageBody)
        assert isinstance(event, ImageEvent)
        self._ask(Call("dead letter", "", self.wrote))

    def change_message_visibility(self, **_: Any) -> None:
        pass

    def get_parameter(self, **_: Any) -> dict[str, Any]:
        return {"Parameter": {"Value": RECORD}}

    def detect_custom_labels(self, *, Image: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Name the version that was shown, so that a result of another one's labels shows."""
        if self.delivery.model is Model.OFF:
            raise Refused("ResourceNotReadyException", 400).error()
        if self.delivery.model is Model.BREAKS:
            raise Refused("NobodyKnows", 400).error()
        label = {"Name": Image["S3Object"]["Version"], "Confidence": 99.0}
        return {"CustomLabels": [label], "ResponseMetadata": {"RequestId": "r"}}

    def _readable(self, seen: dict[str, Any]) -> dict[str, Any]:
        """To HEAD, S3 says no more than the status: nobody may go by the code."""
        if refused := REFUSED.get(self.plot[int(seen["VersionId"][1:])]):
            raise refused.error()
        return seen

    def _described(self, what: str) -> dict[str, Any]:
        answer = self._ask(Call(what))
        assert isinstance(answer, Seen)
        return self._version(answer.version)

    def _version(self, version: int) -> dict[str, Any]:
        body = BODIES[self.plot[version]]
        return {
            "VersionId": f"v{version}",
            "ETag": etag(self.plot[version]),
            "ContentLength": len(body),
            "LastModified": datetime.now(UTC),
            "Body": BytesIO(body),
        }

    def _ask(self, call: Call) -> Answer:
        if self.asked == len(self.answers):
            raise Pause(call)
        answer = self.answers[self.asked]
        self.asked += 1
        if isinstance(answer, Refused):
            raise answer.error()
        return answer


def etag(line: Line) -> str:
    return f'"{line.value}"'


def written(body: bytes) -> Written:
    """The labels must be of the version that the result describes."""
    result = Result.from_json(body)
    version = result.image.version_id
    if [label.name for label in result.labels] != [version] * (result.status is Status.SUCCEEDED):
        raise Violation(f"a result of {version} with labels of another: {json.loads(body)['CustomLabels']}")
    crashed = result.error is not None and result.error.code is Code.CRASHED
    return Written(int(version[1:]) if version else None, result.status, crashed)
