"""Our own small records in the bucket: what the controller remembers, what people ordered, what is released."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from labelpipe.aws.errors import error_code
from labelpipe.core import names
from labelpipe.core.control.admission import no_release, refusal
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.overrides import Override, override_key
from labelpipe.core.releases import Release
from labelpipe.core.wiring import RouteWiring

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class LostRace(Exception):
    """Another tick has written the record since it was read: its word stands."""


@dataclass(frozen=True)
class Kept:
    """A memory with the ETag under which it may be replaced; None when there is none yet."""

    memory: Memory
    etag: str | None


class Records:
    """A record that cannot be read is a ValueError, KeyError or TypeError; S3's errors escape as ClientError."""

    def __init__(self, objects: "S3Client", bucket: str, key_arn: str) -> None:
        self._objects = objects
        self._bucket = bucket
        self._key_arn = key_arn

    def memory(self, route: str) -> Kept:
        """What the last tick knew of a route, or a fresh mind."""
        found = self._get(names.state_key(route))
        return Kept(Memory.from_json(found[0]), found[1]) if found else Kept(Memory(), None)

    def remember(self, route: str, memory: Memory, etag: str | None) -> None:
        """Replace what was read under etag. Raise LostRace when it is no longer that."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            self._put(names.state_key(route), memory.to_json(), condition)
        except ClientError as error:
            if error_code(error) in ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"):
                raise LostRace(names.state_key(route)) from error
            raise

    def override(self, route: str) -> Override | None:
        """What a person ordered, whether still in force or not."""
        found = self._get(override_key(route))
        return Override.from_json(found[0]) if found else None

    def order(self, route: str, override: Override | None) -> None:
        """What a person orders from now on; None takes back what was ordered before."""
        if override:
            self._put(override_key(route), override.to_json(), {})
        else:
            self._objects.delete_object(Bucket=self._bucket, Key=override_key(route))

    def release(self, key: str) -> Release | None:
        """The record of a release; None if there is none at that key."""
        found = self._get(key)
        return Release.from_json(found[0]) if found else None

    def _put(self, key: str, text: str, condition: Any) -> None:
        self._objects.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=text.encode(),
            ContentType="application/json",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self._key_arn,
            **condition,
        )

    def _get(self, key: str) -> tuple[bytes, str] | None:
        try:
            found = self._objects.get_object(Bucket=self._bucket, Key=key)
        except self._objects.exceptions.NoSuchKey:
            return None
        return found["Body"].read(), found["ETag"]


def usable_release(records: Records, wiring: RouteWiring, key: str | None) -> tuple[Release | None, str | None]:
    """The release that the route can use, or why there is none, for people: nothing is started then."""
    if key is None:
        return None, no_release(wiring)
    try:
        release = records.release(key)
    except (ValueError, KeyError, TypeError) as error:
        return None, f"the release record {key} cannot be read ({error}): promote another release"
    if release is None:
        return None, f"the pointer names {key}, which is not in the bucket: promote another release"
    reason = refusal(release, wiring)
    return (None, reason) if reason else (release, None)
