"""The detector: boxes from templates, proposed by a small network, judged and refined by boosted trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelpipe.standin.engine import boxes
from labelpipe.standin.engine.features import grid_means, integral_image
from labelpipe.standin.engine.learners import Network, Offsets, Trees
from labelpipe.standin.engine.values import Floats, Pixels
from labelpipe.standin.findings import Finding

LONG_SIDES = 160.0, 480.0  # pixels, least and most, of the working scale
COARSE, FINE = 4, 8  # cells of the grid, along each side, for proposing and for judging
STRIDE = 0.25  # from one anchor to the next, as a share of its size
ANCHORS = 40_000  # at most, in an image; where things are so small that there were more, the stride grows
PROPOSALS, ALL_PROPOSALS = 120, 960  # for each label; and for all together, of which each label gets its share
FLOOR = 0.03  # confidence below which nothing is said
OVERLAP, VOTE = 0.4, 0.6  # a finding drops those that overlap it more; and is averaged with those that do so by far


@dataclass(frozen=True)
class Detector:
    """A learnt detector.

    long_side: to which the longer side of every image is scaled, in pixels.
    templates: (k, 2), widths and heights of the anchors at that scale.
    """

    labels: tuple[str, ...]
    long_side: float
    templates: Floats
    proposer: Network
    proposer_offsets: Offsets
    judge: Trees
    judge_offsets: Offsets

    def __post_init__(self) -> None:
        if not LONG_SIDES[0] <= self.long_side <= LONG_SIDES[1]:  # from a file it could ask for any memory
            raise ValueError(f"a working scale of {self.long_side} pixels, not {LONG_SIDES[0]} to {LONG_SIDES[1]}")

    def find(self, pixels: Pixels) -> list[Finding]:
        """Everything found with a confidence of at least 3 %, surest first."""
        integral = integral_image(pixels, self.long_side)
        proposed = propose(integral, self.templates, self.proposer, self.proposer_offsets)
        rows = grid_means(integral, proposed, FINE)
        scores = self.judge.probabilities(rows)
        found = [
            finding
            for label in range(len(self.labels))
            for finding in self._refined(integral, proposed, rows, scores[:, label + 1], label)
        ]
        return sorted(found, key=lambda finding: -finding.confidence)

    def _refined(self, integral: Floats, proposed: Floats, rows: Floats, scores: Floats, label: int) -> list[Finding]:
        """Move the likely boxes, judge and move them again, and keep one for each thing."""
        likely = np.flatnonzero(scores > FLOOR)
        if not len(likely):
            return []
        moved = boxes.moved(proposed[likely], self.judge_offsets.predict(rows[likely], label))
        again = grid_means(integral, moved, FINE)
        scores = (scores[likely] + self.judge.probabilities(again)[:, label + 1]) / 2
        moved = boxes.moved(moved, self.judge_offsets.predict(again, label))
        stay, voted = boxes.voted(moved, scores, OVERLAP, VOTE)
        height, width = integral.shape[0] - 1, integral.shape[1] - 1
        frame = [width, height, width, height]
        ratios = voted.clip(0, frame) / frame
        return [
            Finding(self.labels[label], float(scores[i]), (float(x0), float(y0), float(x1 - x0), float(y1 - y0)))
            for i, (x0, y0, x1, y1) in zip(stay, ratios, strict=True)
        ]


def anchors(integral: Floats, templates: Floats) -> Floats:
    """(n, 4): every template at every stride of its own size, its centre inside the image."""
    height, width = integral.shape[0] - 1, integral.shape[1] - 1
    stride = max(STRIDE, float(np.sqrt((width * height / templates.prod(1)).sum() / ANCHORS)))
    grids = []
    for size in templates:
        x, y = (
            np.arange(0.2 * s, max(n - 0.1 * s, 0.3 * s), stride * s)
            for s, n in zip(size, (width, height), strict=True)
        )
        centres = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        grids.append(boxes.around(centres, np.broadcast_to(size, centres.shape)))
    return np.vstack(grids).astype(np.float32)


def propose(integral: Floats, templates: Floats, proposer: Network, offsets: Offsets) -> Floats:
    """(n, 4): for each label the likeliest anchors, moved, and thinned where they are the same."""
    start = anchors(integral, templates)
    rows = grid_means(integral, start, COARSE)
    scores = proposer.probabilities(rows)
    labels = scores.shape[1] - 1
    share, found = min(PROPOSALS, max(1, ALL_PROPOSALS // labels)), []
    for label in range(labels):
        mine = scores[:, label + 1]
        best = np.argsort(-mine)[: 2 * share]
        moved = boxes.moved(start[best], offsets.predict(rows[best], label))
        found.append(moved[boxes.suppressed(moved, mine[best], 0.8)[:share]])
    return np.vstack(found)
