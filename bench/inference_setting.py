"""What bench/inference.py measures in: two handlers in processes of their own, and a stub that answers for AWS."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import botocore.httpsession
from PIL import Image

from labelpipe.core.environment import InferenceEnvironment
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.releases import Release, ReleasedModel
from stacks.bundling import BUNDLES, host_target, stage

HERE = Path(__file__).resolve().parent
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1790000000000"
BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")
HANDLERS = {"plain": "inference_plain", "labelpipe": "lambdas.inference.handler"}
SETTINGS = InferenceEnvironment(
    route="bees",
    prefix="bees/",
    bucket="images",
    key_arn="arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000",
    queue_url="https://sqs.us-east-1.amazonaws.com/123456789012/queue",
    dead_letter_queue_url="https://sqs.us-east-1.amazonaws.com/123456789012/dead",
    release_parameter="pointer",
    formats=("jpeg", "png"),
    upright=True,
    keep_from=5,
    attempts=5,
    give_up_after=864_000,
    max_concurrency=1,
    rate=1000,  # the stub is never throttled: nothing of ours may wait for it
    event_bus="",
)
RELEASE = Release("bees-1", "bees", (ReleasedModel("bees", "rekognition", "arn", ARN, {"bee": 70.0}),), "me", "now")


@dataclass
class Side:
    """A handler in a process of its own."""

    process: subprocess.Popen[str]
    number: int = field(default=0)

    @classmethod
    def start(cls, name: str, folder: Path, python: str, reached: dict[str, str]) -> "Side":
        """Nothing is imported yet. `reached`: the variables that lead to the stub."""
        env = (
            SETTINGS.to_env()
            | reached
            | {
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_SESSION_TOKEN": "test",
                "POWERTOOLS_SERVICE_NAME": "inference",
                "MODEL_ARN": ARN,
            }
        )
        command = [python, "-I", "-S", "-B", HERE / "inference_side.py", HANDLERS[name], folder]
        return cls(subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))

    def answer(self, images: int, picture: str = "small.jpg") -> dict[str, Any]:
        """What a batch of new images took."""
        assert self.process.stdin and self.process.stdout
        self.number += 1
        folder = f"bees/{self.process.pid}/{self.number}"
        event = {"Records": [message(f"{folder}/{each}/{picture}") for each in range(images)]}
        self.process.stdin.write(json.dumps(event) + "\n")
        self.process.stdin.flush()
        took: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"answer": "none"}')
        if took["answer"] not in (None, {"batchItemFailures": []}):
            raise SystemExit(f"not every image got its result: {took['answer']}; this measures nothing")
        return took

    def end(self) -> None:
        self.process.communicate()


def message(key: str) -> dict[str, Any]:
    """As Lambda hands it over, of an image that was uploaded a moment ago."""
    milliseconds = str(int(time.time() * 1000))
    event = ImageEvent("images", key, "v1", "0123", "0055AED6DCD90281E5", 200_000, "2026-11-20T10:00:00.000Z")
    return {
        "messageId": key,
        "receiptHandle": key,
        "body": event.to_body(),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": milliseconds,
            "ApproximateFirstReceiveTimestamp": milliseconds,
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


def folders(python: str, into: Path, *, bytecode: bool) -> dict[str, Path]:
    """What each side imports."""
    ours, plain = into / "labelpipe", into / "plain"
    shutil.copytree(stage(BUNDLES["inference"], host_target(python)), ours, copy_function=os.link)
    plain.mkdir()
    shutil.copy(HERE / "inference_plain.py", plain)
    for name in BOTO3:
        source = Path(boto3.__file__).parents[1] / name
        if source.is_dir():
            shutil.copytree(source, plain / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, plain)
    if bytecode:
        subprocess.run([python, "-I", "-m", "compileall", "-q", into], check=True)
    return {"plain": plain, "labelpipe": ours}


def files(into: Path) -> None:
    """What lies in S3: an everyday photograph, one of 48 megapixels and 15 MB, and the release's record."""
    into.mkdir()
    (into / "bees-1.json").write_text(RELEASE.to_json())
    (into / "small.jpg").write_bytes(photograph(1280, 960, quality=90))
    (into / "large.jpg").write_bytes(photograph(8000, 6000, quality=86))


def photograph(width: int, height: int, *, quality: int) -> bytes:
    """Noise that is smooth to the eye: it weighs what a photograph does."""
    small = [Image.effect_noise((width // 6, height // 6), 90) for _ in range(3)]
    out = BytesIO()
    Image.merge("RGB", small).resize((width, height), Image.Resampling.BICUBIC).save(out, "JPEG", quality=quality)
    return out.getvalue()


@contextmanager
def stub(files: Path, *, tls: bool) -> Iterator[dict[str, str]]:
    """What AWS's clients must know of it. With TLS, they trust it beside everything that they trust anyway."""
    command, trust = [sys.executable, HERE / "inference_stub.py", files], {}
    if tls:
        own = certificate(files.parent)
        (files.parent / "trust.pem").write_text(Path(botocore.httpsession.where()).read_text() + own.read_text())
        command, trust = [*command, own], {"AWS_CA_BUNDLE": str(files.parent / "trust.pem")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        try:
            yield {"AWS_ENDPOINT_URL": f"{'https' if tls else 'http'}://127.0.0.1:{port}"} | trust
        finally:
            process.kill()


def certificate(folder: Path) -> Path:
    """For 127.0.0.1, with its key."""
    command = "openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=bench"
    paths = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "own.pem"]
    subprocess.run([*command.split(), *paths], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "own.pem").read_text())
    return both
