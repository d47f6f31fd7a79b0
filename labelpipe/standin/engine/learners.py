"""Three learners. scikit-learn fits them; what was learnt is arrays that numpy alone evaluates, on raw features."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelpipe.standin.engine.values import Floats

ROUNDS, FEWEST_ROUNDS = 80, 16  # trees for each class, where there are few classes and where there are very many
ALL_TREES = 4000  # about, for all classes
BINS = 31  # steps that a feature is cut into; 255 take longer and find no more
DEPTH = 5  # levels of a tree; every tree is stored as a full one


def softmax(raw: Floats) -> Floats:
    powers = np.exp(raw - raw.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


@dataclass(frozen=True)
class Network:
    """One hidden layer (f, hidden) with rectifiers, then (hidden, classes)."""

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats

    def probabilities(self, rows: Floats) -> Floats:
        """(n, classes) for rows (n, f)."""
        return softmax(np.maximum(rows @ self.hidden + self.hidden_bias, 0) @ self.output + self.output_bias)


def fit_network(rows: Floats, classes: NDArray[np.int64], count: int) -> Network:
    """Learn classes 0 to count - 1 from rows (n, f); a class without rows gets no probability."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415

    mean, scale = rows.mean(0), rows.std(0) + 1e-3
    model = MLPClassifier((64,), max_iter=12, batch_size=256, alpha=1e-3, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # twelve rounds are meant to be few
        model.fit((rows - mean) / scale, classes)
    (first, second), (first_bias, second_bias) = model.coefs_, model.intercepts_
    output, output_bias = _spread(second, second_bias, model.classes_, count)
    hidden = first / scale[:, None]
    return Network(_f32(hidden), _f32(first_bias - mean @ hidden), _f32(output), _f32(output_bias))


@dataclass(frozen=True)
class Trees:
    """Boosted trees, each stored as a full tree of DEPTH levels.

    feature, limit: (trees, 2 ** DEPTH - 1); a row goes right when its feature is above the limit.
    leaves: (trees, 2 ** DEPTH). group: (trees,), the class that each tree speaks for. start: (classes,).
    """

    feature: NDArray[np.int32]
    limit: Floats
    leaves: Floats
    group: NDArray[np.int32]
    start: Floats

    def probabilities(self, rows: Floats) -> Floats:
        """(n, classes) for rows (n, f)."""
        votes = self._votes(rows)
        raw = np.repeat(self.start[None], len(rows), 0)
        for group in range(len(self.start)):
            raw[:, group] += votes[self.group == group].sum(0)
        return softmax(raw)

    def _votes(self, rows: Floats) -> Floats:
        """(trees, n): the leaf that each row ends in, level by level for all trees at once."""
        count, trees = len(rows), len(self.feature)
        columns, at = np.ascontiguousarray(rows.T).ravel(), np.arange(count, dtype=np.int32)
        nodes = np.zeros((trees, count), np.int32)
        base = np.arange(trees, dtype=np.int32)[:, None]
        starts = self.feature * np.int32(count)
        for _ in range(DEPTH):
            place = base * np.int32(self.feature.shape[1]) + nodes
            values = np.take(columns, np.take(starts, place) + at)
            nodes = 2 * nodes + 1 + (values > np.take(self.limit, place))
        return np.take(self.leaves, base * np.int32(self.leaves.shape[1]) + nodes - np.int32(self.feature.shape[1]))


def rounds_for(classes: int) -> int:
    """How many trees each class gets: fewer among very many, so that learning and finding still end soon."""
    return min(ROUNDS, max(FEWEST_ROUNDS, ALL_TREES // classes))


def fit_trees(rows: Floats, classes: NDArray[np.int64], count: int) -> Trees:
    """Learn classes 0 to count - 1 from rows (n, f); a class without rows gets no probability."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415

    rounds = rounds_for(count)
    model = HistGradientBoostingClassifier(
        learning_rate=min(0.3, 0.1 * ROUNDS / rounds),  # fewer trees must say more
        max_bins=BINS,
        max_iter=rounds,
        max_leaf_nodes=15,
        max_depth=DEPTH,
        max_features=0.2,
        early_stopping=False,
        random_state=0,
    )
    model.fit(rows, classes)
    # scikit-learn has no public way to the fitted trees; a test compares what we take with what it predicts.
    fitted, baseline = model._predictors, np.ravel(model._baseline_prediction)
    groups = _groups(model.classes_)
    stored = [(_full_tree(tree.nodes), group) for trees in fitted for tree, group in zip(trees, groups, strict=True)]
    start = np.full(count, -1e6, np.float32)
    start[model.classes_] = 0
    start[groups] = baseline
    feature, limit, leaves = (np.stack(part) for part in zip(*(tree for tree, _ in stored), strict=True))
    return Trees(feature, limit, leaves, np.array([group for _, group in stored], np.int32), start)


@dataclass(frozen=True)
class Offsets:
    """A linear box regressor for each label: weights (labels, f, 4), bias (labels, 4); zero where nothing is known."""

    weights: Floats
    bias: Floats

    def predict(self, rows: Floats, label: int) -> Floats:
        """(n, 4) for rows (n, f)."""
        return rows @ self.weights[label] + self.bias[label]


def fit_offsets(rows: Floats, classes: NDArray[np.int64], targets: Floats, labels: int) -> Offsets:
    """Learn targets (n, 4) from rows (n, f) for each label; class 0 is background, class i + 1 is label i."""
    from sklearn.linear_model import Ridge  # noqa: PLC0415

    mean, scale = rows.mean(0), rows.std(0) + 1e-3
    weights, bias = np.zeros((labels, rows.shape[1], 4), np.float32), np.zeros((labels, 4), np.float32)
    for label in range(labels):
        mine = classes == label + 1
        if mine.any():
            model = Ridge(300).fit((rows[mine] - mean) / scale, targets[mine])
            weights[label] = model.coef_.T / scale[:, None]
            bias[label] = model.intercept_ - mean @ weights[label]
    return Offsets(weights, bias)


def _spread(weights: Floats, bias: Floats, classes: NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
    """The last layer with a column for every class: absent ones never win; a lone sigmoid becomes two columns."""
    if weights.shape[1] == 1:
        weights, bias = np.hstack([0 * weights, weights]), np.array([0.0, bias[0]])
    wide, wide_bias = np.zeros((len(weights), count)), np.full(count, -1e6)
    wide[:, classes], wide_bias[classes] = weights, bias
    return wide, wide_bias


def _groups(classes: NDArray[np.int64]) -> list[int]:
    """The class of each tree in a round: with two classes there is one tree, for the second."""
    return [int(classes[1])] if len(classes) == 2 else [int(c) for c in classes]


def _full_tree(nodes: Any) -> tuple[NDArray[np.int32], Floats, Floats]:
    """Feature, limit and leaf arrays of a full tree; a leaf that comes early is repeated below itself."""
    inner = 2**DEPTH - 1
    feature, limit = np.zeros(inner, np.int32), np.full(inner, np.inf, np.float32)
    leaves = np.zeros(inner + 1, np.float32)
    places = [(0, 0)]  # (place in the full tree, index of scikit-learn's node)
    while places:
        place, index = places.pop()
        node = nodes[index]
        if place >= inner:
            leaves[place - inner] = node["value"]
        elif node["is_leaf"]:
            places += [(2 * place + 1, index), (2 * place + 2, index)]
        else:
            feature[place], limit[place] = node["feature_idx"], _below(node["num_threshold"])
            places += [(2 * place + 1, int(node["left"])), (2 * place + 2, int(node["right"]))]
    return feature, limit, leaves


def _below(limit: float) -> np.float32:
    """The largest 32-bit number not above limit, so that comparisons come out as in double precision."""
    near = np.float32(limit)
    return np.nextafter(near, np.float32(-np.inf)) if near > limit else near


def _f32(values: NDArray[Any]) -> Floats:
    return np.ascontiguousarray(values, np.float32)
