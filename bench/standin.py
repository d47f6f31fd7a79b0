"""The stand-in against an empty HTTP server and against its own engine, in one run.

    .venv/bin/python bench/standin.py [--rounds 15] [--json] [PHOTOGRAPH]

Start-up is from the process's start to the line that says where it listens. A detection is of a photograph of 640 x 480
pixels, over HTTP to a server on one core, in turns with the bare engine on the same core; without a photograph it takes
the first of ../shared/data/bccd beside the project's root, or draws one. With a fixed answer nothing is looked at: that
is the price of HTTP, base64 and the rest. Ratios are of medians of the same run.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from PIL import Image, ImageDraw
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from labelpipe.standin.engine import Example, TrueBox, learn, load, pixels_of, save
from labelpipe.standin.lifecycle import Status
from labelpipe.standin.models import MODEL
from labelpipe.standin.state import Project, Training, Version
from labelpipe.standin.store import Store

BCCD = Path(__file__).resolve().parents[2] / "shared" / "data" / "bccd" / "JPEGImages"
SIZE = 640, 480
HEAD = "arn:aws:rekognition:us-east-1:000000000000:project/bench"
VERSION = f"{HEAD}/version/v1/2"
EMPTY = (
    "from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer\n"
    "server = ThreadingHTTPServer(('127.0.0.1', 0), BaseHTTPRequestHandler)\n"
    "print(f'empty on http://127.0.0.1:{server.server_port}', flush=True)\n"
    "server.serve_forever()\n"
)
LABEL = {
    "Name": "disc",
    "Confidence": 90,
    "Geometry": {"BoundingBox": dict.fromkeys(("Left", "Top", "Width", "Height"), 0.2)},
}
NO_RATES = {"calls_per_second": None, "tag_calls_per_second": None, "detections_per_second": None}
CLIENTS = 4


@dataclass
class Server:
    """A process that says on its first line where it listens."""

    process: subprocess.Popen[str]
    url: str
    seconds: float

    @classmethod
    @contextmanager
    def begin(cls, *arguments: str) -> Iterator[Server]:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        began = time.perf_counter()
        with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True, env=env) as process:
            line = process.stdout.readline() if process.stdout else ""
            try:
                yield cls(process, line.split()[-1], time.perf_counter() - began)
            finally:
                process.kill()

    def resident(self) -> int:
        """Bytes."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))

    def loaded(self, library: str) -> bool:
        return library in Path(f"/proc/{self.process.pid}/maps").read_text()

    def cpu(self) -> float:
        """Seconds so far."""
        user, system = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Caller:
    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)

    def put(self, path: str, value: object) -> None:
        self._ask("PUT", path, json.dumps(value).encode(), {})

    def detect(self, body: bytes) -> None:
        self._ask("POST", "/", body, {"X-Amz-Target": "RekognitionService.DetectCustomLabels"})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        self._connection.request(method, path, body, headers)
        reply = self._connection.getresponse()
        told = reply.read()
        if reply.status != 200 and path != "/_standin/limits":
            raise SystemExit(f"{method} {path}: {reply.status} {told.decode()}")


def starts(folder: Path, rounds: int) -> tuple[float, float]:
    """Medians in seconds: an empty server's, the stand-in's. The first round warms disks and writes bytecode."""
    found: dict[str, list[float]] = {"empty": [], "standin": []}
    commands = {"empty": ("-c", EMPTY), "standin": ("-m", "labelpipe.standin", "--state", str(folder / "starts"))}
    for number in range(rounds + 1):
        for name, command in commands.items():
            with Server.begin(*command) as server:
                if number:
                    found[name].append(server.seconds)
    return statistics.median(found["empty"]), statistics.median(found["standin"])


def drawn(number: int) -> Example:
    """Discs of some size on noise, by number."""
    random = np.random.default_rng(number)
    picture = Image.fromarray(random.integers(90, 150, (SIZE[1], SIZE[0], 3), np.uint8))
    pen, boxes = ImageDraw.Draw(picture), []
    for column in range(4):
        side, top = int(random.integers(60, 110)), int(random.integers(10, 340))
        left = 20 + 150 * column
        pen.ellipse((left, top, left + side, top + side), fill=(200, 40, 40))
        boxes.append(TrueBox("disc", (left / SIZE[0], top / SIZE[1], side / SIZE[0], side / SIZE[1])))
    return Example(np.asarray(picture), boxes=tuple(boxes))


def photograph(file: Path | None) -> bytes:
    if file is None and BCCD.is_dir():
        file = min(BCCD.glob("*.jpg"))
    if file is not None:
        return file.read_bytes()
    made = io.BytesIO()
    Image.fromarray(drawn(99).pixels).save(made, "JPEG", quality=95)
    return made.getvalue()


def prepare(folder: Path) -> Path:
    """State with a version that runs; its model's file."""
    store = Store(folder)
    model, _ = learn([drawn(n) for n in range(10)], [drawn(n) for n in range(10, 14)], boxes=True)
    file = store.model_folder(VERSION) / MODEL
    save(model, file)
    project = Project(f"{HEAD}/1", "bench", 1.0)
    done = Training(1.0, 60, 0.9)
    store.save(
        [project, Version(VERSION, project.arn, "v1", 1.0, Status.RUNNING, "b", "p", min_units=1, training=done)]
    )
    return file


def detections(server: Server, file: Path, picture: bytes, body: bytes, rounds: int) -> dict[str, list[float]]:
    """Seconds of the wall: the bare engine's and the call's, in turns on one core; and of the server's processor."""
    core = {min(os.sched_getaffinity(0))}
    before = os.sched_getaffinity(0)
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        with suppress(ProcessLookupError):  # a connection's thread that has just ended
            os.sched_setaffinity(int(task.name), core)
    os.sched_setaffinity(0, core)
    threadpool_limits(1)  # as the server does
    model, caller = load(file), Caller(server.url)
    found: dict[str, list[float]] = {"engine": [], "call": [], "engine's CPU": [], "call's CPU": []}
    for number in range(rounds + 2):
        began, used = time.perf_counter(), time.process_time()
        model.find(pixels_of(picture))
        bare, bare_cpu = time.perf_counter() - began, time.process_time() - used
        used, began = server.cpu(), time.perf_counter()
        caller.detect(body)
        if number > 1:
            values = (bare, time.perf_counter() - began, bare_cpu, server.cpu() - used)
            for name, value in zip(found, values, strict=True):
                found[name].append(value)
    os.sched_setaffinity(0, before)
    return found


def rate(url: str, body: bytes, seconds: float = 3.0) -> float:
    """Calls a second by a few clients, each with a connection."""
    counts, until = [0] * CLIENTS, time.perf_counter() + seconds

    def work(number: int) -> None:
        caller = Caller(url)
        while time.perf_counter() < until:
            caller.detect(body)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


@dataclass(frozen=True)
class Row:
    what: str
    reference: float | None
    ours: float
    limit: str
    holds: bool

    @property
    def ratio(self) -> float | None:
        return None if self.reference is None else self.ours / self.reference


def measure(folder: Path, picture: bytes, rounds: int) -> list[Row]:
    empty, started = starts(folder, rounds)
    image = {"Bytes": base64.b64encode(picture).decode()}
    body = json.dumps({"ProjectVersionArn": VERSION, "Image": image, "MinConfidence": 0}).encode()
    file = prepare(folder / "state")
    command = ("-m", "labelpipe.standin", "--state", str(folder / "state"))
    with Server.begin(*command) as server:
        idle, heavy = server.resident() / 1e6, server.loaded("sklearn") or server.loaded("numpy")
        Caller(server.url).put("/_standin/limits", NO_RATES)
        found = detections(server, file, picture, body, rounds)
    with Server.begin(*command) as server:
        caller = Caller(server.url)
        caller.put("/_standin/limits", NO_RATES)
        caller.put("/_standin/faults", {"fixed_answer": [LABEL]})
        calls = rate(server.url, body)
    engine, call = statistics.median(found["engine"]) * 1000, statistics.median(found["call"]) * 1000
    engine_cpu, call_cpu = (statistics.fmean(found[name]) * 1000 for name in ("engine's CPU", "call's CPU"))
    return [
        Row("start-up, ms, to an empty server's", empty * 1000, started * 1000, "at most 3 x", started <= 3 * empty),
        Row("idle memory, MB, no numpy in it", None, idle, "under 150", idle < 150 and not heavy),
        Row("a detection, ms, to the bare engine's", engine, call, "at most 1.1 x", call <= 1.1 * engine),
        Row("CPU of it in the server, ms, mean", engine_cpu, call_cpu, "", True),
        Row("calls a second with a fixed answer", None, calls, "at least 300", calls >= 300),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photograph", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), photograph(options.photograph), options.rounds)
    load_ = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores of {platform.machine()}"
    if options.json:
        print(json.dumps({"rounds": options.rounds, "machine": load_, "rows": [vars(row) for row in rows]}))
        return 0
    table = Table("median", "reference", "stand-in", "ratio", "limit", "", title=f"{options.rounds} rounds, {load_}")
    for row in rows:
        reference, ratio = ("" if each is None else f"{each:.2f}" for each in (row.reference, row.ratio))
        table.add_row(row.what, reference, f"{row.ours:.1f}", ratio, row.limit, "" if row.holds else "missed")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
