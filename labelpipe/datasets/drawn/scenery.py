"""The ground that a drawn picture begins with, and the light and lens that it ends with."""

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from labelpipe.datasets.drawn.brush import Colour

Size = tuple[int, int]
GROUNDS: tuple[tuple[Colour, Colour], ...] = (  # above, below
    ((168, 196, 122), (74, 118, 62)),
    ((214, 210, 150), (110, 132, 66)),
    ((128, 168, 150), (56, 96, 80)),
    ((196, 186, 168), (124, 110, 84)),
    ((150, 186, 214), (92, 134, 84)),
    ((96, 122, 82), (40, 66, 48)),
)
LIGHTS: tuple[Colour, ...] = (
    (1.06, 1.0, 0.86),
    (1.0, 1.0, 1.0),
    (0.9, 0.98, 1.1),
    (1.1, 0.96, 0.82),
    (0.97, 1.02, 0.95),
)
TWIG: Colour = (96, 72, 50)


def ground(random: Generator, size: Size) -> Image.Image:
    """A meadow far out of focus: a wash of colour, spots of light, blades of grass."""
    above, below = (np.array(colour) for colour in GROUNDS[random.integers(len(GROUNDS))])
    small = size[0] // 4, size[1] // 4
    fall = (
        np.linspace(0, 1, small[1])[:, None, None] + random.uniform(-0.3, 0.3) * np.linspace(-1, 1, small[0])[:, None]
    )
    wash = above + (below - above) * np.clip(fall, 0, 1)
    picture = Image.fromarray(np.clip(wash, 0, 255).astype(np.uint8), "RGB")
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(random.integers(20, 40)):
        _blade(draw, random, small, below)
    for _ in range(random.integers(6, 22)):
        x, y, r = random.uniform(0, small[0]), random.uniform(0, small[1]), random.uniform(2, 11)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(*_vary(random, above, 46), int(random.uniform(40, 110))))
    blurred = picture.filter(ImageFilter.GaussianBlur(random.uniform(1.2, 2.4)))
    return blurred.resize(size, Image.Resampling.BICUBIC)


def _blade(draw: ImageDraw.ImageDraw, random: Generator, size: Size, colour: Colour) -> None:
    x, width = random.uniform(0, size[0]), random.uniform(1.5, 4)
    tip = x + random.normal(0, 18), random.uniform(-0.1, 0.7) * size[1]
    fill = (*_vary(random, colour, 34), 150)
    draw.polygon([(x - width, size[1]), (x + width, size[1]), tip], fill=fill)


def _vary(random: Generator, colour: Colour, amount: float) -> tuple[int, int, int]:
    red, green, blue = np.clip(np.array(colour) + random.uniform(-amount / 2, amount) + random.normal(0, 8, 3), 0, 255)
    return int(red), int(green), int(blue)


def twig(picture: Image.Image, random: Generator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A crooked line with two tones, from `start` to `end` in pixels, drawn three times as large for smooth edges."""
    steps = np.linspace(0, 1, 9)[:, None]
    bend = np.array([end[1] - start[1], start[0] - end[0]]) * random.normal(0, 0.12)
    path = (
        np.array(start) + (np.array(end) - start) * steps + bend * np.sin(steps * np.pi) + random.normal(0, 1.2, (9, 2))
    )
    width, tone = random.uniform(3, 7), random.uniform(0.7, 1.3)
    for share, light in ((1.0, 0.7), (0.5, 1.1)):
        mask = Image.new("L", (picture.width * 3, picture.height * 3))
        ImageDraw.Draw(mask).line([tuple(point * 3) for point in path], 255, round(width * share * 3), joint="curve")
        red, green, blue = (int(part * tone * light) for part in TWIG)
        picture.paste((red, green, blue), mask=mask.reduce(3))


def develop(picture: Image.Image, random: Generator) -> Image.Image:
    """Light from one side, a tint, an exposure, sometimes a soft lens, and grain."""
    if random.random() < 0.35:
        picture = picture.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 1.1)))
    x, y = (np.linspace(-1, 1, side, dtype=np.float32) for side in picture.size)
    angle = random.uniform(0, 2 * np.pi)
    slope = 1 + random.uniform(0.04, 0.24) * (x * np.cos(angle) + y[:, None] * np.sin(angle))
    vignette = 1 - random.uniform(0, 0.16) * (x * x + (y * y)[:, None])
    tint = np.array(LIGHTS[random.integers(len(LIGHTS))]) * random.uniform(0.8, 1.22)
    light = (slope * vignette)[..., None] * tint.astype(np.float32)
    grain = random.standard_normal(light.shape[:2], np.float32)[..., None] * np.float32(random.uniform(1, 4.5))
    pixels = np.asarray(picture) * light + grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGB")
