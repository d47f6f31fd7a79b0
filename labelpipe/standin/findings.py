"""What a model says of an image. Apart from the engine, so that whoever only passes findings on loads no arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Ratios = tuple[float, float, float, float]  # left, top, width, height, as shares of the image


@dataclass(frozen=True)
class Finding:
    """What a model says is in an image; without a box it speaks of the whole image. Confidence is 0 to 1."""

    label: str
    confidence: float
    box: Ratios | None = None

    @property
    def percent(self) -> float:
        """The confidence as callers are told it, and may ask for it again."""
        return round(self.confidence * 100, 3)

    def told(self) -> dict[str, Any]:
        """As a member of CustomLabels."""
        label: dict[str, Any] = {"Name": self.label, "Confidence": self.percent}
        if self.box is not None:
            left, top, width, height = (round(side, 6) for side in self.box)
            label["Geometry"] = {"BoundingBox": {"Width": width, "Height": height, "Left": left, "Top": top}}
        return label
