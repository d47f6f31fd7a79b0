"""How good a model is on images that it did not learn from, and the confidence at which each label is best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelpipe.standin.engine.boxes import overlaps
from labelpipe.standin.engine.values import Example, Floats
from labelpipe.standin.findings import Finding

SAME = 0.5  # overlap from which a found box is the true one
UNKNOWN = 0.5  # threshold of a label that the test images do not have


@dataclass(frozen=True)
class LabelScore:
    """Precision, recall and F1 at the label's assumed threshold, all 0 to 1; images is how many have the label."""

    label: str
    threshold: float
    precision: float
    recall: float
    f1: float
    average_precision: float
    images: int


@dataclass(frozen=True)
class Ranking:
    """What was said of one label on all test images: scores (n,) with whether each was right, and the true count."""

    scores: Floats
    right: NDArray[np.bool_]
    true: int


def evaluate(labels: Sequence[str], found: Sequence[list[Finding]], examples: Sequence[Example]) -> list[LabelScore]:
    """Each label's score over the examples, given what was found in each of them."""
    return [_score(label, ranking(label, found, examples), examples) for label in labels]


def ranking(label: str, found: Sequence[list[Finding]], examples: Sequence[Example]) -> Ranking:
    """Collect what was said of the label; a true box counts once, for the surest box that finds it."""
    scores: list[float] = []
    right: list[bool] = []
    true = 0
    for findings, example in zip(found, examples, strict=True):
        mine = sorted((f for f in findings if f.label == label), key=lambda finding: -finding.confidence)
        boxes = [b.box for b in example.boxes if b.label == label]
        scores += [finding.confidence for finding in mine]
        right += _matched(mine, boxes) if mine and mine[0].box else [label in example.labels] * len(mine)
        true += len(boxes) or (label in example.labels)
    order = np.argsort(-np.array(scores), kind="stable")
    return Ranking(np.array(scores, np.float32)[order], np.array(right, bool)[order], true)


def at_threshold(ranking: Ranking, threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 when everything below the threshold is left out."""
    said = int((ranking.scores >= threshold).sum())
    hits = int(ranking.right[:said].sum())
    precision, recall = hits / max(said, 1), hits / max(ranking.true, 1)
    return precision, recall, 2 * hits / max(said + ranking.true, 1)


def best_threshold(ranking: Ranking) -> float:
    """The confidence with the best F1, half-way down to the next lower score so that it is not on the edge."""
    if not ranking.right.any():
        return UNKNOWN
    hits = ranking.right.cumsum()
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + ranking.true)
    last_of_equals = np.append(ranking.scores[:-1] > ranking.scores[1:], True)
    best = int(np.where(last_of_equals, f1, -1).argmax())
    below = ranking.scores[best + 1] if best + 1 < len(f1) else 0.0
    return float((ranking.scores[best] + below) / 2)


def average_precision(ranking: Ranking) -> float:
    """The area under the curve of precision over recall, precision made monotonic."""
    hits = ranking.right.cumsum()
    precision = hits / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(envelope[ranking.right].sum() / max(ranking.true, 1))


def _score(label: str, ranked: Ranking, examples: Sequence[Example]) -> LabelScore:
    threshold = best_threshold(ranked)
    having = sum(label in example.labels or any(b.label == label for b in example.boxes) for example in examples)
    return LabelScore(label, threshold, *at_threshold(ranked, threshold), average_precision(ranked), having)


def _matched(findings: list[Finding], true: Sequence[tuple[float, ...]]) -> list[bool]:
    """Whether each finding, surest first, is a true box that no surer one took."""
    if not findings or not true:
        return [False] * len(findings)
    overlap = overlaps(_corners([f.box or (0, 0, 0, 0) for f in findings]), _corners(true))
    right = []
    for row in overlap:
        best = int(row.argmax())
        right.append(bool(row[best] >= SAME))
        if right[-1]:
            overlap[:, best] = -1
    return right


def _corners(ratios: Sequence[tuple[float, ...]]) -> Floats:
    array = np.array(ratios, np.float32)
    return np.hstack([array[:, :2], array[:, :2] + array[:, 2:]])
