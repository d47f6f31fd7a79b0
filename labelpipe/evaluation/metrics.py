"""Metrics over a set of images, per label and averaged as Custom Labels does."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from labelpipe.core.errors import Problem
from labelpipe.datasets.images import LabelledImage
from labelpipe.evaluation.matching import Counts, Found, count


@dataclass(frozen=True)
class Evaluation:
    """Counts of every label that was in the images or found in them."""

    per_label: dict[str, Counts]

    @property
    def macro_f1(self) -> float:
        """Mean of the labels' F1 ("Metrics for evaluating your model"); 1 with nothing to find and nothing found."""
        return fmean([counts.f1 for counts in self.per_label.values()] or [1.0])


def evaluate(pairs: Iterable[tuple[LabelledImage, Iterable[Found]]]) -> Evaluation:
    """Compare what was found in each image with what is there; give each image, also those where nothing was found.

    Everything in `found` counts: leave out what is below its threshold.
    """
    pairs = list(pairs)
    if not pairs:
        raise Problem("there is no image to evaluate: give at least one test image")
    per_label: defaultdict[str, Counts] = defaultdict(Counts)
    for image, found in pairs:
        for label, counts in count(image, found).items():
            per_label[label] += counts
    return Evaluation(dict(sorted(per_label.items())))
