"""A world for the inference function: S3, SQS and SSM by moto, in this process; a model that says what it is told."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import jsonschema
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from PIL import Image

from labelpipe.aws.clients import Clients
from labelpipe.core.environment import InferenceEnvironment
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.names import release_key
from labelpipe.core.releases import Release, ReleasedModel
from labelpipe.core.results import Result
from lambdas.inference import handler as entry
from lambdas.inference import tools as roots
from lambdas.inference.work import Worker

ROOT = Path(__file__).parents[4]
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "docs/results.schema.json").read_text()),
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)
KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1790000000000"
RELEASE = Release(
    id="bees-1",
    route="bees",
    models=(ReleasedModel("bees", "rekognition", "arn:project", ARN, thresholds={"bee": 70.0}, default_threshold=50),),
    who="someone",
    when="2026-11-20T10:00:00Z",
)
BEE = {
    "Name": "bee",
    "Confidence": 90.0,
    "Geometry": {"BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}},
}


def refusal(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "DetectCustomLabels")


def jpeg(size: tuple[int, int] = (160, 120), orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded("JPEG", size, exif=exif)


def encoded(kind: str, size: tuple[int, int] = (160, 120), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


@dataclass
class Model:
    """Stands in for the Rekognition client: what it was asked, and what it says to which picture."""

    labels: list[dict[str, Any]] = field(default_factory=lambda: [BEE])
    calls: list[dict[str, Any]] = field(default_factory=list)
    says: Callable[[dict[str, Any]], ClientError | None] = lambda call: None

    def detect_custom_labels(self, **call: Any) -> dict[str, Any]:
        self.calls.append(call)
        if error := self.says(call):
            raise error
        return {"CustomLabels": self.labels, "ResponseMetadata": {"RequestId": "r1"}}

    @property
    def sent_bytes(self) -> list[bytes]:
        return [call["Image"]["Bytes"] for call in self.calls if "Bytes" in call["Image"]]


class Context:
    function_name = "inference"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:inference"
    aws_request_id = "request-1"

    def __init__(self, seconds: float = 60) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class World:
    """Uploads images, invokes the function, reads what came of it."""

    s3: Any
    sqs: Any
    ssm: Any
    model: Model
    settings: InferenceEnvironment

    jpeg = staticmethod(jpeg)
    encoded = staticmethod(encoded)
    refusal = staticmethod(refusal)

    def upload(self, key: str, body: bytes) -> str:
        return self.s3.put_object(Bucket="images", Key=key, Body=body)["VersionId"]

    def event(self, key: str, version_id: str | None = None) -> str:
        """As S3 would say it of the current version."""
        head = self.s3.head_object(Bucket="images", Key=key)
        record = json.loads((ROOT / "tests/events/s3-put.json").read_text())["Records"][0]
        record["s3"]["bucket"]["name"] = "images"
        record["s3"]["object"] |= {"versionId": version_id or head["VersionId"], "eTag": head["ETag"].strip('"')}
        record["s3"]["object"] |= {"key": quote_plus(key, safe="/"), "size": head["ContentLength"]}
        return json.dumps({"Records": [record]})

    def backfill(self, key: str) -> str:
        """A message that no upload caused."""
        return ImageEvent("images", key).to_body()

    def noise(self, name: str) -> str:
        return (ROOT / f"tests/events/{name}.json").read_text()

    def deny(self, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
        """S3 refuses this call from now on, until the test undoes it."""

        def denied(self: Any, **arguments: Any) -> None:
            raise refusal("AccessDenied", 403)

        monkeypatch.setattr(roots.tools().results._s3, call, denied.__get__(self), raising=False)

    def invoke(self, *bodies: str, seconds: float = 60, **attributes: Any) -> list[str]:
        """Send the bodies, receive them, hand them to the function: bodies of the messages that must come again."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.settings.queue_url, MessageBody=body)
        messages = self.receive(self.settings.queue_url)
        records = [_record(message, attributes) for message in messages]
        answer = entry.handler({"Records": records}, Context(seconds))
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        return [message["Body"] for message in messages if message["MessageId"] in failed]

    def receive(self, url: str) -> list[dict[str, Any]]:
        return self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        ).get("Messages", [])

    def result(self, key: str) -> Result | None:
        """None when there is none; what is there must be as published."""
        try:
            text = self.s3.get_object(Bucket="images", Key=f"{key}.json")["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            return None
        SCHEMA.validate(json.loads(text))
        return Result.from_json(text)

    def dead_letters(self) -> list[dict[str, str]]:
        """The attributes of each, and its body."""
        return [
            {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
            | {"Body": message["Body"]}
            for message in self.receive(self.settings.dead_letter_queue_url)
        ]

    def release(self, release: Release = RELEASE) -> None:
        key = release_key("bees", release.id)
        self.s3.put_object(Bucket="images", Key=key, Body=release.to_json().encode())
        self.ssm.put_parameter(Name="pointer", Value=key, Type="String", Overwrite=True)


def _record(message: dict[str, Any], attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"] | {name: str(value) for name, value in attributes.items()},
    }


@pytest.fixture(scope="session")
def clients() -> Clients:
    """Made once: reading the service models takes longer than a test."""
    clients = Clients()
    for name in ("s3", "sqs", "ssm"):
        setattr(clients, name, cache(getattr(clients, name)))
    return clients


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, clients: Clients) -> Iterator[World]:
    before = set(threading.enumerate())
    with mock_aws():
        world = _made(clients)
        for name, value in world.settings.to_env().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(clients, "rekognition", lambda: world.model)
        monkeypatch.setattr(roots, "Clients", lambda: clients)
        monkeypatch.setattr(entry, "Worker", partial(Worker, sleep=lambda seconds: None))
        roots.tools.cache_clear()
        world.release()
        yield world
        roots.tools.cache_clear()
        for late in set(threading.enumerate()) - before:
            late.join()  # or what it still does would be seen in the next test's world


def _made(clients: Clients) -> World:
    s3, sqs = clients.s3(), clients.sqs()
    s3.create_bucket(Bucket="images")
    s3.put_bucket_versioning(Bucket="images", VersioningConfiguration={"Status": "Enabled"})
    settings = InferenceEnvironment(
        route="bees",
        prefix="bees/",
        bucket="images",
        key_arn=KEY,
        queue_url=sqs.create_queue(QueueName="queue")["QueueUrl"],
        dead_letter_queue_url=sqs.create_queue(QueueName="dead")["QueueUrl"],
        release_parameter="pointer",
        formats=("jpeg", "png", "webp", "tiff", "bmp", "gif"),
        upright=True,
        keep_from=5,
        attempts=5,
        give_up_after=864000,
        max_concurrency=5,
        rate=1000.0,
        event_bus="",
    )
    return World(s3, sqs, clients.ssm(), Model(), settings)
