"""One drawing in every format that Pillow writes."""

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image

from labelpipe.core.boxes import Box

SIZE = (160, 120)
SPOT = Box(0.25, 0.5, 0.125, 0.25)
"""Where the drawing is dark, in ratios of the stored raster. A perfect model finds it there."""
WHITE, RED = (255, 255, 255), (200, 0, 0)


def drawn(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """White, with one spot of dark red, or of dark grey where the mode has no colours."""
    width, height = size
    left, top = round(SPOT.left * width), round(SPOT.top * height)
    right, bottom = round((SPOT.left + SPOT.width) * width), round((SPOT.top + SPOT.height) * height)
    grey = mode in ("L", "1", "I;16", "I;16B", "F")
    image = Image.new("L" if grey else "RGB", size, "white")
    image.paste("#c80000", (left, top, right, bottom))
    if mode == "1":
        return image.point(lambda value: 255 * (value > 127), "1")
    if mode.startswith("I;16"):
        return Image.frombytes(mode, size, bytes(byte for value in image.tobytes() for byte in (value, value)))
    return image if image.mode == mode else image.convert(mode)


def encoded(image: Image.Image, kind: str, orientation: int = 0, **options: Any) -> bytes:
    """A file of Pillow's format `kind`, with an EXIF orientation if one is given."""
    if orientation:
        options["exif"] = exif(orientation)
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int) -> bytes:
    """With the marker that JPEG puts before it."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def file(kind: str, mode: str = "RGB", size: tuple[int, int] = SIZE, **options: Any) -> Callable[[], bytes]:
    """What makes the drawing in a format and a mode."""
    return lambda: encoded(drawn(size, mode), kind, **options)


def cut(make: Callable[[], bytes], kept: float) -> Callable[[], bytes]:
    """Only so much of a file, as a ratio."""

    def cut_short() -> bytes:
        body = make()
        return body[: int(len(body) * kept)]

    return cut_short


def noise(size: int, seed: int = 7) -> bytes:
    """Bytes that nothing compresses."""
    return Random(seed).randbytes(size)


def noisy(kind: str, **options: Any) -> Callable[[], bytes]:
    """An image that fills its file evenly, so that a cut anywhere takes pixels away."""
    return lambda: encoded(Image.frombytes("L", (400, 300), noise(400 * 300)), kind, **options)
