"""What `labelpipe cost plan` takes for 30 days with a million images: seconds of CPU, and memory.

    .venv/bin/python -m bench.plan [--seed 1] [--json]

The limits are 10 seconds and 500 MB. Seconds are the processor's, of all processes, since other work may share the
machine; beside them, how often Python could have read the same file in that time, a timestamp a line, which tells how
fast this machine is. Memory is what all processes together hold at the worst moment, with pages that they share
counted once (Linux).
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, process_time

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

SECONDS, MEGABYTES = 10.0, 500.0
IMAGES, MONTH, BEGIN = 1_000_000, 30 * 86400, 1_780_272_000
SETTINGS = Path(__file__).parents[1] / "pipeline.toml"
Times = NDArray[np.float64]


def _bursts(random: np.random.Generator, count: int, seconds: float) -> Times:
    begun = random.uniform(0, MONTH - seconds, count)
    return np.sort(random.choice(begun, IMAGES) + random.uniform(0, seconds, IMAGES))


KINDS: dict[str, Callable[[np.random.Generator], Times]] = {
    "steady": lambda random: np.sort(random.uniform(0, MONTH, IMAGES)),
    "90 bursts": lambda random: _bursts(random, 90, 1200),
    "2,000 bursts": lambda random: _bursts(random, 2000, 600),
    "unsorted": lambda random: random.uniform(0, MONTH, IMAGES),
    "in one second": lambda random: np.append(np.zeros(IMAGES - 1), MONTH - 60),
    "one a minute": lambda _: np.arange(0.0, MONTH, 60),
}


@dataclass(frozen=True)
class Row:
    """One kind of arrivals."""

    kind: str
    images: int
    cpu_seconds: float
    wall_seconds: float
    megabytes: float
    times_reading: float


def row(kind: str, times: Times, file: Path) -> Row:
    """Write, read plainly, plan."""
    stamps = np.datetime_as_string((BEGIN + times).astype("datetime64[s]"))
    file.write_text("".join(f"{stamp}Z\n" for stamp in stamps))
    reading = min(_reading(file) for _ in range(3))
    cpu, wall, megabytes = _planned(file)
    return Row(kind, len(times), cpu, wall, megabytes, cpu / reading)


def _reading(file: Path) -> float:
    begun = process_time()
    with file.open() as lines:
        for line in lines:
            datetime.fromisoformat(line.rstrip())
    return process_time() - begun


def _planned(file: Path) -> tuple[float, float, float]:
    words = [str(Path(sys.executable).with_name("labelpipe")), "cost", "plan", "--json"]
    words += ["--settings", str(SETTINGS), "--arrivals", str(file)]
    begun = monotonic()
    process, over, peak = Popen(words, stdout=DEVNULL, stderr=DEVNULL), Event(), [0.0]
    watch = Thread(target=_watch, args=(process.pid, over, peak))
    watch.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    watch.join()
    if status:
        raise SystemExit(f"cost plan failed on {file}")
    return used.ru_utime + used.ru_stime, monotonic() - begun, max(peak[0], used.ru_maxrss / 1024)


def _watch(pid: int, over: Event, peak: list[float]) -> None:
    while not over.wait(0.05):
        peak[0] = max(peak[0], sum(map(_megabytes, _family(pid))))


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _megabytes(pid: int) -> float:
    """Of a process, with its part of what it shares; nothing for one that has ended, or is not Linux's."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def table(found: list[Row]) -> Table:
    """For people."""
    made = Table(title=f"cost plan, 30 days; the limits are {SECONDS:g} s and {MEGABYTES:g} MB")
    for column in ("arrivals", "images", "CPU s", "wall s", "MB", "x reading the file"):
        made.add_column(column, justify="left" if column == "arrivals" else "right")
    for each in found:
        numbers = (each.cpu_seconds, each.wall_seconds)
        made.add_row(
            each.kind,
            f"{each.images:,}",
            *(f"{number:.1f}" for number in numbers),
            f"{each.megabytes:.0f}",
            f"{each.times_reading:.1f}",
        )
    return made


def main() -> None:
    """Print the table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    random = np.random.default_rng(given.seed)
    with TemporaryDirectory() as folder:
        found = [row(kind, times(random), Path(folder, "arrivals.csv")) for kind, times in KINDS.items()]
    if given.json:
        print(json.dumps([asdict(each) for each in found], indent=1))
    else:
        Console().print(table(found))


if __name__ == "__main__":
    main()
