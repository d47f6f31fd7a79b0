"""The target of the contract: the stand-in, with an S3 of its own in this process, or AWS with --aws.

Every reply that the client receives is compared with botocore's own model of the service.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import numpy as np
import pytest
from botocore.config import Config
from botocore.model import OperationModel, Shape
from PIL import Image, ImageDraw

from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.server import ThreadedStandin


class FakeS3(ThreadingHTTPServer):
    """Objects in a dictionary, behind just enough HTTP for GetObject and PutObject. Every version is kept."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _S3Handler)
        self.objects: dict[str, list[bytes]] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # who wants no more of a large object hangs up
            super().handle_error(request, client_address)

    def put(self, bucket: str, key: str, content: bytes) -> str:
        """Store and tell the version id."""
        versions = self.objects.setdefault(f"/{bucket}/{key}", [])
        versions.append(content)
        return str(len(versions))

    def get(self, bucket: str, key: str) -> bytes:
        return self.objects[f"/{bucket}/{key}"][-1]


class _S3Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeS3

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        versions = self.server.objects.get(unquote(url.path), [])
        version = int(parse_qs(url.query).get("versionId", [str(len(versions))])[0])
        if not 1 <= version <= len(versions):
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._send(200, versions[version - 1])

    def do_PUT(self) -> None:
        bucket, key = unquote(urlsplit(self.path).path).lstrip("/").split("/", 1)
        self.server.put(bucket, key, self._body())
        self._send(200, b"")

    def _body(self) -> bytes:
        if "Content-Length" in self.headers and "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return self.rfile.read(int(self.headers["Content-Length"]))
        content = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return content

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def s3() -> Iterator[FakeS3]:
    server = FakeS3()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def faults(shape: Shape | None, value: Any, path: str) -> Iterator[str]:
    """What is wrong with a JSON value of a reply, by botocore's shape of it: members, types, enums."""
    kinds = {
        "string": str,
        "integer": int,
        "long": int,
        "float": (int, float),
        "boolean": bool,
        "timestamp": (int, float),
    }
    match shape.type_name if shape else "absent":
        case "structure":
            for name in set(value) - set(shape.members):
                yield f"{path}.{name} is not in the model"
            for name in set(shape.required_members) - set(value):
                yield f"{path}.{name} is required"
            for name in set(value) & set(shape.members):
                yield from faults(shape.members[name], value[name], f"{path}.{name}")
        case "list":
            for i, item in enumerate(value):
                yield from faults(shape.member, item, f"{path}[{i}]")
        case "map":
            for key, item in value.items():
                yield from faults(shape.value, item, f"{path}.{key}")
        case "absent":
            yield from ([f"{path} should be empty"] if value else [])
        case kind:
            if not isinstance(value, kinds[kind]) or (isinstance(value, bool) and kind != "boolean"):
                yield f"{path} is {value!r}, not a {kind}"
            elif shape.metadata.get("enum") and value not in shape.metadata["enum"]:
                yield f"{path} is {value!r}, not one of the enum"


def check_reply(http_response: Any, model: OperationModel, **_: Any) -> None:
    """Fail when a reply is not of the operation's model, or an error not one that the operation has."""
    body = json.loads(http_response.content)
    assert http_response.headers["x-amzn-RequestId"]
    assert http_response.headers["Content-Type"] == "application/x-amz-json-1.1"
    if http_response.status_code == 200:
        assert not list(faults(model.output_shape, body, model.name))
    else:
        assert body["__type"] in {shape.name for shape in model.error_shapes}
        assert body["Message"]


def client(url: str, region: str = "us-east-1") -> Any:
    """An ordinary client whose replies are checked."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 1})
    made = boto3.client("rekognition", endpoint_url=url, region_name=region, config=config)
    made.meta.events.register("after-call.rekognition", check_reply)
    return made


class Clock:
    """Stands still until a test turns it."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@dataclass
class Target:
    """A stand-in on a folder, its clock, and the client that asks it."""

    server: ThreadedStandin
    clock: Clock
    client: Any


@pytest.fixture(scope="session")
def target(s3: FakeS3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    clock = Clock()
    delays = Delays(start=600, stop=180, dataset=60)
    folder = tmp_path_factory.mktemp("state")
    with ThreadedStandin(folder, s3_endpoint_url=s3.url, delays=delays, clock=clock) as server:
        yield Target(server, clock, client(server.url))


@pytest.fixture(scope="session", params=["standin", pytest.param("aws", marks=pytest.mark.aws)])
def rekognition(request: pytest.FixtureRequest) -> Any:
    """The client; tests that ask for nothing else say the same of AWS."""
    if request.param == "aws":
        made = boto3.client("rekognition")
        made.meta.events.register("after-call.rekognition", check_reply)
        return made
    return request.getfixturevalue("target").client


@pytest.fixture
def asked(target: Target) -> Any:
    """The client of the stand-in, for what needs its clock, its S3 or a trained version."""
    return target.client


@dataclass(frozen=True)
class Picture:
    """A drawn JPEG with its boxes: (label, left, top, width, height) in pixels."""

    content: bytes
    boxes: tuple[tuple[str, int, int, int, int], ...]


def draw(number: int) -> Picture:
    """A red disc and a blue square somewhere on noise, by number."""
    random = np.random.default_rng(number)
    picture = Image.fromarray(random.integers(90, 150, (120, 160, 3), np.uint8))
    pen, boxes, file = ImageDraw.Draw(picture), [], io.BytesIO()
    for column, (label, colour) in enumerate([("disc", (200, 40, 40)), ("square", (40, 40, 210))]):
        side = int(random.integers(20, 36))
        left, top = 8 + column * 80 + int(random.integers(0, 30)), int(random.integers(4, 80))
        (pen.ellipse if label == "disc" else pen.rectangle)((left, top, left + side, top + side), fill=colour)
        boxes.append((label, left, top, side, side))
    picture.save(file, "JPEG", quality=95)
    return Picture(file.getvalue(), tuple(boxes))


_SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}


def boxed_line(key: str, picture: Picture) -> str:
    names = ["disc", "square"]
    annotations = [
        {"class_id": names.index(label), "left": left, "top": top, "width": width, "height": height}
        for label, left, top, width, height in picture.boxes
    ]
    size = [{"width": 160, "height": 120, "depth": 3}]
    kind = _SORT | {"type": "groundtruth/object-detection", "class-map": dict(enumerate(names)), "objects": []}
    row = {"source-ref": f"s3://images/{key}", "bb": {"image_size": size, "annotations": annotations}}
    return json.dumps(row | {"bb-metadata": kind})


def labelled_line(key: str, label: str) -> str:
    kind = _SORT | {"type": "groundtruth/image-classification", "class-name": label}
    return json.dumps({"source-ref": f"s3://images/{key}", "c": 1, "c-metadata": kind})


def manifest(s3: FakeS3, name: str, lines: list[str]) -> dict[str, Any]:
    """Put the lines into S3; the GroundTruthManifest that names them."""
    s3.put("images", name, "\n".join(lines).encode())
    return {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": name}}}


def version_of(asked: Any, arn: str) -> dict[str, Any]:
    project, _, name = arn.rpartition("/")[0].partition("/version/")
    (project_arn,) = [
        each["ProjectArn"]
        for each in asked.describe_projects(ProjectNames=[project.rpartition("/")[2]])["ProjectDescriptions"]
    ]
    return asked.describe_project_versions(ProjectArn=project_arn, VersionNames=[name])["ProjectVersionDescriptions"][0]


def trained(asked: Any, arn: str) -> str:
    """Wait until the training process has ended."""
    for _ in range(600):
        if (version := version_of(asked, arn))["Status"] != "TRAINING_IN_PROGRESS":
            assert version["Status"] == "TRAINING_COMPLETED", version
            return arn
        time.sleep(0.1)
    raise AssertionError(f"{arn} is not trained after a minute")


@pytest.fixture(scope="session")
def find_faults() -> Callable[[Shape | None, Any, str], Iterator[str]]:
    return faults


@pytest.fixture(scope="session")
def make_client() -> Callable[..., Any]:
    return client


@pytest.fixture(scope="session")
def describe_version(target: Target) -> Callable[[str], dict[str, Any]]:
    return lambda arn: version_of(target.client, arn)


@pytest.fixture(scope="session")
def picture() -> Callable[[int], Picture]:
    return draw


@pytest.fixture(scope="session")
def detector(target: Target, s3: FakeS3) -> str:
    """The ARN of a trained version that finds discs and squares, made from a project's datasets."""
    lines = []
    for number in range(12):
        s3.put("images", f"train/{number}.jpg", draw(number).content)
        lines.append(boxed_line(f"train/{number}.jpg", draw(number)))
    asked = target.client
    project = asked.create_project(ProjectName="shapes")["ProjectArn"]
    for kind, part in (("TRAIN", lines[:8]), ("TEST", lines[8:])):
        source = manifest(s3, f"{kind}.manifest", part)
        asked.create_dataset(ProjectArn=project, DatasetType=kind, DatasetSource=source)
    target.clock.now += 60
    output = {"S3Bucket": "results", "S3KeyPrefix": "trained"}
    made = asked.create_project_version(ProjectArn=project, VersionName="v1", OutputConfig=output)
    return trained(asked, made["ProjectVersionArn"])


@pytest.fixture(scope="session")
def classifier(target: Target, s3: FakeS3) -> str:
    """The ARN of a trained version that tells bright images from dark ones, made from manifests in S3."""
    lines = []
    for number in range(12):
        file = io.BytesIO()
        Image.effect_noise((96, 96), 30).point(lambda v, n=number: v // 2 + 100 * (n % 2)).save(file, "PNG")
        s3.put("images", f"light/{number}.png", file.getvalue())
        lines.append(labelled_line(f"light/{number}.png", ("dark", "bright")[number % 2]))
    asked = target.client
    project = asked.create_project(ProjectName="light")["ProjectArn"]
    made = asked.create_project_version(
        ProjectArn=project,
        VersionName="v1",
        OutputConfig={"S3Bucket": "results", "S3KeyPrefix": "light"},
        TrainingData={"Assets": [manifest(s3, "light.manifest", lines)]},
        TestingData={"AutoCreate": True},
    )
    return trained(asked, made["ProjectVersionArn"])


@pytest.fixture
def running(target: Target, detector: str) -> Iterator[str]:
    """The detector, running; stopped afterwards."""
    target.client.start_project_version(ProjectVersionArn=detector, MinInferenceUnits=1)
    target.clock.now += 600
    yield detector
    target.client.stop_project_version(ProjectVersionArn=detector)
    target.clock.now += 180
