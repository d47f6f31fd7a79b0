"""Images in S3: a look at their head, and all of one version."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from labelpipe.aws.errors import error_code, translated
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


class Images:
    """The images of one bucket. Failures: GONE, BAD_IMAGE (archived, SSE-C), OUR_FAULT (denied), THEIR_FAULT."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def look(self, key: str) -> Look:
        """One ranged GET without a version: it tells which one is current."""
        with translated(IMAGE):
            try:
                answer = self._s3.get_object(Bucket=self._bucket, Key=key, Range=f"bytes=0-{HEAD - 1}")
            except ClientError as error:
                if error_code(error) != "InvalidRange":
                    raise
                empty = self.current(key)  # it has no range
                return self.look(key) if empty.size else empty  # unless another upload came in between
            size = int(answer["ContentRange"].rpartition("/")[2]) if "ContentRange" in answer else None
            return _look(answer, size, answer["Body"].read())

    def current(self, key: str) -> Look:
        """Like look, without its bytes."""
        with translated(IMAGE):
            return _look(self._s3.head_object(Bucket=self._bucket, Key=key), None, b"")

    def fetch(self, key: str, version_id: str | None) -> bytes:
        """All of it."""
        with translated(IMAGE):
            pinned: Any = {"VersionId": version_id} if version_id else {}
            return self._s3.get_object(Bucket=self._bucket, Key=key, **pinned)["Body"].read()


def _look(answer: Any, size: int | None, head: bytes) -> Look:
    return Look(
        version_id=answer.get("VersionId"),
        etag=answer["ETag"].strip('"'),
        size=answer["ContentLength"] if size is None else size,
        modified=answer["LastModified"],
        head=head,
    )
