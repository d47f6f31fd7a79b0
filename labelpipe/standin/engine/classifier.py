"""The classifier: labels of whole images, from how much an image has of each typical patch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labelpipe.standin.engine.detector_training import mirrored
from labelpipe.standin.engine.features import CHANNELS, grid_means, integral_image
from labelpipe.standin.engine.learners import softmax
from labelpipe.standin.engine.values import Example, Floats, Pixels
from labelpipe.standin.findings import Finding

LONG_SIDE = 128.0  # pixels
WINDOWS = (16, 32, 64)  # pixels; sides of the patches
CELLS = 4
CODES = 256  # typical patches of each size
SAMPLED = 20_000  # patches of each size that the typical ones are found among


@dataclass(frozen=True)
class Classifier:
    """A learnt classifier.

    codes: for each window size, the typical patches (k, f), in units of scale (f,).
    weights: (d, labels) and bias: (labels,) over what an image has of each code.
    several: an image may have any number of the labels; otherwise it has exactly one.
    """

    labels: tuple[str, ...]
    several: bool
    scale: Floats
    codes: tuple[Floats, ...]
    weights: Floats
    bias: Floats

    def find(self, pixels: Pixels) -> list[Finding]:
        """Every label with its confidence, surest first."""
        raw = encoded(pixels, self.codes, self.scale) @ self.weights + self.bias
        scores = 1 / (1 + np.exp(-raw)) if self.several else softmax(raw[None])[0]
        found = [Finding(label, float(score)) for label, score in zip(self.labels, scores, strict=True)]
        return sorted(found, key=lambda finding: -finding.confidence)


def fit_classifier(examples: Sequence[Example]) -> Classifier:
    """Learn from images with labels; at least two labels must occur."""
    labels = tuple(sorted({label for example in examples for label in example.labels}))
    several = any(len(example.labels) != 1 for example in examples)
    sampled = [np.vstack(of_size) for of_size in zip(*(patches(e.pixels) for e in examples), strict=True)]
    scale = np.vstack(sampled).std(0) + 0.02
    codes = tuple(_codes(rows / scale) for rows in sampled)
    shown = [*examples, *map(mirrored, examples)]
    rows = np.array([encoded(example.pixels, codes, scale) for example in shown])
    truth = np.array([[label in example.labels for label in labels] for example in shown])
    weights, bias = _fit_separately(rows, truth) if several else _fit_together(rows, truth)
    return Classifier(labels, several, scale, codes, weights, bias)


def patches(pixels: Pixels) -> list[Floats]:
    """For each window size, the features (n, f) of every patch of the image at a quarter's stride."""
    integral = integral_image(pixels, LONG_SIDE)
    height, width = integral.shape[0] - 1, integral.shape[1] - 1
    found = []
    for side in WINDOWS:
        x, y = np.meshgrid(*(np.arange(0, max(n - side, 0) + 1, side / 4) for n in (width, height)))
        corners = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
        windows = np.hstack([corners, corners + side])
        found.append(grid_means(integral, windows, CELLS, grow=1)[:, : CELLS * CELLS * CHANNELS])
    return found


def encoded(pixels: Pixels, codes: Sequence[Floats], scale: Floats) -> Floats:
    """(d,): mean and maximum, over the patches, of how much nearer than usual each code is (triangle coding)."""
    parts = []
    for typical, rows in zip(codes, patches(pixels), strict=True):
        distance = _distances(rows / scale, typical)
        near = np.maximum(0, distance.mean(1, keepdims=True) - distance)
        parts += [near.mean(0), near.max(0)]
    return np.hstack(parts)


def _distances(rows: Floats, points: Floats) -> Floats:
    squared = (rows**2).sum(1)[:, None] - 2 * rows @ points.T + (points**2).sum(1)
    return np.sqrt(squared.clip(0))


def _codes(rows: Floats) -> Floats:
    from sklearn.cluster import MiniBatchKMeans  # noqa: PLC0415

    some = rows[np.random.default_rng(0).permutation(len(rows))[:SAMPLED]]
    model = MiniBatchKMeans(min(CODES, len(some)), n_init=1, batch_size=2048, random_state=0).fit(some)
    return np.asarray(model.cluster_centers_, np.float32)


def _fit_separately(rows: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """One yes-or-no model for each label; a label that every image has, or none, is told by its bias alone."""
    weights, bias = np.zeros((rows.shape[1], truth.shape[1]), np.float32), np.zeros(truth.shape[1], np.float32)
    for i, has in enumerate(truth.T):
        if has.all() or not has.any():
            bias[i] = 9 if has.all() else -9
        else:
            column, bias_of_column = _logistic(rows, has)
            weights[:, i], bias[i] = column[:, 0], bias_of_column[0]
    return weights, bias


def _fit_together(rows: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """One model that shares certainty among the labels."""
    weights, bias = _logistic(rows, truth.argmax(1))
    if weights.shape[1] == 1:  # two labels: scikit-learn tells the second from the first
        return np.hstack([0 * weights, weights]), np.array([0, bias[0]], np.float32)
    return weights, bias


def _logistic(rows: Floats, classes: Floats) -> tuple[Floats, Floats]:
    """Weights (d, columns) and bias (columns,) on raw rows."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    mean, scale = rows.mean(0), rows.std(0) + 1e-3
    model = LogisticRegression(C=0.01, max_iter=400, class_weight="balanced").fit((rows - mean) / scale, classes)
    weights = model.coef_.T / scale[:, None]
    return weights.astype(np.float32), (model.intercept_ - mean @ weights).astype(np.float32)
