"""A brush for small pictures with transparent ground, made of shaded shapes with soft edges."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]
Colour = tuple[float, float, float] | Array
Paint = Colour | Callable[[Array, Array], Array]


class Brush:
    """Paints on a square from -1 to 1 in both directions (y down), `pixels` wide; colours are 0 to 255."""

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        steps = (np.arange(pixels, dtype=np.float32) + 0.5) * 2 / pixels - 1
        self.x, self.y = np.meshgrid(steps, steps)
        # Colours are kept multiplied by their opacity, as laying one over another needs.
        self.rgb = np.zeros((pixels, pixels, 3), np.float32)
        self.alpha = np.zeros((pixels, pixels, 1), np.float32)

    def ellipse(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        paint: Paint,
        *,
        angle: float = 0.0,
        opacity: float = 1.0,
        round_off: float = 0.4,
        fuzz: Array | None = None,
        point: float = 0.0,
    ) -> None:
        """An ellipse turned by `angle` (radians), darker towards its rim by `round_off`.

        `paint` is a colour, or a function of the place in the ellipse (each axis -1 to 1). `fuzz` moves the rim, per
        pixel; `point` (0 to 1) narrows it towards both ends of its y axis, as a leaf does.
        """
        window = self._window(centre, max(radii) * 1.1)
        dx, dy = self.x[window] - centre[0], self.y[window] - centre[1]
        u = (dx * np.cos(angle) + dy * np.sin(angle)) / radii[0]
        v = (dy * np.cos(angle) - dx * np.sin(angle)) / radii[1]
        u = u / np.clip(1 - point * v * v, 0.05, None) if point else u
        r = np.hypot(u, v) + (0 if fuzz is None else fuzz[window])
        edge = np.clip((1 - r) * min(radii) * self.pixels / 2 + 0.5, 0, 1) * opacity
        colour = paint(u, v) if callable(paint) else np.array(paint, np.float32)
        self._lay(window, colour * (1 - round_off * np.clip(r, 0, 1) ** 3)[..., None], edge)

    def line(self, start: tuple[float, float], end: tuple[float, float], width: float, colour: Colour) -> None:
        """A straight line with round ends."""
        (x0, y0), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
        window = self._window((x0 + dx / 2, y0 + dy / 2), np.hypot(dx, dy) / 2 + width)
        x, y = self.x[window] - x0, self.y[window] - y0
        along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy), 0, 1)
        away = np.hypot(x - along * dx, y - along * dy)
        self._lay(window, np.array(colour, np.float32), np.clip((width / 2 - away) * self.pixels / 2 + 0.5, 0, 1))

    def _window(self, centre: tuple[float, float], reach: float) -> tuple[slice, slice]:
        x, y = (
            slice(
                *(
                    int(np.clip(round((middle + side * reach + 1) * self.pixels / 2), 0, self.pixels))
                    for side in (-1, 1)
                )
            )
            for middle in centre
        )
        return y, x

    def _lay(self, window: tuple[slice, slice], colour: Array, alpha: Array) -> None:
        share = alpha[..., None]
        self.rgb[window] += (colour - self.rgb[window]) * share
        self.alpha[window] += (1 - self.alpha[window]) * share

    def image(self) -> Image.Image:
        rgb = self.rgb / np.maximum(self.alpha, 1e-3)
        return Image.fromarray(np.clip(np.dstack([rgb, self.alpha * 255]), 0, 255).astype(np.uint8), "RGBA")
