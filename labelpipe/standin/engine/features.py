"""What the engine sees of an image: ten channels as an integral image, and their means over grids of cells."""

from __future__ import annotations

import numpy as np
from PIL import Image

from labelpipe.standin.engine.boxes import centres, sizes
from labelpipe.standin.engine.values import Floats, Pixels

ORIENTATIONS = 6
CHANNELS = 4 + ORIENTATIONS
LEAST_SIDE = 16  # pixels; thin images are stretched to this
_NORM_RADIUS = 6  # pixels around that a gradient is measured against
_NORM_FLOOR = 0.02  # keeps noise in flat areas small


def working_size(pixels: Pixels, long_side: float) -> tuple[int, int]:
    """Width and height when the longer side becomes long_side; the shorter one is at least 16 pixels."""
    height, width = pixels.shape[:2]
    scale = long_side / max(height, width)
    return max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale))


def integral_image(pixels: Pixels, long_side: float) -> Floats:
    """(h + 1, w + 1, 10): sums of the channels left of and above each point, the long side scaled to long_side."""
    return _integral(channels(_resized(pixels, long_side)))


def channels(image: Floats) -> Floats:
    """(h, w, 10) of an RGB image (h, w, 3) in 0 to 1: lightness, red-green, yellow-blue, gradient, 6 orientations."""
    r, g, b = image[..., 0], image[..., 1], image[..., 2]
    gx, gy = _strongest_gradient(image)
    strength = np.hypot(gx, gy)
    strength /= _blurred(strength, _NORM_RADIUS) + _NORM_FLOOR
    colours = np.stack([(r + g + b) / 3, r - g, (r + g) / 2 - b, strength / 3], axis=2)
    return np.concatenate([colours, _orientations(gx, gy, strength)], axis=2)


def grid_means(integral: Floats, boxes: Floats, cells: int, grow: float = 1.25) -> Floats:
    """(n, cells * cells * 10 + 2): every channel's mean in a grid over each box, and the logarithms of its size.

    The grid covers the box grown by grow, for context; what lies outside of the image is cut off.
    """
    height, width, depth = integral.shape
    steps = ((np.linspace(0, 1, cells + 1) - 0.5) * grow).astype(np.float32)
    size, centre = sizes(boxes), centres(boxes)
    x = np.rint(centre[:, :1] + size[:, :1] * steps).clip(0, width - 1).astype(np.int32)
    y = np.rint(centre[:, 1:] + size[:, 1:] * steps).clip(0, height - 1).astype(np.int32)
    sums = np.take(integral.reshape(-1, depth), y[:, :, None] * width + x[:, None, :], axis=0)
    sums = sums[:, 1:] - sums[:, :-1]
    sums = sums[:, :, 1:] - sums[:, :, :-1]
    areas = np.diff(y)[:, :, None] * np.diff(x)[:, None]
    sums /= np.maximum(areas, 1)[..., None]
    means = sums.reshape(len(boxes), cells * cells * depth)
    return np.hstack([means, np.log(np.maximum(size, 1) / 30).astype(np.float32)])


def _resized(pixels: Pixels, long_side: float) -> Floats:
    how = Image.Resampling.BOX if long_side < max(pixels.shape) else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(pixels).resize(working_size(pixels, long_side), how), np.float32) / 255


def _strongest_gradient(image: Floats) -> tuple[Floats, Floats]:
    """Horizontal and vertical gradient, at each pixel of the colour that changes most."""
    gy, gx = np.gradient(image, axis=(0, 1))
    colour = (gx**2 + gy**2).argmax(2)[..., None]
    return np.take_along_axis(gx, colour, 2)[..., 0], np.take_along_axis(gy, colour, 2)[..., 0]


def _orientations(gx: Floats, gy: Floats, strength: Floats) -> Floats:
    """(h, w, 6): the strength, shared between the two nearest of six directions."""
    turn = (np.arctan2(gy, gx) % np.pi) / np.pi * ORIENTATIONS
    low = turn.astype(np.int64)
    share = turn - low
    bins = np.zeros((*strength.shape, ORIENTATIONS), np.float32)
    np.put_along_axis(bins, (low % ORIENTATIONS)[..., None], (strength * (1 - share))[..., None] / 2, 2)
    np.put_along_axis(bins, ((low + 1) % ORIENTATIONS)[..., None], (strength * share)[..., None] / 2, 2)
    return bins


def _blurred(plane: Floats, radius: int) -> Floats:
    """The mean of each pixel's neighbourhood, smaller at the edges."""
    height, width = plane.shape
    sums = _integral(plane[..., None])[..., 0]
    y0, y1 = _span(height, radius)
    x0, x1 = _span(width, radius)
    total = sums[y1][:, x1] - sums[y0][:, x1] - sums[y1][:, x0] + sums[y0][:, x0]
    return (total / ((y1 - y0)[:, None] * (x1 - x0))).astype(np.float32)


def _span(length: int, radius: int) -> tuple[np.ndarray, np.ndarray]:
    at = np.arange(length)
    return (at - radius).clip(0), (at + radius + 1).clip(0, length)


def _integral(planes: Floats) -> Floats:
    height, width, depth = planes.shape
    sums = np.zeros((height + 1, width + 1, depth))  # in double: rounding would grow with the sum
    sums[1:, 1:] = planes
    for row in range(1, height + 1):  # twice as fast as cumsum along the first axis
        sums[row] += sums[row - 1]
    return np.cumsum(sums, axis=1, out=sums).astype(np.float32)
