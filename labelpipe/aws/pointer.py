"""The current release of a route: a pointer in SSM, a record in S3."""

import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from labelpipe.aws.errors import translated
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import ROUTE
from labelpipe.core.names import NO_RELEASE
from labelpipe.core.releases import Release

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

_KEPT_FOR = 30
"""Seconds for which the pointer is not asked again: that long a promotion takes to reach every environment."""


class ReleasePointer:
    """Remembers what it read; any thread may ask. Failures: MODEL_OFF without a release, ROUTE_FAULT, THEIR_FAULT."""

    def __init__(
        self,
        ssm: "SSMClient",
        s3: "S3Client",
        *,
        parameter: str,
        bucket: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ssm, self._s3, self._parameter, self._bucket, self._clock = ssm, s3, parameter, bucket, clock
        self._lock = Lock()
        self._key, self._asked = NO_RELEASE, float("-inf")
        self._release: Release | None = None
        self._failure: Failure | None = None

    def release(self) -> Release:
        """At most _KEPT_FOR seconds old. A record is immutable, so it is read only when the pointer moved.

        Who waits while another asks shares its failure: one after another, they would use up a batch's time.
        """
        known = self._failure
        with self._lock:
            if self._failure and self._failure is not known:
                raise self._failure
            if self._clock() - self._asked >= _KEPT_FOR:
                self._refresh()
            if not self._release:
                detail = "no release answers yet: `labelpipe release set` makes one, which answers once its models run"
                raise Failure(Cause.MODEL_OFF, detail)
            return self._release

    def _refresh(self) -> None:
        try:
            self._ask()
        except Failure as failure:
            self._failure = failure
            raise
        self._failure = None

    def _ask(self) -> None:
        with translated(ROUTE):
            key = self._ssm.get_parameter(Name=self._parameter)["Parameter"]["Value"]
        if key != self._key:
            self._release = None if key == NO_RELEASE else self._read(key)
        self._key, self._asked = key, self._clock()

    def _read(self, key: str) -> Release:
        with translated(ROUTE):
            text = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        try:
            return Release.from_json(text)
        except (ValueError, KeyError, TypeError) as error:
            raise Failure(Cause.ROUTE_FAULT, f"the release record {key} is unreadable: {error}") from error
