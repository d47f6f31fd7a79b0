"""From a file's bytes to pixels, the same way for training and for finding."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from labelpipe.standin.engine.values import Pixels

MAX_SIDE = 1280  # pixels; "Manifest file validation rules": larger training images are scaled down to this


class BrokenImage(Exception):
    """The file cannot be decoded."""


def pixels_of(image: bytes) -> Pixels:
    """Decode as stored (an EXIF orientation is not applied), no side above 1280 pixels.

    Raises:
        BrokenImage: neither PNG nor JPEG, truncated, damaged, or of more pixels than Pillow decodes.
    """
    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG")) as opened:
            opened.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a large JPEG is decoded at a half, a quarter or an eighth
            picture = _eight_bits(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's words for damage
        raise BrokenImage(str(error)) from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    return np.asarray(picture)


def _eight_bits(picture: Image.Image) -> Image.Image:
    if not picture.mode.startswith("I"):
        return picture
    return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))  # 16-bit grey
