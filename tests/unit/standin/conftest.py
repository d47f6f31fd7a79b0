"""Drawn pictures, and a service with a clock that a test turns and an S3 that is a dictionary."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from labelpipe.standin import wire
from labelpipe.standin.arns import Place
from labelpipe.standin.clock import Clock
from labelpipe.standin.engine import Example, TrueBox
from labelpipe.standin.errors import ImageTooLargeException, InvalidS3ObjectException
from labelpipe.standin.lifecycle import Delays, Status
from labelpipe.standin.models import MODEL
from labelpipe.standin.service import Service
from labelpipe.standin.shapes import REQUESTS
from labelpipe.standin.state import Location, Training, Version
from labelpipe.standin.store import Store
from labelpipe.standin.trainings.jobs import Outcome

SIZE = 160, 120
DELAYS = Delays(start=600, stop=180, dataset=60, copy=300, delete=30)


@pytest.fixture(scope="session")
def draw() -> Callable[[int], Example]:
    """A picture with one to three red discs and blue squares on noise, by number; always the same."""

    def one(number: int) -> Example:
        random = np.random.default_rng(number)
        picture = Image.fromarray(random.integers(90, 150, (SIZE[1], SIZE[0], 3), np.uint8))
        pen, found = ImageDraw.Draw(picture), []
        for column in range(random.integers(1, 4)):
            side = int(random.integers(18, 36))
            left, top = 8 + column * 50 + int(random.integers(0, 10)), int(random.integers(4, SIZE[1] - side - 4))
            place = (left, top, left + side, top + side)
            disc = bool(random.integers(2)) if column else bool(number % 2)
            (pen.ellipse if disc else pen.rectangle)(place, fill=(200, 40, 40) if disc else (40, 40, 210))
            box = (left / SIZE[0], top / SIZE[1], side / SIZE[0], side / SIZE[1])
            found.append(TrueBox("disc" if disc else "square", box))
        return Example(np.asarray(picture), boxes=tuple(found))

    return one


@pytest.fixture(scope="session")
def encode() -> Callable[..., bytes]:
    def one(pixels: Any, kind: str = "JPEG") -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, kind)
        return file.getvalue()

    return one


class FakeObjects:
    """S3 as a dictionary of (bucket, key)."""

    endpoint_url = None

    def __init__(self) -> None:
        self.content: dict[tuple[str, str], bytes] = {}

    def read(self, place: Location, limit: int | None = None) -> bytes:
        if (place.bucket, place.key) not in self.content:
            raise InvalidS3ObjectException()
        content = self.content[place.bucket, place.key]
        if limit is not None and len(content) > limit:
            raise ImageTooLargeException()
        return content

    def write(self, place: Location, content: bytes, content_type: str = "application/json") -> None:
        self.content[place.bucket, place.key] = content


class FakeJobs:
    """Remembers what was started."""

    def __init__(self) -> None:
        self.started: list[str] = []

    def start(self, version_arn: str) -> None:
        self.started.append(version_arn)

    def stop(self) -> None:
        pass


@dataclass
class Standin:
    """The service as a test holds it."""

    folder: Path
    objects: FakeObjects = field(default_factory=FakeObjects)
    jobs: FakeJobs = field(default_factory=FakeJobs)
    now: float = 1_790_000_000.0

    def __post_init__(self) -> None:
        self.service = Service(Store(self.folder), self.objects, Clock(lambda: self.now), DELAYS)
        self.service.jobs = self.jobs

    def call(self, operation: str, region: str = "us-east-1", **request: Any) -> dict[str, Any]:
        """The operation's reply, as it looks after the wire."""
        parsed = REQUESTS[operation].parse(request)
        return json.loads(json.dumps(wire.handler(operation)(self.service, parsed, Place(region))))

    def project(self, name: str = "bees") -> str:
        return self.call("CreateProject", ProjectName=name)["ProjectArn"]

    def training(self, project: str, name: str = "v1") -> str:
        """A version that is being trained, from manifests in S3."""
        asset = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "train.manifest"}}}
        return self.call(
            "CreateProjectVersion",
            ProjectArn=project,
            VersionName=name,
            OutputConfig={"S3Bucket": "results", "S3KeyPrefix": "trained"},
            TrainingData={"Assets": [asset]},
            TestingData={"AutoCreate": True},
        )["ProjectVersionArn"]

    def trained(self, project: str, name: str = "v1") -> str:
        arn = self.training(project, name)
        training = Training(self.now, 60, 0.9, Location("results", "trained/summary.json"))
        self.service.training_ended(arn, Outcome(True, "", training))
        return arn

    def learnt(self, arn: str) -> None:
        """Put there what the training of trained() would have left."""
        (self.service.store.model_folder(arn) / MODEL).write_bytes(b"a model")
        self.objects.content["results", "trained/summary.json"] = b"{}"

    def running(self, project: str, name: str = "v1") -> str:
        arn = self.trained(project, name)
        with self.service.turn() as state:
            version = state.find(arn)
            assert isinstance(version, Version)
            state.put(replace(version, status=Status.RUNNING, min_units=1))
        return arn

    def status(self, arn: str) -> str:
        with self.service.turn() as state:
            return state.version(arn, self.now).status


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[Standin]:
    yield Standin(tmp_path)
