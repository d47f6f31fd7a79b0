"""Which of the things found are there: matched one to one within a label, the surest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labelpipe.datasets.images import Box, LabelledImage

# A found box counts from this overlap on ("Metrics for evaluating your model", Custom Labels guide).
MIN_IOU = 0.5


@dataclass(frozen=True)
class Found:
    """A label that a model answered, confidence 0 to 100, its box in pixels; without a box it is of the whole image."""

    label: str
    confidence: float
    left: float | None = None
    top: float | None = None
    width: float | None = None
    height: float | None = None

    @property
    def has_box(self) -> bool:
        return self.left is not None


@dataclass(frozen=True)
class Counts:
    """True positives, false positives and false negatives of one label; they add up.

    A ratio without a denominator is 1 where there was nothing to find and nothing was found, otherwise 0.
    """

    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.true_positives + other.true_positives,
            self.false_positives + other.false_positives,
            self.false_negatives + other.false_negatives,
        )

    @property
    def precision(self) -> float:
        return self._ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        return self._ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        wrong = self.false_positives + self.false_negatives
        return self._ratio(2 * self.true_positives, 2 * self.true_positives + wrong)

    def _ratio(self, part: int, whole: int) -> float:
        return part / whole if whole else float(self == Counts())


def count(image: LabelledImage, found: Iterable[Found]) -> dict[str, Counts]:
    """Counts of every label that the image has or that was found in it.

    Boxes are compared with boxes, labels of the whole image with labels of the whole image.
    """
    found = list(found)
    return {
        label: _count_boxes(
            [box for box in image.boxes if box.label == label],
            [item for item in found if item.label == label and item.has_box],
        )
        + _count_presence(label in image.labels, any(item.label == label and not item.has_box for item in found))
        for label in sorted(image.label_set | {item.label for item in found})
    }


def _count_boxes(truth: Sequence[Box], found: Sequence[Found]) -> Counts:
    left_over = list(truth)
    for item in sorted(found, key=lambda item: -item.confidence):
        best = max(left_over, key=lambda box: iou(box, item), default=None)
        if best is not None and iou(best, item) >= MIN_IOU:
            left_over.remove(best)
    hits = len(truth) - len(left_over)
    return Counts(hits, len(found) - hits, len(left_over))


def _count_presence(there: bool, found: bool) -> Counts:
    return Counts(int(there and found), int(found and not there), int(there and not found))


def iou(one: Box | Found, other: Box | Found) -> float:
    """Area that two boxes share, as a share (0 to 1) of the area that they cover together; 0 for boxes without area."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    shared = max(width, 0) * max(height, 0)
    together = one.width * one.height + other.width * other.height - shared
    return shared / together if together > 0 else 0.0
