"""The uploaders' side: steps are done here, and remembered for the reckoning."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from labelpipe.core.inference.events import ImageEvent
from labelpipe.operations.pipeline import DeployedRoute, Pipeline
from tests.campaign.contents import Content
from tests.campaign.junk import Junk
from tests.campaign.mischief import Tally
from tests.campaign.stories import Ambush, Delete, Kill, Step, Tell, Upload

Versions = dict[tuple[str, str], Content]
"""What was uploaded, by key and version."""


@dataclass
class World:
    """Steps may be done from any thread. kill: ends the workers of a route's function."""

    s3: Any
    sqs: Any
    pipeline: Pipeline
    kill: Callable[[str], int]
    tally: Tally
    uploads: Versions = field(default_factory=dict)
    junk: list[Junk] = field(default_factory=list)
    _events: dict[str, list[ImageEvent]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def do(self, step: Step | Junk | Kill) -> None:
        """One step."""
        match step:
            case Upload():
                self._upload(step)
            case Delete(key):
                self.s3.delete_object(Bucket=self.pipeline.bucket, Key=key)
                self.tally.add("images: deleted")
            case Tell():
                self._tell(step)
            case Kill(key):
                for _ in range(self.kill(self._route(key).function_name)):
                    self.tally.add("workers killed")
            case Junk():
                self._send_junk(step)

    def spring(self, ambush: Ambush) -> None:
        """What happens while an image is worked on."""
        self.tally.add(f"surprised when {ambush.moment.value}")
        for deed in ambush.deeds:
            self.do(deed)

    def _upload(self, upload: Upload) -> None:
        bucket, key, body = self.pipeline.bucket, upload.key, upload.content.make()
        made = _MANNERS[upload.manner](self.s3, bucket, key, body)
        event = ImageEvent(bucket, key, made["VersionId"], made.get("ETag", "").strip('"') or None, size=len(body))
        with self._lock:
            self.uploads[key, event.version_id or ""] = upload.content
            again = self._events.setdefault(key, [])
            again.append(event)
        self.tally.add(f"images: {'overwritten' if len(again) > 1 else 'uploaded'}")

    def _tell(self, tell: Tell) -> None:
        event = self._events[tell.key][tell.upload]
        body = (event if tell.versioned else ImageEvent(event.bucket, event.key)).to_body()
        url = self._route(tell.key).queue_url
        self.sqs.send_message(QueueUrl=url, MessageBody=body, DelaySeconds=tell.delay)
        self.tally.add("messages: copies" if tell.versioned else "messages: without a version")

    def _send_junk(self, junk: Junk) -> None:
        route = self.pipeline.route(junk.route)
        body = junk.body(junk.mark, self.pipeline.bucket, route.prefix)
        self.sqs.send_message(QueueUrl=route.queue_url, MessageBody=body)
        self.junk.append(junk)
        self.tally.add("messages: malformed" if junk.letter else "messages: noise")

    def _route(self, key: str) -> DeployedRoute:
        return next(route for route in self.pipeline.routes if key.startswith(route.prefix))


def _put(s3: Any, bucket: str, key: str, body: bytes) -> Any:
    return s3.put_object(Bucket=bucket, Key=key, Body=body)


def _in_parts(s3: Any, bucket: str, key: str, body: bytes) -> Any:
    whole = {"Bucket": bucket, "Key": key, "UploadId": s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]}
    part = s3.upload_part(**whole, PartNumber=1, Body=body)
    return s3.complete_multipart_upload(**whole, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})


def _copied(s3: Any, bucket: str, key: str, body: bytes) -> Any:
    s3.put_object(Bucket=bucket, Key=f"attic/{key}", Body=body)
    made = s3.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": f"attic/{key}"})
    return {"VersionId": made["VersionId"], "ETag": made["CopyObjectResult"]["ETag"]}


_MANNERS: dict[str, Callable[[Any, str, str, bytes], Any]] = {"put": _put, "multipart": _in_parts, "copy": _copied}
