"""What a model says of an image. Apart from the engine, so that whoever only passes findings on loads no arrays."""

from __future__ import annotations

from dataclasses import dataclass

Ratios = tuple[float, float, float, float]  # left, top, width, height, as shares of the image


@dataclass(frozen=True)
class Finding:
    """What a model says is in an image; without a box it speaks of the whole image. Confidence is 0 to 1."""

    label: str
    confidence: float
    box: Ratios | None = None
