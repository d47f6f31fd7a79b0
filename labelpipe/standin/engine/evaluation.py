"""How good a model is on images that it did not learn from, and the confidence at which each label is best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelpipe.standin.engine.boxes import overlaps
from labelpipe.standin.engine.values import Example, Floats
from labelpipe.standin.findings import Finding, Ratios

SAME = 0.5  # overlap from which a found box is the true one
UNKNOWN = 0.5  # threshold of a label that the test images do not have


@dataclass(frozen=True)
class Judgement:
    """One thing that was said of a label: of which test image (its number), and whether it is sure and true.

    A true box that nothing found is one too, with confidence 0: AWS does not say what its evaluation tells of such a
    box, but in the one public report of it, true positives and false negatives add up to the true boxes.
    """

    image: int
    finding: Finding
    is_sure: bool  # not below the label's assumed threshold
    is_true: bool


@dataclass(frozen=True)
class LabelScore:
    """Precision, recall and F1 at the label's assumed threshold, all 0 to 1; images is how many have the label.

    average_recall: the recall of everything that was said, whatever the threshold; AWS does not define its own.
    """

    label: str
    threshold: float
    precision: float
    recall: float
    f1: float
    average_precision: float
    average_recall: float
    images: int
    judgements: tuple[Judgement, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """What was said of one label on all test images: scores (n,) with whether each was right, and the true count."""

    scores: Floats
    right: NDArray[np.bool_]
    true: int


def evaluate(labels: Sequence[str], found: Sequence[list[Finding]], examples: Sequence[Example]) -> list[LabelScore]:
    """Each label's score over the examples, given what was found in each of them."""
    return [_score(label, found, examples) for label in labels]


def ranking(label: str, found: Sequence[list[Finding]], examples: Sequence[Example]) -> Ranking:
    """Collect what was said of the label; a true box counts once, for the surest box that finds it."""
    told = _told(label, found, examples)
    scores = np.array([finding.confidence for _, finding, _ in told], np.float32)
    right = np.array([truth is not None for _, _, truth in told], bool)
    order = np.argsort(-scores, kind="stable")
    return Ranking(scores[order], right[order], sum(_true(label, example) for example in examples))


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


def _score(label: str, found: Sequence[list[Finding]], examples: Sequence[Example]) -> LabelScore:
    ranked = ranking(label, found, examples)
    threshold = best_threshold(ranked)
    return LabelScore(
        label,
        threshold,
        *at_threshold(ranked, threshold),
        average_precision=average_precision(ranked),
        average_recall=int(ranked.right.sum()) / max(ranked.true, 1),
        images=sum(_true(label, example) > 0 for example in examples),
        judgements=tuple(_judged(label, threshold, found, examples)),
    )


def _judged(
    label: str, threshold: float, found: Sequence[list[Finding]], examples: Sequence[Example]
) -> Iterator[Judgement]:
    told = _told(label, found, examples)
    for number, finding, truth in told:
        yield Judgement(number, finding, bool(np.float32(finding.confidence) >= threshold), truth is not None)
    hit = {(number, truth) for number, _, truth in told}
    for number, example in enumerate(examples):
        for truth, place in enumerate(_places(label, example)):
            if (number, truth) not in hit:
                yield Judgement(number, Finding(label, 0.0, place), is_sure=False, is_true=True)


def _told(
    label: str, found: Sequence[list[Finding]], examples: Sequence[Example]
) -> list[tuple[int, Finding, int | None]]:
    """Everything said of the label: the number of the image, the finding, and that of the true place it is right of."""
    told = []
    for number, (findings, example) in enumerate(zip(found, examples, strict=True)):
        mine = sorted((f for f in findings if f.label == label), key=lambda finding: -finding.confidence)
        if mine and mine[0].box:
            truths = _matched(mine, _places(label, example))
        else:
            truths = [0 if label in example.labels else None] * len(mine)
        told += [(number, finding, truth) for finding, truth in zip(mine, truths, strict=True)]
    return told


def _true(label: str, example: Example) -> int:
    """How often the image has the label."""
    return len(_places(label, example)) or int(label in example.labels)


def _places(label: str, example: Example) -> list[Ratios]:
    return [true.box for true in example.boxes if true.label == label]


def _matched(findings: Sequence[Finding], true: Sequence[Ratios]) -> list[int | None]:
    """For each finding, surest first, the number of the true box that it is and no surer one took."""
    if not findings or not true:
        return [None] * len(findings)
    overlap = overlaps(_corners([f.box or (0, 0, 0, 0) for f in findings]), _corners(true))
    right: list[int | None] = []
    for row in overlap:
        best = int(row.argmax())
        right.append(best if row[best] >= SAME else None)
        if right[-1] is not None:
            overlap[:, best] = -1
    return right


def _corners(ratios: Sequence[tuple[float, ...]]) -> Floats:
    array = np.array(ratios, np.float32)
    return np.hstack([array[:, :2], array[:, :2] + array[:, 2:]])
