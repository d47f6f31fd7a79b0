"""What goes into the engine and what comes out. Boxes are (left, top, width, height) as ratios of the image, 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 3), RGB
Floats = NDArray[np.float32]
Ratios = tuple[float, float, float, float]


@dataclass(frozen=True)
class TrueBox:
    label: str
    box: Ratios


@dataclass(frozen=True)
class Example:
    """An image with what a person says is in it."""

    pixels: Pixels
    labels: frozenset[str] = frozenset()
    boxes: tuple[TrueBox, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What a model says is in an image; without a box it speaks of the whole image. Confidence is 0 to 1."""

    label: str
    confidence: float
    box: Ratios | None = None
