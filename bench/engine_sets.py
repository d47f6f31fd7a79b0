"""The image sets of bench/engine.py: blood cells (BCCD), and pictures drawn here."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from labelpipe.datasets.drawn import scenery, sprites
from labelpipe.datasets.images import LabelledImage
from labelpipe.datasets.sample import draw_sample
from labelpipe.standin.engine import Example, TrueBox, pixels_of

THINGS = {"bee": sprites.bee, "flower": sprites.flower, "ladybird": sprites.ladybird, "leaf": sprites.leaf}
SIZE = 320, 240


@dataclass(frozen=True)
class Set:
    """What a model learns from, and other images: thresholds come from some of these, the score from the rest."""

    name: str
    train: list[Example]
    rest: list[Example]

    @property
    def boxes(self) -> bool:
        return any(example.boxes for example in self.train)


def cells(folder: Path) -> Set:
    """BCCD's train.txt and val.txt."""
    return Set("BCCD, boxes", *(_cells(folder, names) for names in ("train.txt", "val.txt")))


def presence(boxed: Set) -> Set:
    """The same images, each with the labels of its boxes and without the boxes."""

    def whole(example: Example) -> Example:
        return replace(example, labels=frozenset(true.label for true in example.boxes), boxes=())

    name = boxed.name.replace("boxes", "presence in whole images")
    return Set(name, [whole(each) for each in boxed.train], [whole(each) for each in boxed.rest])


def garden(rest: int = 80) -> Set:
    """The sample that the demo learns from, with more images to be scored on than it has."""
    with TemporaryDirectory() as folder:
        drawn = draw_sample(Path(folder), test=rest)
        return Set("drawn garden, boxes", [_example(one) for one in drawn.train], [_example(one) for one in drawn.test])


def portraits(train: int = 60, rest: int = 80) -> Set:
    """One thing in each picture, and its name."""
    names = np.random.default_rng(5).choice(list(THINGS), train + rest)
    pictures = [_picture(number, [str(name)]) for number, name in enumerate(names)]
    return Set("drawn portraits, one label each", pictures[:train], pictures[train:])


def companies(train: int = 60, rest: int = 80) -> Set:
    """None to four things in each picture, and all their names."""
    often = np.random.default_rng(5).random((train + rest, len(THINGS))) < 0.4
    pictures = [
        _picture(1000 + number, [name for name, there in zip(THINGS, has, strict=True) if there])
        for number, has in enumerate(often)
    ]
    return Set("drawn companies, several labels", pictures[:train], pictures[train:])


def _picture(number: int, names: list[str]) -> Example:
    random = np.random.default_rng(number)
    picture = scenery.ground(random, SIZE)
    for name in names:
        side = int(random.uniform(0.35, 0.6) * min(SIZE))
        sprite = THINGS[name](random).resize((side, side)).rotate(random.uniform(0, 360), Image.Resampling.BICUBIC)
        corner = tuple(int(random.integers(0, length - side)) for length in SIZE)
        picture.paste(sprite, corner, sprite)
    return Example(np.asarray(scenery.develop(picture, random)), frozenset(names))


def _example(image: LabelledImage) -> Example:
    boxes = [(box.label, box.left, box.top, box.width, box.height) for box in image.boxes]
    return Example(
        pixels_of(image.path.read_bytes()), boxes=tuple(_true(box, image.width, image.height) for box in boxes)
    )


def _true(box: tuple[str, float, float, float, float], width: int, height: int) -> TrueBox:
    label, left, top, wide, high = box
    return TrueBox(label, (left / width, top / height, wide / width, high / height))


def _cells(folder: Path, names: str) -> list[Example]:
    return [_cell(folder, name) for name in (folder / "ImageSets" / "Main" / names).read_text().split()]


def _cell(folder: Path, name: str) -> Example:
    pixels = pixels_of((folder / "JPEGImages" / f"{name}.jpg").read_bytes())
    tree = ElementTree.parse(folder / "Annotations" / f"{name}.xml")  # noqa: S314  our own files
    boxes = []
    for thing in tree.iter("object"):
        x0, y0, x1, y1 = (float(thing.findtext(f"bndbox/{side}") or 0) for side in ("xmin", "ymin", "xmax", "ymax"))
        if x1 - x0 >= 2 and y1 - y0 >= 2:  # a few boxes have no area
            boxes.append((thing.findtext("name") or "", x0, y0, x1 - x0, y1 - y0))
    height, width = pixels.shape[:2]
    return Example(pixels, boxes=tuple(_true(box, width, height) for box in boxes))
