"""The engine on real photographs: python -m bench.engine, or python bench/engine.py [FOLDER].

Learns from BCCD's train.txt, chooses thresholds on every second image of val.txt, and is scored on the others. Prints
a line for each label, the means beside those of the study that the engine follows, and the times. Without a folder it
reads ../shared/data/bccd beside the project's root. Use an idle machine: one core is used, and times are of the wall.
"""

from __future__ import annotations

import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from labelpipe.standin.engine import Example, Model, TrueBox, learn, load, pixels_of, save
from labelpipe.standin.engine.evaluation import at_threshold, average_precision, ranking

HERE = Path(__file__).resolve().parent.parent
STUDY_F1, STUDY_AP = 0.86, 0.90  # means over the labels, same photographs, another split of val.txt


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "shared" / "data" / "bccd"
    if not folder.is_dir():
        print(f"skipped: there are no photographs at {folder}; name a folder with BCCD's layout")
        return 0
    val = read(folder, "val.txt")
    tune, score = val[::2], val[1::2]
    began = time.perf_counter()
    model, _ = learn(read(folder, "train.txt"), tune, boxes=True)
    print(f"learning and thresholds: {time.perf_counter() - began:.0f} s")
    report(stored(model), score)
    return 0


def report(model: Model, examples: list[Example]) -> None:
    began = time.perf_counter()
    found = [model.find(example.pixels) for example in examples]
    milliseconds = (time.perf_counter() - began) / len(examples) * 1000
    print(f"finding: {milliseconds:.0f} ms an image\n")
    print(f"{'label':<12}{'threshold':>10}{'precision':>11}{'recall':>8}{'F1':>7}{'AP50':>7}{'boxes':>7}")
    f1s, precisions = [], []
    for label in model.labels:
        ranked = ranking(label, found, examples)
        precision, recall, f1 = at_threshold(ranked, model.thresholds[label])
        f1s.append(f1)
        precisions.append(average_precision(ranked))
        numbers = f"{model.thresholds[label]:>10.2f}{precision:>11.2f}{recall:>8.2f}{f1:>7.3f}{precisions[-1]:>7.3f}"
        print(f"{label:<12}{numbers}{ranked.true:>7}")
    mean_f1, mean_ap = sum(f1s) / len(f1s), sum(precisions) / len(precisions)
    print(f"{'mean':<41}{mean_f1:>7.3f}{mean_ap:>7.3f}")
    print(f"{'to the study':<41}{mean_f1 / STUDY_F1:>6.2f}x{mean_ap / STUDY_AP:>6.2f}x")


def stored(model: Model) -> Model:
    """The model as the server has it: through its file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.npz"
        save(model, file)
        print(f"model: {file.stat().st_size / 1024:.0f} kB")
        return load(file)


def read(folder: Path, names: str) -> list[Example]:
    return [_example(folder, name) for name in (folder / "ImageSets" / "Main" / names).read_text().split()]


def _example(folder: Path, name: str) -> Example:
    pixels = pixels_of((folder / "JPEGImages" / f"{name}.jpg").read_bytes())
    tree = ElementTree.parse(folder / "Annotations" / f"{name}.xml")  # noqa: S314  our own files
    height, width = pixels.shape[:2]
    boxes = []
    for thing in tree.iter("object"):
        x0, y0, x1, y1 = (float(thing.findtext(f"bndbox/{side}") or 0) for side in ("xmin", "ymin", "xmax", "ymax"))
        if x1 - x0 >= 2 and y1 - y0 >= 2:  # a few boxes have no area
            box = (x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height)
            boxes.append(TrueBox(thing.findtext("name") or "", box))
    return Example(pixels, boxes=tuple(boxes))


if __name__ == "__main__":
    sys.exit(main())
