"""Images in S3: a look at their head, and all of one version."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from labelpipe.aws.errors import error_code, http_status, translated
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import IMAGE
from labelpipe.core.inference.images import HEAD

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Look:
    """The current version of an object: what S3 says, and its first bytes."""

    version_id: str | None
    etag: str
    size: int
    modified: datetime
    head: bytes


def start_of(body: Any, most: int) -> bytes:
    """An answer's body, or one byte more than `most` of it. Only a read that comes to the end tells that it broke off:
    the first one would take half a body for a whole one."""
    start, more = body.read(most), body.read(1)
    return bytes(start + more)


class Images:
    """The images of one bucket. Failures: GONE, BAD_IMAGE (archived, SSE-C), OUR_FAULT (denied), THEIR_FAULT."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def look(self, key: str, version_id: str | None = None) -> Look:
        """One ranged GET. Without a version, it tells which one is current."""
        with translated(IMAGE):
            try:
                pinned = _pinned(version_id)
                answer = self._s3.get_object(Bucket=self._bucket, Key=key, Range=f"bytes=0-{HEAD - 1}", **pinned)
            except ClientError as error:
                if error_code(error) != "InvalidRange":
                    raise
                empty = self.current(key)  # it has no range
                return self.look(key) if empty.size else empty  # unless another upload came in between
            size = int(answer["ContentRange"].rpartition("/")[2]) if "ContentRange" in answer else None
            return _look(answer, size, answer["Body"].read())

    def current(self, key: str) -> Look:
        """Like look, without its bytes: also of what may not be read, or only with a key of its uploader's."""
        with translated(IMAGE):
            try:
                return _look(self._s3.head_object(Bucket=self._bucket, Key=key), None, b"")
            except ClientError as error:
                if http_status(error) not in (400, 403):
                    raise
            return self._listed(key)

    def fetch(self, key: str, version_id: str | None) -> bytes:
        """All of it."""
        with translated(IMAGE):
            return self._s3.get_object(Bucket=self._bucket, Key=key, **_pinned(version_id))["Body"].read()

    def _listed(self, key: str) -> Look:
        """The newest version of the first key that begins so. Source: Amazon S3 API Reference, "ListObjectVersions"."""
        found = self._s3.list_object_versions(Bucket=self._bucket, Prefix=key, MaxKeys=1).get("Versions", [])
        for newest in found:
            if newest["Key"] == key and newest["IsLatest"]:
                version, etag = newest["VersionId"], newest["ETag"].strip('"')
                return Look(version, etag, newest["Size"], newest["LastModified"], b"")
        raise Failure(Cause.GONE, f"ListObjectVersions: no current version of {key}")


def _pinned(version_id: str | None) -> Any:
    return {"VersionId": version_id} if version_id else {}


def _look(answer: Any, size: int | None, head: bytes) -> Look:
    return Look(
        version_id=answer.get("VersionId"),
        etag=answer["ETag"].strip('"'),
        size=answer["ContentLength"] if size is None else size,
        modified=answer["LastModified"],
        head=head,
    )
