"""The S3 that the stand-in reads images and manifests from. boto3 is imported when it is first needed."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from labelpipe.standin.errors import ImageTooLargeException, InvalidS3ObjectException
from labelpipe.standin.state import Location


class Objects:
    """S3 at an endpoint (None: where boto3's own settings say), with the process's own credentials."""

    def __init__(self, endpoint_url: str | None = None) -> None:
        self.endpoint_url = endpoint_url
        self._client: Any = None
        self._lock = threading.Lock()

    def read(self, place: Location, limit: int | None = None) -> bytes:
        """The object's bytes.

        Raises:
            InvalidS3ObjectException: it cannot be read, for whatever reason; standard error says which, unless S3 did.
            ImageTooLargeException: it has more than limit bytes; they are not fetched.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            return self._fetched(place, limit)
        except ClientError as error:
            raise InvalidS3ObjectException() from error
        except (BotoCoreError, ValueError) as error:  # no S3 or URL there, no credentials: what a caller cannot mend
            print(f"standin: s3://{place.bucket}/{place.key} was not read: {error}", file=sys.stderr, flush=True)
            raise InvalidS3ObjectException() from error

    def _fetched(self, place: Location, limit: int | None) -> bytes:
        version = {"VersionId": place.version} if place.version else {}
        answer = self._s3().get_object(Bucket=place.bucket, Key=place.key, **version)
        with answer["Body"] as body:
            if limit is not None and answer["ContentLength"] > limit:
                raise ImageTooLargeException()
            content: bytes = body.read()
        return content

    def owner(self, bucket: str) -> str | None:
        """The id of the bucket's owner; None when S3 does not tell."""
        from botocore.exceptions import ClientError  # noqa: PLC0415

        try:
            owner = self._s3().get_bucket_acl(Bucket=bucket).get("Owner", {}).get("ID")
        except ClientError:
            return None
        return None if owner is None else str(owner)

    def write(self, place: Location, content: bytes, content_type: str = "application/json") -> None:
        self._s3().put_object(Bucket=place.bucket, Key=place.key, Body=content, ContentType=content_type)

    def _s3(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = _client(self.endpoint_url)
        return self._client


def _client(endpoint_url: str | None) -> Any:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=3,
        read_timeout=20,
        max_pool_connections=50,
        retries={"mode": "standard", "total_max_attempts": 3},
        s3={"addressing_style": "path"} if endpoint_url else {},
    )
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return boto3.client("s3", endpoint_url=endpoint_url, region_name=region, config=config)
