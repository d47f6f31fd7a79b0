"""How a detector learns: anchors, then the anchors that fooled it, then its own proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from labelpipe.standin.engine import boxes
from labelpipe.standin.engine.detector import COARSE, FINE, LONG_SIDES, Detector, anchors, propose
from labelpipe.standin.engine.features import grid_means, integral_image, working_size
from labelpipe.standin.engine.learners import fit_network, fit_offsets, fit_trees
from labelpipe.standin.engine.values import Example, Floats, Pixels

Classes = NDArray[np.int64]

TEMPLATES = 8
SMALL_THING = 22  # pixels that a small box (the 5th percentile) gets at the working scale
CACHE = 300 * 1024**2  # bytes of integral images kept between the rounds; the others are made again
SEARCHED = 1000  # background boxes of an image among which the worst mistakes are looked for
FEW = 80  # images; below, mirrored copies are added

# Overlaps with the truth from which a box is a thing, and below which it is background; between, it teaches nothing.
ANCHOR_LIMITS = 0.55, 0.4
PROPOSAL_LIMITS = 0.6, 0.5


@dataclass(frozen=True)
class Scene:
    """An example at the working scale: true boxes (n, 4) in its pixels, and their classes from 1."""

    pixels: Pixels
    truth: Floats
    classes: Classes


@dataclass
class Lessons:
    """Rows (f,) with their class (0 is background) and the offsets to the true box, gathered image by image."""

    cells: int
    labels: int
    rows: list[Floats] = field(default_factory=list)
    classes: list[Classes] = field(default_factory=list)
    targets: list[Floats] = field(default_factory=list)

    def add(self, integral: Floats, candidates: Candidates, chosen: Classes) -> None:
        self.rows.append(grid_means(integral, candidates.boxes[chosen], self.cells))
        self.classes.append(candidates.classes[chosen])
        self.targets.append(candidates.targets[chosen])

    def gathered(self) -> tuple[Floats, Classes, Floats]:
        return np.concatenate(self.rows), np.concatenate(self.classes), np.concatenate(self.targets)


@dataclass(frozen=True)
class Candidates:
    """Boxes (n, 4) with the class that each should get (-1: neither) and the offsets (n, 4) to its true box."""

    boxes: Floats
    classes: Classes
    targets: Floats

    @classmethod
    def judged(cls, found: Floats, scene: Scene, limits: tuple[float, float]) -> Candidates:
        if not len(scene.truth) or not len(found):
            return cls(found, np.zeros(len(found), np.int64), np.zeros((len(found), 4), np.float32))
        overlap = boxes.overlaps(found, scene.truth)
        nearest, best = overlap.argmax(1), overlap.max(1)
        high, low = limits
        classes = np.where(best >= high, scene.classes[nearest], np.where(best < low, 0, -1))
        return cls(found, classes, boxes.offsets(found, scene.truth[nearest]))

    @property
    def things(self) -> Classes:
        return np.flatnonzero(self.classes > 0)

    @property
    def background(self) -> Classes:
        return np.flatnonzero(self.classes == 0)


class DetectorTraining:
    """One training. Everything random comes from one seed, so the same examples give the same detector."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.random = np.random.default_rng(0)
        self.labels = tuple(sorted({true.label for example in examples for true in example.boxes}))
        sides = _sides(examples)
        small = np.percentile(sides.min(1), 5)
        self.long_side = float(np.clip(SMALL_THING / small, *LONG_SIDES))
        self.templates = _templates(sides, _weights(examples)) * self.long_side
        self.scenes = [self._scene(example) for example in _enough(examples)]
        self._cache: dict[int, Floats] = {}

    def run(self) -> Detector:
        count = len(self.labels)
        lessons = Lessons(COARSE, count)
        for i, scene in enumerate(self.scenes):
            self._learn_anchors(lessons, self.integral(i), scene)
        self._fit_proposer(lessons)
        for i, scene in enumerate(self.scenes):
            self._learn_mistakes(lessons, self.integral(i), scene)
        self._fit_proposer(lessons)
        lessons = Lessons(FINE, count)
        for i, scene in enumerate(self.scenes):
            self._learn_proposals(lessons, self.integral(i), scene)
        rows, classes, targets = lessons.gathered()
        judge, offsets = fit_trees(rows, classes, count + 1), fit_offsets(rows, classes, targets, count)
        return Detector(
            self.labels, self.long_side, self.templates, self.proposer, self.proposer_offsets, judge, offsets
        )

    def _fit_proposer(self, lessons: Lessons) -> None:
        rows, classes, targets = lessons.gathered()
        self.proposer = fit_network(rows, classes, lessons.labels + 1)
        self.proposer_offsets = fit_offsets(rows, classes, targets, lessons.labels)

    def _learn_anchors(self, lessons: Lessons, integral: Floats, scene: Scene) -> None:
        candidates = Candidates.judged(anchors(integral, self.templates), scene, ANCHOR_LIMITS)
        things = self.random.permutation(candidates.things)[:60]
        lessons.add(integral, candidates, np.r_[things, self.random.permutation(candidates.background)[:100]])
        self._learn_shaken(lessons, integral, scene, ANCHOR_LIMITS, copies=4, by=0.1)

    def _learn_mistakes(self, lessons: Lessons, integral: Floats, scene: Scene) -> None:
        candidates = Candidates.judged(anchors(integral, self.templates), scene, ANCHOR_LIMITS)
        lessons.add(integral, candidates, self._hardest(integral, candidates)[:60])

    def _learn_proposals(self, lessons: Lessons, integral: Floats, scene: Scene) -> None:
        proposed = propose(integral, self.templates, self.proposer, self.proposer_offsets)
        candidates = Candidates.judged(self._shaken(proposed, 0.04), scene, PROPOSAL_LIMITS)
        things = self.random.permutation(candidates.things)[:100]
        some = self.random.permutation(candidates.background)[:20]
        lessons.add(integral, candidates, np.r_[self._hardest(integral, candidates)[:70], some, things])
        self._learn_shaken(lessons, integral, scene, PROPOSAL_LIMITS, copies=3, by=0.07)

    def _learn_shaken(
        self, lessons: Lessons, integral: Floats, scene: Scene, limits: tuple[float, float], copies: int, by: float
    ) -> None:
        """Copies of the true boxes, a little off, so that rare and small things are seen too."""
        near = self._shaken(np.repeat(scene.truth, copies, 0), by)
        candidates = Candidates.judged(near, scene, limits)
        lessons.add(integral, candidates, candidates.things[:80])

    def _hardest(self, integral: Floats, candidates: Candidates) -> Classes:
        """Background that the proposer takes for a thing, worst first."""
        background = self.random.permutation(candidates.background)[:SEARCHED]
        scores = self.proposer.probabilities(grid_means(integral, candidates.boxes[background], COARSE))
        return background[np.argsort(scores[:, 0])]

    def _shaken(self, found: Floats, by: float) -> Floats:
        return boxes.moved(found, self.random.normal(0, by, found.shape).astype(np.float32))

    def _scene(self, example: Example) -> Scene:
        ratios = np.array([true.box for true in example.boxes], np.float32).reshape(-1, 4)
        frame = working_size(example.pixels, self.long_side) * 2
        truth = np.hstack([ratios[:, :2], ratios[:, :2] + ratios[:, 2:]]) * frame
        classes = np.array([self.labels.index(true.label) + 1 for true in example.boxes], np.int64)
        return Scene(example.pixels, truth.astype(np.float32), classes)

    def integral(self, i: int) -> Floats:
        """Of the i-th scene, made once as long as there is room."""
        if i in self._cache:
            return self._cache[i]
        integral = integral_image(self.scenes[i].pixels, self.long_side)
        if sum(kept.nbytes for kept in self._cache.values()) + integral.nbytes <= CACHE:
            self._cache[i] = integral
        return integral


def _sides(examples: Sequence[Example]) -> Floats:
    """(n, 2): width and height of every true box, as shares of its image's longer side."""
    return np.array(
        [
            np.multiply(true.box[2:], example.pixels.shape[1::-1]) / max(example.pixels.shape[:2])
            for example in examples
            for true in example.boxes
        ],
        np.float32,
    )


def _weights(examples: Sequence[Example]) -> Floats:
    """(n,): a weight for every true box, so that each label counts the same."""
    labels = np.array([true.label for example in examples for true in example.boxes])
    names, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return 1 / counts[place]


def _templates(sides: Floats, weights: Floats) -> Floats:
    """(k, 2): typical widths and heights among the sides."""
    from sklearn.cluster import KMeans  # noqa: PLC0415

    count = min(TEMPLATES, len(np.unique(sides, axis=0)))
    clusters = KMeans(count, n_init=3, random_state=0).fit(np.log(sides), sample_weight=weights)
    return np.exp(clusters.cluster_centers_).astype(np.float32)


def _enough(examples: Sequence[Example]) -> list[Example]:
    return [*examples, *map(mirrored, examples)] if len(examples) < FEW else list(examples)


def mirrored(example: Example) -> Example:
    """The example as a mirror shows it."""
    flipped = tuple(type(true)(true.label, (1 - true.box[0] - true.box[2], *true.box[1:])) for true in example.boxes)
    return Example(np.ascontiguousarray(example.pixels[:, ::-1]), example.labels, flipped)
