"""What goes into the engine. Boxes are (left, top, width, height) as ratios of the image, 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelpipe.standin.findings import Ratios

Pixels = NDArray[np.uint8]  # (height, width, 3), RGB
Floats = NDArray[np.float32]


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
