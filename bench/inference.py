"""The inference function against a plain serial handler, and against limits, in one run.

    .venv/bin/python bench/inference.py [--rounds 15] [--json] [--tls] [--python PATH]

Ours is the bundle as it ships; the plain one (inference_plain.py) has the whole boto3, as Lambda's runtime does, of the
same version. Each runs in processes of its own, in turns, against one stub (inference_stub.py). Cold starts are
measured with bytecode beside every module, and without any: zips come without, and Lambda can write none.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import botocore.httpsession
from PIL import Image
from rich.console import Console
from rich.table import Table

from labelpipe.core.environment import InferenceEnvironment
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.releases import Release, ReleasedModel
from stacks.bundling import BUNDLES, host_target, stage
from stacks.bundling.wheels import BUILD

HERE = Path(__file__).resolve().parent
BATCH = 10
MEGABYTE = 1_000_000
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


Starter = Callable[[str], Side]
Found = dict[str, list[dict[str, float]]]


def cold_starts(start: Starter, rounds: int) -> Found:
    """One image each: from before the handler's import to its answer. The first round is not counted."""
    found: Found = {name: [] for name in HANDLERS}
    for number in range(rounds + 1):
        for name in found:
            side = start(name)
            took = side.answer(1)
            side.end()
            if number:
                found[name].append(took)
    return found


def batches(start: Starter, rounds: int) -> Found:
    """Batches of ten, in turns, after one of each that makes connections."""
    sides = {name: start(name) for name in HANDLERS}
    for side in sides.values():
        side.answer(BATCH)
    found = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side.answer(BATCH))
    for side in sides.values():
        side.end()
    return found


@dataclass(frozen=True)
class Large:
    """What an image that must be shrunk took, in a process that has answered before. Memory in bytes."""

    seconds: float
    before: int
    peak: int


def large(start: Starter) -> Large:
    side = start("labelpipe")
    side.answer(1)
    with peak_memory(side.process.pid) as memory:
        took = side.answer(1, "large.jpg")
    side.end()
    return Large(took["wall"], memory[0], max(memory))


@contextmanager
def peak_memory(pid: int) -> Iterator[list[int]]:
    """What a process and its children hold together, every few milliseconds. Pages that they share count once."""
    samples, done = [held(pid)], threading.Event()

    def sample() -> None:
        while not done.wait(0.005):
            samples.append(held(pid))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


def held(pid: int) -> int:
    """Bytes. 0 for a process that has ended meanwhile."""
    proc = Path(f"/proc/{pid}")
    try:
        own = next(line for line in (proc / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
        children = [
            int(child) for task in (proc / "task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:
        return 0
    return int(own.split()[1]) * 1024 + sum(map(held, children))


def middle(found: list[dict[str, float]], what: str, scale: float) -> float:
    return statistics.median(each[what] for each in found) * scale


@dataclass(frozen=True)
class Row:
    """One line of the table. Ratio: ours to the plain handler's, or the other way round for `faster`."""

    what: str
    plain: float | None
    ours: float
    limit: str
    ratio: float | None

    @classmethod
    def of(cls, what: str, found: Found, of: str, scale: float, limit: str = "", *, faster: bool = False) -> "Row":
        plain, ours = (middle(found[name], of, scale) for name in HANDLERS)
        return cls(what, plain, ours, limit, plain / ours if faster else ours / plain)


def measure(rounds: int, python: str, *, tls: bool) -> list[Row]:
    with ExitStack() as stack:
        BUILD.mkdir(exist_ok=True)
        into = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=BUILD, prefix=".bench-")))
        files(into / "files")
        reached = stack.enter_context(stub(into / "files", tls=tls))

        def starter(name: str, *, bytecode: bool) -> Starter:
            made = folders(python, into / name, bytecode=bytecode)
            return lambda side: Side.start(side, made[side], python, reached)

        compiled, bare = starter("compiled", bytecode=True), starter("bare", bytecode=False)
        warm, cold, slow = (
            batches(compiled, rounds),
            cold_starts(compiled, rounds),
            cold_starts(bare, max(3, rounds // 3)),
        )
        shrunk = large(compiled)
    return [
        Row.of(f"batch of {BATCH}, ms", warm, "wall", 1000, "at least 6 x faster", faster=True),
        Row.of("CPU of an image, ms", warm, "cpu", 1000 / BATCH, "at most 1.1 x"),
        Row.of("cold start, ms", cold, "wall", 1000, "at most 1.15 x"),
        Row.of("  its CPU, ms", cold, "cpu", 1000),
        Row.of("cold start without bytecode, ms", slow, "wall", 1000),
        Row.of("  its CPU, ms", slow, "cpu", 1000),
        Row("48 megapixels, 15 MB, shrunk, ms", None, shrunk.seconds * 1000, "", None),
        Row("  peak memory, MB", None, shrunk.peak / MEGABYTE, "under 512", None),
        Row("  memory before it, MB", None, shrunk.before / MEGABYTE, "", None),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--tls", action="store_true", help="HTTPS, as AWS has it: each connection costs both sides more"
    )
    parser.add_argument("--python", default=sys.executable, help="another interpreter, such as Lambda's Python 3.13")
    options = parser.parse_args()
    rows = measure(options.rounds, options.python, tls=options.tls)
    if options.json:
        print(json.dumps([vars(row) for row in rows]))
        return
    table = Table("median", "plain", "labelpipe", "ratio", "limit", title=f"{options.rounds} rounds")
    for row in rows:
        plain, ratio = (
            "" if value is None else f"{value:.{digits}f}" for value, digits in ((row.plain, 1), (row.ratio, 2))
        )
        table.add_row(row.what, plain, f"{row.ours:.1f}", ratio, row.limit)
    Console().print(table)


if __name__ == "__main__":
    main()
