"""What lives in the drawn garden, seen from above: bees, ladybirds, flowers and leaves, no two alike."""

import numpy as np
from numpy.random import Generator
from PIL import Image

from labelpipe.datasets.drawn.brush import Array, Brush, Colour, Paint

INK: Colour = (38, 27, 20)
PETALS: tuple[tuple[Colour, Colour], ...] = (  # at the tip, at the heart
    ((252, 250, 244), (232, 226, 206)),
    ((247, 178, 205), (206, 84, 140)),
    ((186, 152, 230), (118, 74, 178)),
    ((255, 206, 74), (236, 148, 34)),
    ((138, 172, 240), (70, 92, 190)),
    ((250, 160, 132), (222, 92, 84)),
    ((238, 120, 178), (160, 40, 110)),
)
HEARTS: tuple[Colour, ...] = ((240, 186, 44), (206, 150, 40), (120, 78, 40))
LEAVES: tuple[Colour, ...] = ((92, 142, 62), (66, 118, 58), (122, 158, 74), (74, 128, 92))


def bee(random: Generator) -> Image.Image:
    """Head up, wings half open."""
    brush = Brush(176)
    gold = np.array([random.uniform(232, 250), random.uniform(160, 190), random.uniform(34, 66)])
    fur = _fuzz(brush, random, 0.07)
    _bee_legs(brush)
    _abdomen(brush, random, gold)
    _wings(brush, random.uniform(0.55, 0.95))
    brush.ellipse((0, -0.2), (0.31, 0.29), _mottled(gold * 0.7 + 50, random, 22), fuzz=fur, round_off=0.5)
    brush.ellipse((0, -0.18), (0.13, 0.13), INK, opacity=0.3, round_off=0)
    for side in (-1, 1):
        brush.line((side * 0.06, -0.62), (side * 0.18, -0.8), 0.04, INK)
    brush.ellipse((0, -0.53), (0.19, 0.15), (58, 42, 28), fuzz=fur * 0.6)
    for side in (-1, 1):
        brush.ellipse((side * 0.14, -0.56), (0.065, 0.1), (20, 14, 14), angle=side * 0.35)
        brush.ellipse((side * 0.14, -0.6), (0.022, 0.03), (236, 240, 250), opacity=0.9, round_off=0)
    return brush.image()


def _abdomen(brush: Brush, random: Generator, gold: Array) -> None:
    bands, phase = random.uniform(3.2, 4.2), random.uniform(-0.3, 0.3)

    def paint(u: Array, v: Array) -> Array:
        dark = 1 / (1 + np.exp(-9 * np.sin((v + 0.22 * u * u) * np.pi * bands + phase)))
        dark = np.maximum(dark, np.clip((v - 0.78) * 9, 0, 1))[..., None]
        gloss = (70 * np.exp(-(((u + 0.25) / 0.22) ** 2) - (v / 0.6) ** 2))[..., None]
        return gold * (1 - dark) + np.array(INK) * dark + gloss

    brush.line((0, 0.8), (0, 0.93), 0.05, INK)
    brush.ellipse((0, 0.34), (random.uniform(0.33, 0.38), 0.5), paint, fuzz=_fuzz(brush, random, 0.025), round_off=0.45)


def _wings(brush: Brush, spread: float) -> None:
    def paint(u: Array, v: Array) -> Array:
        veins = np.clip(np.abs(np.sin(u * 4 + v * 2)) ** 12 + np.clip(np.hypot(u, v) - 0.86, 0, 1) * 5, 0, 1)
        return np.array((226, 238, 250)) - veins[..., None] * np.array((90, 80, 70))

    for side in (-1, 1):
        for length, turn, opacity in ((0.3, spread + 0.4, 0.62), (0.42, spread, 0.72)):
            away = np.array((side * np.sin(turn), np.cos(turn))) * length
            centre = (side * 0.13 + away[0], -0.17 + away[1] * 0.8)
            angle = -side * turn
            brush.ellipse(centre, (length * 0.42, length), paint, angle=angle, opacity=opacity, round_off=0.1)


def _bee_legs(brush: Brush) -> None:
    for side in (-1, 1):
        for start, knee, foot in ((-0.3, -0.42, -0.58), (-0.15, -0.1, -0.02), (0, 0.2, 0.42)):
            brush.line((side * 0.2, start), (side * 0.42, knee), 0.05, INK)
            brush.line((side * 0.42, knee), (side * 0.5, foot), 0.04, INK)


def ladybird(random: Generator) -> Image.Image:
    """Head up, wings closed."""
    brush = Brush(128)
    red = np.array([random.uniform(196, 226), random.uniform(24, 58), random.uniform(20, 40)])
    for side in (-1, 1):
        for height, reach in ((-0.35, -0.46), (0.1, 0.12), (0.45, 0.62)):
            brush.line((side * 0.5, height), (side * 0.76, reach), 0.08, INK)
        brush.line((side * 0.12, -0.7), (side * 0.26, -0.9), 0.05, INK)
    brush.ellipse((0, -0.6), (0.36, 0.24), (24, 20, 22))
    for side in (-1, 1):
        brush.ellipse((side * 0.23, -0.64), (0.09, 0.08), (244, 240, 228), round_off=0.1)

    def shell(u: Array, v: Array) -> Array:
        gloss = 120 * np.exp(-(((u + 0.35) / 0.28) ** 2) - (((v + 0.4) / 0.26) ** 2))
        return red + gloss[..., None]

    brush.ellipse((0, 0.13), (0.66, 0.72), shell, round_off=0.5)
    brush.line((0, -0.56), (0, 0.83), 0.035, INK)
    brush.ellipse((0, -0.44), (0.14, 0.12), INK)
    for x, y in ((0.3, -0.22), (0.42, 0.2), (0.22, 0.52))[: random.integers(2, 4)]:
        for side in (-1, 1):
            size = random.uniform(0.11, 0.15)
            brush.ellipse((side * x, y), (size, size), INK, round_off=0.1)
    return brush.image()


def flower(random: Generator) -> Image.Image:
    brush = Brush(216)
    tip, heart = (np.array(colour) for colour in PETALS[random.integers(len(PETALS))])
    count = int(random.choice((5, 6, 8, 11, 14, 18)))
    width = min(0.32, 1.5 / count + 0.04)
    rings = ((0.96, 0.0), (0.78, np.pi / count)) if count > 6 else ((0.96, 0.0),)
    for reach, turn in rings:
        for number in range(count):
            angle = turn + 2 * np.pi * number / count + random.normal(0, 0.05)
            _petal(brush, random, angle, reach * random.uniform(0.94, 1.0), width, (tip, heart))
    _heart(brush, random, random.uniform(0.2, 0.3))
    return brush.image()


def _petal(
    brush: Brush, random: Generator, angle: float, reach: float, width: float, colours: tuple[Array, Array]
) -> None:
    tip, heart = colours
    tone = random.uniform(0.93, 1.04)

    def paint(u: Array, v: Array) -> Array:
        share = np.clip((1 - v) / 2, 0, 1)[..., None] ** 0.5  # v is -1 at the tip
        streaks = 1 - 0.07 * np.abs(np.sin(u * 7))[..., None]
        return (heart + (tip - heart) * share) * streaks * tone

    centre = (np.sin(angle) * reach / 2, -np.cos(angle) * reach / 2)
    brush.ellipse(centre, (width, reach / 2), paint, angle=angle, round_off=0.28, point=0.15)


def _heart(brush: Brush, random: Generator, size: float) -> None:
    colour = np.array(HEARTS[random.integers(len(HEARTS))])
    brush.ellipse((0, 0), (size * 1.12, size * 1.12), tuple(colour * 0.5), opacity=0.35, round_off=0)

    def paint(u: Array, v: Array) -> Array:
        seeds = np.sin(u * 26 + v * 9) * np.sin(v * 26 - u * 9)
        return colour + 26 * seeds[..., None]

    brush.ellipse((0, 0), (size, size), paint, round_off=0.4, fuzz=_fuzz(brush, random, 0.03))


def leaf(random: Generator) -> Image.Image:
    """Upright, its tip up."""
    brush = Brush(160)
    green = np.array(LEAVES[random.integers(len(LEAVES))]) * random.uniform(0.85, 1.1)

    def paint(u: Array, v: Array) -> Array:
        rib = np.exp(-((u / 0.06) ** 2))
        veins = 0.4 * np.abs(np.sin((v + np.abs(u) * 0.35) * 11)) ** 14
        return green * (1 + 0.16 * u[..., None]) + 34 * np.maximum(rib, veins)[..., None]

    brush.ellipse((0, 0), (random.uniform(0.34, 0.52), 0.96), paint, point=0.55, round_off=0.3)
    return brush.image()


def _fuzz(brush: Brush, random: Generator, amount: float) -> Array:
    """A rim that is not smooth: fine hairs around the middle of the brush's square."""
    angle = np.arctan2(brush.y, brush.x)
    waves = ((random.integers(20, 34), 0.3), (random.integers(40, 70), 0.3), (random.integers(7, 13), 0.4))
    return sum(amount * share * np.sin(angle * count + random.uniform(0, 6)) for count, share in waves)


def _mottled(colour: Array, random: Generator, amount: float) -> Paint:
    phase = random.uniform(0, 6, 2)

    def paint(u: Array, v: Array) -> Array:
        spots = np.sin(u * 19 + phase[0] + 3 * v) * np.sin(v * 17 + phase[1] - 4 * u)
        return colour + amount * spots[..., None]

    return paint
