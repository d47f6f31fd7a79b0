"""What the fuzzer stands on: an S3, and a server process whose folder has a project with a model that runs."""

import contextlib
import http.client
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from tests.contract.pictures import boxed_line, draw, labelled_line
from tests.contract.s3 import FakeS3
from tests.fuzz.caller import Caller
from tests.fuzz.cases import Case, post
from tests.fuzz.known import Known, odd_lines

# The fuzzer is no caller that an account's rates are for.
NO_RATES = {"calls_per_second": None, "tag_calls_per_second": None, "detections_per_second": None}


@contextmanager
def s3() -> Iterator[FakeS3]:
    server = FakeS3()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@dataclass
class Server:
    """The process. What it says on standard error is kept in a file."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    @classmethod
    @contextmanager
    def begin(cls, folder: Path, s3_url: str) -> "Iterator[Server]":
        command = [
            sys.executable,
            "-m",
            "labelpipe.standin",
            "--state",
            str(folder / "state"),
            "--s3-endpoint-url",
            s3_url,
        ]
        command += ["--start-seconds", "0.5", "--stop-seconds", "0.2", "--dataset-seconds", "0.05"]
        log = folder / "log"
        with log.open("a") as said:
            environment = os.environ | {"AWS_ACCESS_KEY_ID": "fuzz", "AWS_SECRET_ACCESS_KEY": "fuzz"}
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=environment)
        with process:
            try:
                yield cls(process, process.stdout.readline().split()[-1], log)
            finally:
                process.kill()

    def call(self, operation: str, **value: Any) -> Any:
        caller = Caller(self.url)
        reply = caller.ask(Case(0, operation, "valid", value, post(operation, json.dumps(value).encode())))
        caller.close()
        if not reply or reply.status != 200:
            raise RuntimeError(f"{operation}: {reply}")
        return json.loads(reply.body)

    def put(self, path: str, value: Any) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        connection.request("PUT", path, json.dumps(value))
        told = connection.getresponse()
        connection.close()
        if told.status not in (200, 404):
            raise RuntimeError(f"{path}: {told.status}")

    def threads(self) -> int:
        return self._status("Threads")

    def memory(self) -> int:
        """The most bytes that it ever held."""
        return self._status("VmHWM") * 1024

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def prepare(server: Server, objects: FakeS3) -> Known:
    """Limits that let the fuzzer through, and a trained version that runs."""
    lines = [labelled_line(f"light/{number}.png", ("dark", "bright")[number % 2]) for number in range(12)]
    for number in range(12):
        file = io.BytesIO()
        Image.effect_noise((96, 96), 30).point(lambda v, n=number: v // 2 + 100 * (n % 2)).save(file, "PNG")
        objects.put("images", f"light/{number}.png", file.getvalue())
    objects.put("images", "light.manifest", "\n".join(lines).encode())
    manifests = odd_lines([boxed_line(f"light/{number}.png", draw(number)) for number in range(12)])
    for number, content in enumerate(manifests):
        objects.put("images", f"m{number}.manifest", content)
    keys = [name.removeprefix("/images/") for name in objects.objects]
    known = Known(manifests, [*_images(), file.getvalue()], keys)
    server.put("/_standin/limits", NO_RATES)
    known.running = _running(server, known)
    _serve(server, known.running)
    server.put("/_standin/limits", {**NO_RATES, "trainings": 1})  # each takes a core
    return known


def _images() -> list[bytes]:
    made = []
    for kind in ("JPEG", "PNG"):
        for mode in ("RGB", "L"):
            file = io.BytesIO()
            Image.open(io.BytesIO(draw(1).content)).convert(mode).save(file, kind, progressive=mode == "L")
            made.append(file.getvalue())
    return made


def _running(server: Server, known: Known) -> str:
    """The ARN of a version that runs; a copy of it, which does not, is made known."""
    project = server.call("CreateProject", ProjectName="running")["ProjectArn"]
    asset = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "light.manifest"}}}
    output = {"S3Bucket": "results", "S3KeyPrefix": "x"}
    arn = server.call(
        "CreateProjectVersion",
        ProjectArn=project,
        VersionName="v1",
        OutputConfig=output,
        TrainingData={"Assets": [asset]},
        TestingData={"AutoCreate": True},
    )["ProjectVersionArn"]
    wait(lambda: _statuses(server, project) == ["TRAINING_COMPLETED"])
    copied = server.call(
        "CopyProjectVersion",
        SourceProjectArn=project,
        SourceProjectVersionArn=arn,
        DestinationProjectArn=project,
        VersionName="v2",
        OutputConfig=output,
    )
    server.call("StartProjectVersion", ProjectVersionArn=arn, MinInferenceUnits=1)
    wait(lambda: "RUNNING" in _statuses(server, project))
    image = {"S3Object": {"Bucket": "images", "Name": "light/0.png"}}
    server.call("DetectCustomLabels", ProjectVersionArn=arn, Image=image)  # the first loads libraries with threads
    known.learn(copied)
    return str(arn)


def _serve(server: Server, version_arn: str) -> None:
    """An endpoint of the version, and one of nothing."""
    for name, arn in (("served", version_arn), ("n0", "absent")):
        server.call("CreateModel", ModelName=name, PrimaryContainer={"Environment": {"LABELPIPE_VERSION_ARN": arn}})
        variants = [{"VariantName": "v", "ModelName": name, "InstanceType": "ml.m5.large"}]
        server.call("CreateEndpointConfig", EndpointConfigName=name, ProductionVariants=variants)
        server.call("CreateEndpoint", EndpointName=name, EndpointConfigName=name)


def _statuses(server: Server, project: str) -> list[str]:
    versions = server.call("DescribeProjectVersions", ProjectArn=project)["ProjectVersionDescriptions"]
    return [version["Status"] for version in versions]


def wait(condition: Any, seconds: float = 120) -> bool:
    """Whether it came to be."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if condition():
                return True
        time.sleep(0.1)
    return False
