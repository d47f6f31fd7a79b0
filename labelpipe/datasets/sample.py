"""A drawn sample to try everything on: bees and ladybirds on flowers, with a box around each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from numpy.random import Generator, default_rng
from PIL import Image, ImageFilter

from labelpipe.core.errors import Problem
from labelpipe.datasets.drawn import scenery, sprites
from labelpipe.datasets.images import Box, LabelledImage, Split

BEES, BEES_OFTEN = (0, 1, 2, 3, 4, 5, 6), (0.07, 0.19, 0.24, 0.2, 0.14, 0.1, 0.06)
LADYBIRDS, LADYBIRDS_OFTEN = (0, 1, 2, 3), (0.3, 0.36, 0.22, 0.12)
VISIBLE = 64  # opacity (0 to 255) from which a pixel counts into the box
MOST_HIDDEN = 0.3  # share of a box that leaves in front may cover


def draw_sample(
    folder: Path, *, seed: int = 7, train: int = 36, test: int = 16, size: tuple[int, int] = (480, 360)
) -> Split:
    """Draw `train` and `test` JPEG images of `size` pixels into `folder`/train and `folder`/test.

    Labels are `bee` (0 to 6 in an image) and `ladybird` (0 to 3); the first image of each part has both. The same
    seed draws the same images with the same versions of Pillow and numpy.
    """
    numbers = range(1, train + test + 1)
    names = [folder / ("train" if number <= train else "test") / f"garden-{number:02}.jpg" for number in numbers]
    try:
        for path in {name.parent for name in names}:
            path.mkdir(parents=True, exist_ok=True)
        stock = _Sprites.draw(default_rng([seed, 0]))
        images = [
            _draw_image(path, default_rng([seed, number]), stock, size, both=number in (1, train + 1))
            for number, path in zip(numbers, names, strict=True)
        ]
    except OSError as error:
        raise Problem(f"{folder} cannot be written ({error.strerror}): name a folder that you may write to") from error
    return Split(images[:train], images[train:])


@dataclass(frozen=True)
class _Sprites:
    """A stock of sprites to pick from, since drawing one takes longer than turning and scaling it."""

    bees: list[Image.Image]
    ladybirds: list[Image.Image]
    flowers: list[Image.Image]
    leaves: list[Image.Image]

    @classmethod
    def draw(cls, random: Generator) -> "_Sprites":
        def some(draw: Callable[[Generator], Image.Image], count: int) -> list[Image.Image]:
            return [draw(random) for _ in range(count)]

        return cls(some(sprites.bee, 16), some(sprites.ladybird, 10), some(sprites.flower, 20), some(sprites.leaf, 10))


@dataclass
class _Garden:
    """A picture in the making."""

    picture: Image.Image
    random: Generator
    boxes: list[Box] = field(default_factory=list)

    def somewhere(self, margin: float = 0.0) -> tuple[float, float]:
        """A place in pixels; `margin` (share of the shorter side) keeps it off the edge, or lets it past."""
        width, height = self.picture.size
        rim = margin * min(width, height)
        return self.random.uniform(rim, width - rim), self.random.uniform(rim, height - rim)

    def pick(self, stock: list[Image.Image], length: float) -> Image.Image:
        """One of the stock, `length` pixels long, turned any way."""
        sprite = stock[self.random.integers(len(stock))]
        narrow = self.random.uniform(0.88, 1.0)  # seen a little from the front
        small = sprite.resize((round(length), max(1, round(length * narrow))), Image.Resampling.LANCZOS)
        return small.rotate(self.random.uniform(0, 360), Image.Resampling.BICUBIC, expand=True)

    def place(self, sprite: Image.Image, centre: tuple[float, float], shadow: float = 0.0) -> None:
        """Lay the sprite over the picture; `shadow` is how far (pixels) it hovers above what lies below."""
        corner = round(centre[0] - sprite.width / 2), round(centre[1] - sprite.height / 2)
        if shadow:
            mask = sprite.getchannel("A").filter(ImageFilter.GaussianBlur(1 + shadow / 3)).point(lambda a: a * 0.42)
            self.picture.paste((22, 26, 30), (corner[0] + round(shadow), corner[1] + round(shadow * 1.3)), mask)
        self.picture.paste(sprite, corner, sprite)


def _draw_image(path: Path, random: Generator, stock: _Sprites, size: tuple[int, int], *, both: bool) -> LabelledImage:
    garden = _Garden(scenery.ground(random, size), random)
    unit = min(size)
    perches = _plant(garden, stock, unit)
    least = 1 if both else 0
    for _ in range(max(least, random.choice(BEES, p=BEES_OFTEN))):
        _settle(garden, "bee", stock.bees, unit * random.uniform(0.15, 0.27), perches)
    for _ in range(max(least, random.choice(LADYBIRDS, p=LADYBIRDS_OFTEN))):
        _settle(garden, "ladybird", stock.ladybirds, unit * random.uniform(0.09, 0.15), perches)
    _clutter(garden, stock, unit)
    scenery.develop(garden.picture, random).save(path, quality=90)
    return LabelledImage(path, *size, tuple(garden.boxes))


def _plant(garden: _Garden, stock: _Sprites, unit: int) -> list[tuple[float, float]]:
    """Leaves, twigs and flowers; gives the middles of the flowers."""
    random = garden.random
    for _ in range(random.integers(0, 3)):
        scenery.twig(garden.picture, random, garden.somewhere(-0.1), garden.somewhere(-0.1))
    far = [(garden.pick(stock.flowers + stock.leaves, unit * random.uniform(0.1, 0.3)), True) for _ in range(5)]
    near = [(garden.pick(stock.leaves, unit * random.uniform(0.25, 0.6)), False) for _ in range(random.integers(2, 7))]
    for sprite, blurred in far + near:
        soft = sprite.filter(ImageFilter.GaussianBlur(unit / 100)) if blurred else sprite
        garden.place(soft, garden.somewhere(-0.05), shadow=0 if blurred else 4)
    perches = []
    for _ in range(random.integers(2, 6)):
        perches.append(garden.somewhere(0.08))
        garden.place(garden.pick(stock.flowers, unit * random.uniform(0.3, 0.62)), perches[-1], 6)
    return perches


def _settle(
    garden: _Garden, label: str, stock: list[Image.Image], length: float, perches: list[tuple[float, float]]
) -> None:
    """Put an animal where it covers little of the others: on a flower mostly. Without such a place it stays away."""
    sprite = garden.pick(stock, length)
    for _ in range(20):
        on_flower = garden.random.random() < 0.75
        x, y = perches[garden.random.integers(len(perches))] if on_flower else garden.somewhere()
        x, y = x + garden.random.normal(0, length * 0.5), y + garden.random.normal(0, length * 0.5)
        box = _visible_box(label, sprite, (x, y), garden.picture.size)
        if box and all(_covered(other, box) < 0.2 and _covered(box, other) < 0.2 for other in garden.boxes):
            garden.place(sprite, (x, y), float(garden.random.choice((3, 3, 5, 10))))
            garden.boxes.append(box)
            return


def _visible_box(label: str, sprite: Image.Image, centre: tuple[float, float], size: tuple[int, int]) -> Box | None:
    """The box of the sprite's pixels inside the picture; None if more than a fifth of it would be outside."""
    opaque = sprite.getchannel("A").point(lambda alpha: 255 * (alpha >= VISIBLE))
    left, top, right, bottom = opaque.getbbox() or (0, 0, 0, 0)
    x, y = round(centre[0] - sprite.width / 2), round(centre[1] - sprite.height / 2)
    whole = Box(label, x + left, y + top, right - left, bottom - top)
    inside = whole.clipped(*size)
    return inside if inside.area and inside.area >= 0.8 * whole.area else None


def _covered(box: Box, by: Box) -> float:
    """Share of a box that another one covers."""
    width = min(box.left + box.width, by.left + by.width) - max(box.left, by.left)
    height = min(box.top + box.height, by.top + by.height) - max(box.top, by.top)
    return max(width, 0) * max(height, 0) / box.area


def _clutter(garden: _Garden, stock: _Sprites, unit: int) -> None:
    """Fallen leaves in front, some out of focus, none over much of an animal."""
    random = garden.random
    covers: list[Box] = []
    for _ in range(random.integers(0, 5)):
        sprite = garden.pick(stock.leaves, unit * random.uniform(0.12, 0.4))
        centre = garden.somewhere(-0.05)
        cover = _visible_box("", sprite, centre, garden.picture.size)
        if cover and all(sum(_covered(box, by) for by in (*covers, cover)) < MOST_HIDDEN for box in garden.boxes):
            covers.append(cover)
            soft = sprite.filter(ImageFilter.GaussianBlur(float(random.choice((0, 0, unit / 120)))))
            garden.place(soft, centre, 8)
