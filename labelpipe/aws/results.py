"""Results in S3: written beside their image so that the newest version wins, without a database.

Sources: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes" and "Conditional requests".
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from labelpipe.aws.errors import http_status, translated
from labelpipe.aws.objects import Images, start_of
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import OURS
from labelpipe.core.inference.newest import Move, first_move, second_move
from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.core.results import Image, Result

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST_KEY = 1024
"""Bytes of UTF-8. Source: Amazon S3 User Guide, "Naming Amazon S3 objects"."""
_LONGEST_RESULT = 20_000_000
"""Bytes. None of ours is longer; what is cut off here reads as not ours."""
_TRIES = 6


class Published(Enum):
    """What became of a result."""

    WRITTEN = "written"
    THERE = "there"
    """One as good, of the same upload, was there already."""
    SUPERSEDED = "superseded"
    """Another upload has taken the key, or the image is gone."""


@dataclass(frozen=True)
class Publication:
    """What became of a result, and the one that lies there for the same upload now, if one does."""

    how: Published
    standing: Result | None = None


@dataclass(frozen=True)
class Stored:
    """A result as it lies in S3. The ETag is what IfMatch takes."""

    result: Result
    etag: str


class Results:
    """The results of one bucket, encrypted with the given key."""

    def __init__(self, s3: "S3Client", bucket: str, key_arn: str) -> None:
        self._s3, self._bucket, self._key_arn = s3, bucket, key_arn
        self._images = Images(s3, bucket)

    def publish(self, result: Result) -> Publication:
        """Failures: FOREIGN_RESULT, KEY_TOO_LONG, and those of S3. A conflict that goes on is THEIR_FAULT."""
        key = result_key(result.image.key)
        for _ in range(_TRIES):
            if self._put(key, result, {"IfNoneMatch": "*"}):
                return Publication(Published.WRITTEN, result)
            if not (there := self.read(key)):
                continue
            if self._move(result, there.result) is Move.LEAVE:
                return _left(result, there.result)
            if self._put(key, result, {"IfMatch": there.etag}):
                return Publication(Published.WRITTEN, result)
        raise Failure(Cause.THEIR_FAULT, f"{key} kept changing while it was written")

    def read(self, key: str) -> Stored | None:
        """None when there is none. Failure FOREIGN_RESULT when it is not one of ours."""
        try:
            with translated(OURS):
                answer = self._s3.get_object(Bucket=self._bucket, Key=key)
                text = start_of(answer["Body"], _LONGEST_RESULT)
        except Failure as failure:
            if failure.cause is Cause.GONE:
                return None
            raise
        try:
            return Stored(Result.from_json(text), answer["ETag"])
        except ValueError as error:
            raise Failure(Cause.FOREIGN_RESULT, f"{key} is not ours and stays as it is: {error}") from error

    def replace(self, there: Stored, result: Result) -> bool:
        """Write over the very one that was read. False when it is no longer that."""
        return self._put(result_key(result.image.key), result, {"IfMatch": there.etag})

    def _move(self, ours: Result, there: Result) -> Move:
        move = first_move(ours, there)
        return second_move(ours, self._current(ours.image)) if move is Move.LOOK else move

    def _current(self, image: Image) -> Image | None:
        try:
            look = self._images.current(image.key)
        except Failure as failure:
            if failure.cause is Cause.GONE:
                return None
            raise
        return Image(image.bucket, image.key, look.version_id, look.etag)

    def _put(self, key: str, result: Result, condition: dict[str, str]) -> bool:
        """False when the condition did not hold: 412, 409 after a race, 404 when what should match has vanished."""
        body = result.to_json().encode()
        if len(body) > _LONGEST_RESULT:
            raise Failure(Cause.OUR_FAULT, f"a result of {len(body)} bytes, with {len(result.labels)} labels")
        return _holds(
            lambda: self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_arn,
                **condition,  # type: ignore[arg-type]
            )
        )


def _left(ours: Result, there: Result) -> Publication:
    if ours.image.same_version(there.image):
        return Publication(Published.THERE, there)
    return Publication(Published.SUPERSEDED)


def result_key(image_key: str) -> str:
    """Failure KEY_TOO_LONG when nothing can be appended to the image's."""
    key = image_key + RESULT_SUFFIX
    if len(key.encode()) > LONGEST_KEY:
        raise Failure(Cause.KEY_TOO_LONG, f"the key is too long to append {RESULT_SUFFIX} to: {image_key}")
    return key


def _holds(put: Callable[[], object]) -> bool:
    with translated(OURS):
        try:
            put()
        except ClientError as error:
            if http_status(error) in (404, 409, 412):
                return False
            raise
    return True
