"""Arithmetic of boxes: arrays of shape (n, 4) with rows (x0, y0, x1, y1) in pixels."""

from __future__ import annotations

import numpy as np

from labelpipe.standin.engine.values import Floats


def sizes(boxes: Floats) -> Floats:
    """(n, 2): width and height."""
    return boxes[:, 2:] - boxes[:, :2]


def centres(boxes: Floats) -> Floats:
    """(n, 2): x and y."""
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def around(centres: Floats, sizes: Floats) -> Floats:
    """The boxes with these centres and sizes, both (n, 2)."""
    return np.hstack([centres - sizes / 2, centres + sizes / 2])


def offsets(boxes: Floats, targets: Floats) -> Floats:
    """(n, 4): how to move each box to its target, as shares of its size; sizes as logarithms of their ratio."""
    size = sizes(boxes)
    return np.hstack([(centres(targets) - centres(boxes)) / size, np.log(sizes(targets) / size)])


def moved(boxes: Floats, offsets: Floats) -> Floats:
    """The reverse of offsets, with every offset held within -1 to 1."""
    held, size = np.clip(offsets, -1, 1), sizes(boxes)
    return around(centres(boxes) + held[:, :2] * size, size * np.exp(held[:, 2:]))


def overlaps(a: Floats, b: Floats) -> Floats:
    """(len(a), len(b)): intersection over union."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).clip(0).prod(2)
    areas = sizes(a).prod(1)[:, None] + sizes(b).prod(1)[None] - shared
    return shared / np.maximum(areas, 1e-9)


def suppressed(boxes: Floats, scores: Floats, limit: float) -> list[int]:
    """Indices that stay, best first, when every box drops the lower ones that overlap it by more than limit."""
    return _walk(overlaps(boxes, boxes), scores, limit)


def voted(boxes: Floats, scores: Floats, limit: float, vote: float) -> tuple[list[int], Floats]:
    """As suppressed; a box that stays becomes the mean, by squared score, of all that overlap it by more than vote."""
    overlap = overlaps(boxes, boxes)
    stay = _walk(overlap, scores, limit)
    weights = (overlap[stay] > vote) * (scores**2 + 1e-9)
    return stay, weights @ boxes / weights.sum(1, keepdims=True)


def _walk(overlap: Floats, scores: Floats, limit: float) -> list[int]:
    alive, stay = np.ones(len(scores), bool), []
    for i in np.argsort(-scores):
        if alive[i]:
            stay.append(int(i))
            alive &= overlap[i] <= limit
    return stay
