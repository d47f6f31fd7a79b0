"""A server that is killed in the middle of a training, and again at its end, and begun anew on the same folder."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.contract.pictures import labelled_line, manifest
from tests.contract.polling import until
from tests.contract.s3 import FakeS3

READ, WRITTEN = "/images/7.png", "/results/light/v1/testing_manifest.json"  # in the middle, and last


class Gate:
    """In front of an object: who comes for it waits until it opens."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def hold(self) -> None:
        self.reached.set()
        self.open.wait()


class Held(dict[str, list[bytes]]):
    """Objects of which some have gates."""

    def __init__(self, *paths: str) -> None:
        super().__init__()
        self.gates = {path: Gate() for path in paths}

    def get(self, path: str, default: Any = None) -> Any:
        self._hold(path)
        return super().get(path, default)

    def setdefault(self, path: str, default: Any = None) -> Any:
        self._hold(path)
        return super().setdefault(path, default)

    def _hold(self, path: str) -> None:
        if path in self.gates:
            self.gates[path].hold()


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    """An S3 of this test's own, that holds two objects back."""
    server = FakeS3()
    server.objects = Held(READ, WRITTEN)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    for gate in server.objects.gates.values():
        gate.open.set()
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def life(state: Path, s3: FakeS3, make_client) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """A server of its own process, and a client of it; killed at the end."""
    command = [sys.executable, "-m", "labelpipe.standin", "--state", str(state), "--s3-endpoint-url", s3.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, make_client(process.stdout.readline().split()[-1])
        finally:
            process.kill()


def begin(asked: Any, s3: FakeS3) -> str:
    """Begin to train what tells bright images from dark ones; the project's ARN."""
    lines = []
    for number in range(10):
        file = io.BytesIO()
        Image.effect_noise((96, 96), 30).point(lambda v, n=number: v // 2 + 100 * (n % 2)).save(file, "PNG")
        dict.__setitem__(s3.objects, f"/images/{number}.png", [file.getvalue()])
        lines.append(labelled_line(f"{number}.png", ("dark", "bright")[number % 2]))
    project = asked.create_project(ProjectName="light")["ProjectArn"]
    asked.create_project_version(
        ProjectArn=project,
        VersionName="v1",
        OutputConfig={"S3Bucket": "results"},
        TrainingData={"Assets": [manifest(s3, "light.manifest", lines)]},
        TestingData={"AutoCreate": True},
    )
    return str(project)


def ended(asked: Any, project: str) -> dict[str, Any]:
    """The version once it is no longer in training."""

    def only() -> dict[str, Any]:
        (version,) = asked.describe_project_versions(ProjectArn=project)["ProjectVersionDescriptions"]
        return dict(version)

    return until(only, lambda version: version["Status"] != "TRAINING_IN_PROGRESS", seconds=120, pause=0.3)


def killed_at(gate: Gate, process: subprocess.Popen[str]) -> None:
    assert gate.reached.wait(120)
    process.kill()
    gate.open.set()


def test_a_training_that_was_killed_twice_with_its_server_ends_well_in_the_next_life(s3, make_client, tmp_path) -> None:
    with life(tmp_path, s3, make_client) as (process, asked):
        project = begin(asked, s3)
        killed_at(s3.objects.gates[READ], process)
    with life(tmp_path, s3, make_client) as (process, _):
        killed_at(s3.objects.gates[WRITTEN], process)
    with life(tmp_path, s3, make_client) as (_, asked):
        version = ended(asked, project)
        assert version["Status"] == "TRAINING_COMPLETED", version
        place = version["EvaluationResult"]["Summary"]["S3Object"]
        assert s3.get(place["Bucket"], place["Name"])
        asked.start_project_version(ProjectVersionArn=version["ProjectVersionArn"], MinInferenceUnits=1)
        asked.get_waiter("project_version_running").wait(
            ProjectArn=project, VersionNames=["v1"], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        image = s3.get("images", "1.png")
        found = asked.detect_custom_labels(ProjectVersionArn=version["ProjectVersionArn"], Image={"Bytes": image})
        assert found["CustomLabels"][0]["Name"] == "bright"
