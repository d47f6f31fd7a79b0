"""What the demo uploads: ordinary images, and the odd ones that every bucket sees sooner or later."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from labelpipe.datasets.images import Box, LabelledImage

ORIENTATION = 0x0112
"""EXIF tag: how a viewer has to turn the stored raster."""


@dataclass(frozen=True)
class Upload:
    """A file, where it goes, and what must come back."""

    key: str
    path: Path
    expected: str
    """Status of the result."""
    truth: LabelledImage | None = None
    """What is in the stored raster, where that is known."""
    note: str = ""
    """Why it is among the uploads, where it is not an ordinary image."""


def ordinary(prefix: str, images: Sequence[LabelledImage]) -> list[Upload]:
    """Images as they are, under their own names."""
    return [Upload(f"{prefix}{image.path.name}", image.path, "SUCCEEDED", image) for image in images]


def mixed(prefix: str, images: Sequence[LabelledImage], folder: Path) -> list[Upload]:
    """The drawn images, some of them under odd keys, in odd formats or turned, and some files that must be refused."""
    odd = iter(images)
    return [
        _renamed(next(odd), f"{prefix}summer 2026/a b+1.jpg", "spaces and a plus"),
        _renamed(next(odd), f"{prefix}100%25 wild/naïve-Ω 蜂.jpg", "percent signs and unicode"),
        _renamed(next(odd), f"{prefix}MEADOW.JPG", "an upper-case suffix"),
        _renamed(next(odd), f"{prefix}Hedge.Jpeg", "a capitalised suffix"),
        _saved(next(odd), f"{prefix}from-the-web.webp", folder, "WebP: converted"),
        _saved(next(odd), f"{prefix}scan.BMP", folder, "BMP: converted"),
        _saved(next(odd), f"{prefix}lossless.png", folder, ""),
        _turned(next(odd), f"{prefix}phone.jpg", folder, "turned by EXIF"),
        *ordinary(prefix, list(odd)),
        _not_an_image(f"{prefix}notes.jpg", folder),
        _tiny(f"{prefix}thumbnail.png", folder),
        _truncated(images[0], f"{prefix}interrupted.jpg", folder),
    ]


def _renamed(image: LabelledImage, key: str, note: str) -> Upload:
    return Upload(key, image.path, "SUCCEEDED", image, note)


def _saved(image: LabelledImage, key: str, folder: Path, note: str) -> Upload:
    path = folder / Path(key).name
    with Image.open(image.path) as picture:
        picture.save(path, quality=90)
    return Upload(key, path, "SUCCEEDED", image, note)


def _turned(image: LabelledImage, key: str, folder: Path, note: str) -> Upload:
    """Stored lying on its side, with the EXIF orientation that puts it upright: the truth lies on its side too."""
    path = folder / Path(key).name
    with Image.open(image.path) as picture:
        exif = picture.getexif()
        exif[ORIENTATION] = 6
        picture.transpose(Image.Transpose.ROTATE_90).save(path, quality=92, exif=exif)
    boxes = tuple(Box(b.label, b.top, image.width - b.left - b.width, b.height, b.width) for b in image.boxes)
    return Upload(key, path, "SUCCEEDED", LabelledImage(path, image.height, image.width, boxes), note)


def _not_an_image(key: str, folder: Path) -> Upload:
    path = folder / Path(key).name
    path.write_text("Remember to water the flowers.\n" * 40)
    return Upload(key, path, "REJECTED", note="a text file")


def _tiny(key: str, folder: Path) -> Upload:
    path = folder / Path(key).name
    Image.new("RGB", (48, 48), "#4a7c3a").save(path)
    return Upload(key, path, "REJECTED", note="48 px: under the service's 64")


def _truncated(image: LabelledImage, key: str, folder: Path) -> Upload:
    path = folder / Path(key).name
    path.write_bytes(image.path.read_bytes()[:2000])
    return Upload(key, path, "REJECTED", note="an interrupted upload")
