"""The stand-in's engine, on blood cells and on drawn pictures: boxes, and labels of whole images.

    .venv/bin/python bench/engine.py [--cells FOLDER] [--only WORD]

Of each set, a model learns from the training images. Thresholds come from every second one of the others, and the score
from the rest; then from 20 random halves, as mean and standard deviation, because the halves are small. "Always" is the
F1 of who says each label of every image, which is the best that one can do without looking. Times are those of the
processor on one core, and of the wall. FOLDER has BCCD's layout; without it, ../shared/data/bccd beside the project is
read. WORD: only the sets whose name has it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from engine_sets import Set, cells, companies, garden, portraits, presence
from threadpoolctl import threadpool_limits

from labelpipe.standin.engine import Example, Finding, Model, learn, load, save
from labelpipe.standin.engine.evaluation import Ranking, at_threshold, average_precision, best_threshold, ranking

CELLS = Path(__file__).resolve().parents[2] / "shared" / "data" / "bccd"
STUDY = 0.86, 0.90  # the means over BCCD's labels, F1 and AP50, of the study that the engine follows
HALVES = 20

Result = TypeVar("Result")
Found = Sequence[list[Finding]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=Path, default=CELLS)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    for one in sets(options.cells):
        if options.only in one.name:
            run(one)


def sets(folder: Path) -> Iterator[Set]:
    yield from (garden(), presence(garden()), portraits(), companies())
    if folder.is_dir():
        yield from (cells(folder), presence(cells(folder)))
    else:
        print(f"skipped: there are no photographs at {folder}; name a folder with BCCD's layout")


def run(images: Set) -> None:
    print(f"\n{images.name}: {len(images.train)} images to learn from, {len(images.rest)} others")
    with threadpool_limits(1):  # as the server does
        (model, _), learning = timed(lambda: learn(images.train, images.rest[::2], images.boxes))
        model, size = stored(model)
        found, finding = timed(lambda: [model.find(example.pixels) for example in images.rest])
    (processor, wall), count = finding, len(images.rest)
    print(f"learning and thresholds: {learning[0]:.0f} s of the processor ({learning[1]:.0f} s); model: {size:.0f} kB")
    print(f"finding: {processor / count * 1000:.0f} ms of the processor ({wall / count * 1000:.0f} ms) an image")
    report(model, found, images)


def timed(work: Callable[[], Result]) -> tuple[Result, tuple[float, float]]:
    """What comes of it, and the seconds that it took: of the processor, and of the wall."""
    processor, wall = time.process_time(), time.perf_counter()
    return work(), (time.process_time() - processor, time.perf_counter() - wall)


def stored(model: Model) -> tuple[Model, float]:
    """The model as the server has it, through its file; and the file's size in kB."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.npz"
        save(model, file)
        return load(file), file.stat().st_size / 1024


def report(model: Model, found: Found, images: Set) -> None:
    """A line for each label, and one for their means."""
    lines = {label: figures(label, found, images.rest) for label in model.labels}
    print(f"{'label':<12}{'true':>6}{'always':>8}{'F1':>8}{'AP':>8}{'F1 of halves':>18}{'AP of halves':>18}")
    for label, values in lines.items():
        true = ranking(label, found, images.rest).true
        always = f"{'':>8}" if images.boxes else f"{always_f1(true, len(images.rest)):>8.3f}"
        print(f"{label:<12}{true:>6}{always}{told(values)}")
    mean = np.mean(list(lines.values()), axis=0)
    print(f"{'mean':<26}{told(mean)}")
    if images.name.startswith("BCCD, boxes"):
        print(f"{'to the study':<26}{mean[0, 0] / STUDY[0]:>7.2f}x{mean[0, 1] / STUDY[1]:>7.2f}x")


def figures(label: str, found: Found, examples: Sequence[Example]) -> np.ndarray:
    """(1 + HALVES, 2): F1 and average precision, first of every second image, then of random halves."""
    rows = []
    for tune, score in halves(len(examples)):
        threshold = best_threshold(ranked(label, found, examples, tune))
        scored = ranked(label, found, examples, score)
        rows.append((at_threshold(scored, threshold)[2], average_precision(scored)))
    return np.array(rows)


def halves(count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The images to choose thresholds on, and those to score."""
    yield np.arange(0, count, 2), np.arange(1, count, 2)
    for seed in range(HALVES):
        order = np.random.default_rng(seed).permutation(count)
        yield order[: count // 2], order[count // 2 :]


def ranked(label: str, found: Found, examples: Sequence[Example], which: np.ndarray) -> Ranking:
    return ranking(label, [found[i] for i in which], [examples[i] for i in which])


def always_f1(true: int, images: int) -> float:
    return 2 * true / (true + images)


def told(values: np.ndarray) -> str:
    mean, spread = values[1:].mean(0), values[1:].std(0)
    of_halves = "".join(f"{m:>10.3f} ± {s:.3f}" for m, s in zip(mean, spread, strict=True))
    return f"{values[0, 0]:>8.3f}{values[0, 1]:>8.3f}{of_halves}"


if __name__ == "__main__":
    main()
