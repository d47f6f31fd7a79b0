"""Learning from a few real photographs: blood cells, white ones large and stained."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from labelpipe.standin.engine import Example, TrueBox, learn, pixels_of
from labelpipe.standin.engine.evaluation import at_threshold, ranking

BCCD = Path(__file__).resolve().parents[5] / "shared" / "data" / "bccd"

pytestmark = pytest.mark.skipif(not BCCD.is_dir(), reason="no photographs at ../shared/data/bccd beside the project")


def white_cells(name: str) -> Example:
    pixels = pixels_of((BCCD / "JPEGImages" / f"{name}.jpg").read_bytes())
    boxes = []
    tree = ElementTree.parse(BCCD / "Annotations" / f"{name}.xml")  # noqa: S314  our own files
    for thing in tree.iter("object"):
        if thing.findtext("name") == "WBC":
            x0, y0, x1, y1 = (float(thing.findtext(f"bndbox/{side}")) for side in ("xmin", "ymin", "xmax", "ymax"))
            boxes.append(TrueBox("WBC", (x0 / 640, y0 / 480, (x1 - x0) / 640, (y1 - y0) / 480)))
    return Example(pixels, boxes=tuple(boxes))


def test_six_photographs_teach_white_cells() -> None:
    names = (BCCD / "ImageSets" / "Main" / "train.txt").read_text().split()
    model, _ = learn(list(map(white_cells, names[:6])), list(map(white_cells, names[12:15])), boxes=True)
    examples = list(map(white_cells, names[20:30]))
    found = [model.find(example.pixels) for example in examples]
    assert at_threshold(ranking("WBC", found, examples), model.thresholds["WBC"])[2] > 0.8
