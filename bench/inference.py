"""The inference function against a plain serial handler, and against limits, in one run.

    .venv/bin/python bench/inference.py [--rounds 15] [--json] [--tls] [--python PATH]

Ours is the bundle as it ships; the plain one (inference_plain.py) has the whole boto3, as Lambda's runtime does, of the
same version. Each runs in processes of its own, in turns, against one stub (inference_stub.py): 100 ms for a detection,
20 ms for anything else. Ratios are of medians of the same run. Cold starts, from before the handler's import to its
answer, are measured with bytecode beside every module, and without any: zips come without, and Lambda can write none.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from inference_setting import HANDLERS, Side, files, folders, stub
from rich.console import Console
from rich.table import Table

from stacks.bundling.wheels import BUILD

BATCH = 10
MEGABYTE = 1_000_000

Starter = Callable[[str], Side]
Found = dict[str, list[dict[str, float]]]


def cold_starts(start: Starter, rounds: int, images: int = 1) -> Found:
    """What the first batch of a new process took. The first round warms disks, and is not counted."""
    found: Found = {name: [] for name in HANDLERS}
    for number in range(rounds + 1):
        for name in found:
            side = start(name)
            took = side.answer(images)
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
    """What an image that must be shrunk took, with the start of the decoder's process. Seconds, and bytes."""

    wall: float
    cpu: float
    before: int
    peak: int

    @classmethod
    def measured(cls, start: Starter) -> "Large":
        """In two processes that have answered before: to look at memory all the time takes time itself."""
        timed, watched = start("labelpipe"), start("labelpipe")
        timed.answer(1)
        watched.answer(1)
        used = sum(map(cpu, family(timed.process.pid)))
        wall = timed.answer(1, "large.jpg")["wall"]
        used = sum(map(cpu, family(timed.process.pid))) - used
        with peak_memory(watched.process.pid) as memory:
            watched.answer(1, "large.jpg")
        timed.end()
        watched.end()
        return cls(wall, used, memory[0], max(memory))


@contextmanager
def peak_memory(pid: int) -> Iterator[list[int]]:
    """What a process and its children hold together, every few milliseconds. Pages that they share count once."""
    samples, done = [sum(map(held, family(pid)))], threading.Event()

    def sample() -> None:
        while not done.wait(0.005):
            samples.append(sum(map(held, family(pid))))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


def family(pid: int) -> list[int]:
    """A process and its children, and theirs."""
    try:
        tasks = [(task / "children").read_text().split() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:  # it has ended meanwhile
        return []
    return [pid, *(each for children in tasks for child in children for each in family(int(child)))]


def held(pid: int) -> int:
    """Bytes; 0 of a process that has ended meanwhile."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def cpu(pid: int) -> float:
    """Seconds."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


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
        few = max(3, rounds // 3)
        warm, cold = batches(compiled, rounds), cold_starts(compiled, rounds)
        first, slow = cold_starts(compiled, few, BATCH), cold_starts(bare, few)
        shrunk = [Large.measured(compiled) for _ in range(3)]
    return [
        Row.of(f"batch of {BATCH}, ms", warm, "wall", 1000, "at least 6 x faster", faster=True),
        Row.of("CPU of an image, ms", warm, "cpu", 1000 / BATCH, "at most 1.1 x"),
        Row.of("cold start, ms", cold, "wall", 1000, "at most 1.15 x"),
        Row.of("CPU of it, ms", cold, "cpu", 1000),
        Row.of("without bytecode, ms", slow, "wall", 1000),
        Row.of("CPU of it, ms", slow, "cpu", 1000),
        Row.of(f"first batch of {BATCH}, ms", first, "wall", 1000),
        Row.of("CPU of it, ms", first, "cpu", 1000),
        Row("48 megapixels, 15 MB, ms", None, statistics.median(each.wall for each in shrunk) * 1000, "", None),
        Row("CPU of it, ms", None, statistics.median(each.cpu for each in shrunk) * 1000, "", None),
        Row("peak memory, MB", None, max(each.peak for each in shrunk) / MEGABYTE, "under 512", None),
        Row("memory before it, MB", None, max(each.before for each in shrunk) / MEGABYTE, "", None),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tls", action="store_true", help="HTTPS, as AWS has it: connections cost both sides more")
    parser.add_argument("--python", default=sys.executable, help="another interpreter, such as Lambda's Python 3.13")
    options = parser.parse_args()
    rows = measure(options.rounds, options.python, tls=options.tls)
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores of {platform.machine()}"
    if options.json:
        print(json.dumps({"rounds": options.rounds, "machine": load, "rows": [vars(row) for row in rows]}))
        return
    table = Table("median", "plain", "labelpipe", "ratio", "limit", title=f"{options.rounds} rounds, {load}")
    for row in rows:
        plain, ratio = (
            "" if value is None else f"{value:.{digits}f}" for value, digits in ((row.plain, 1), (row.ratio, 2))
        )
        table.add_row(row.what, plain, f"{row.ours:.1f}", ratio, row.limit)
    Console().print(table)


if __name__ == "__main__":
    main()
