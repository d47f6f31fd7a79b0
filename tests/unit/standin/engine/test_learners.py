"""What we evaluate with numpy is what scikit-learn fitted."""

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from labelpipe.standin.engine.learners import fit_network, fit_offsets, fit_trees, rounds_for


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


CLASSES = [(0, 1), (0, 1, 2), (0, 2), (0, 2, 3)]


def material(classes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    rows = random.normal(5, 3, (400, 6)).astype(np.float32)
    return rows, np.array(classes)[
        (rows[:, 0] + rows[:, 1] ** 2 > 30).astype(int) + (rows[:, 2] > 6) * (len(classes) - 2)
    ]


class Spy:
    """Keeps the model that was fitted."""

    def __init__(self, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
        fit = kind.fit

        def keep(model, rows, classes):
            self.model = fit(model, rows, classes)
            return self.model

        monkeypatch.setattr(kind, "fit", keep)


@pytest.mark.parametrize("classes", CLASSES)
def test_trees_vote_as_scikit_learn_s(monkeypatch: pytest.MonkeyPatch, classes: tuple[int, ...]) -> None:
    spy = Spy(HistGradientBoostingClassifier, monkeypatch)
    rows, truth = material(classes)
    found = fit_trees(rows, truth, 4).probabilities(rows)
    assert np.allclose(found[:, spy.model.classes_], spy.model.predict_proba(rows), atol=1e-5)
    assert found.sum(1).tolist() == pytest.approx([1] * len(rows), abs=1e-4)


@pytest.mark.parametrize("classes", CLASSES)
def test_a_network_says_what_scikit_learn_s_says(monkeypatch: pytest.MonkeyPatch, classes: tuple[int, ...]) -> None:
    spy = Spy(MLPClassifier, monkeypatch)
    rows, truth = material(classes)
    found = fit_network(rows, truth, 4).probabilities(rows)
    scaled = (rows - rows.mean(0)) / (rows.std(0) + 1e-3)
    assert np.allclose(found[:, spy.model.classes_], spy.model.predict_proba(scaled), atol=1e-4)


def test_offsets_are_learnt_for_each_label_and_are_none_for_one_never_seen() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(2, 3, (4000, 5)).astype(np.float32)
    classes = random.integers(0, 3, 4000)
    targets = np.where(classes[:, None] == 1, rows[:, :4], -rows[:, :4]) * 0.1
    offsets = fit_offsets(rows, classes, targets, labels=3)
    assert np.allclose(offsets.predict(rows, 0), rows[:, :4] * 0.1, atol=0.3)
    assert np.allclose(offsets.predict(rows, 1), -rows[:, :4] * 0.1, atol=0.3)
    assert not offsets.predict(rows, 2).any()


@pytest.mark.parametrize(("classes", "rounds"), [(2, 80), (50, 80), (100, 40), (251, 16)])
def test_very_many_classes_get_fewer_trees_each(classes: int, rounds: int) -> None:
    assert rounds_for(classes) == rounds
