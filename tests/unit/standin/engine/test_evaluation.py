import numpy as np
import pytest

from labelpipe.standin.engine import Example, Finding, TrueBox
from labelpipe.standin.engine.evaluation import (
    Ranking,
    at_threshold,
    average_precision,
    best_threshold,
    evaluate,
    ranking,
)

PIXELS = np.zeros((64, 64, 3), np.uint8)
HERE, NEAR, THERE = (0.1, 0.1, 0.2, 0.2), (0.12, 0.1, 0.2, 0.2), (0.6, 0.6, 0.2, 0.2)


def boxed(*places: tuple[float, ...]) -> Example:
    return Example(PIXELS, boxes=tuple(TrueBox("bee", place) for place in places))


def test_a_true_box_counts_once_for_the_surest_that_finds_it() -> None:
    found = [[Finding("bee", 0.5, HERE), Finding("bee", 0.9, NEAR), Finding("bee", 0.7, THERE)]]
    ranked = ranking("bee", found, [boxed(HERE)])
    assert ranked.scores.tolist() == pytest.approx([0.9, 0.7, 0.5])
    assert ranked.right.tolist() == [True, False, False]
    assert ranked.true == 1


@pytest.mark.parametrize(("left", "right"), [(0.165, True), (0.17, False)])
def test_half_of_both_together_must_be_shared(left: float, right: bool) -> None:
    found = [[Finding("bee", 0.9, (left, 0.1, 0.2, 0.2))]]
    assert ranking("bee", found, [boxed(HERE)]).right.tolist() == [right]


def test_a_finding_in_an_empty_image_and_a_missed_box_both_cost() -> None:
    ranked = ranking("bee", [[Finding("bee", 0.9, HERE)], [Finding("bee", 0.8, HERE)]], [boxed(), boxed(HERE, THERE)])
    assert at_threshold(ranked, 0) == pytest.approx((0.5, 0.5, 0.5))


def test_labels_of_whole_images_are_right_or_wrong_as_a_whole() -> None:
    examples = [Example(PIXELS, frozenset({"bee"})), Example(PIXELS, frozenset({"wasp"}))]
    found = [[Finding("bee", 0.8), Finding("wasp", 0.2)], [Finding("bee", 0.6), Finding("wasp", 0.4)]]
    bee, wasp = evaluate(["bee", "wasp"], found, examples)
    assert (bee.f1, bee.threshold, bee.images) == (1, pytest.approx(0.7), 1)
    assert (wasp.f1, wasp.threshold) == (1, pytest.approx(0.3))


def ranked(right: list[int], scores: list[float] | None = None, true: int | None = None) -> Ranking:
    scores = scores or [0.9 - 0.1 * i for i in range(len(right))]
    return Ranking(np.array(scores, np.float32), np.array(right, bool), sum(right) if true is None else true)


@pytest.mark.parametrize(
    ("ranking_", "threshold"),
    [
        (ranked([1, 1, 0, 0]), 0.75),
        (ranked([1, 1]), 0.4),
        (ranked([0, 1, 1, 0]), 0.65),
        (ranked([1, 0, 1, 1], true=3), 0.3),
        (ranked([1, 0, 0], scores=[0.8, 0.8, 0.2]), 0.5),
        (ranked([0, 0], true=1), 0.5),
        (ranked([], true=1), 0.5),
    ],
)
def test_the_threshold_lies_half_way_below_the_best_cut(ranking_: Ranking, threshold: float) -> None:
    assert best_threshold(ranking_) == pytest.approx(threshold, abs=1e-6)


def test_average_precision_is_the_area_under_the_monotonic_curve() -> None:
    assert average_precision(ranked([1, 0, 1])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(ranked([0, 1, 1])) == pytest.approx(2 / 3)
    assert average_precision(ranked([0, 0], true=1)) == 0
    assert average_precision(ranked([], true=1)) == 0


def test_every_true_box_is_judged_once_and_so_is_everything_that_was_said() -> None:
    found = [[Finding("bee", 0.9, HERE), Finding("bee", 0.8, NEAR)], [Finding("bee", 0.7, THERE)]]
    (score,) = evaluate(["bee"], found, [boxed(HERE, THERE), boxed()])
    assert [(each.image, each.finding.confidence, each.is_sure, each.is_true) for each in score.judgements] == [
        (0, 0.9, True, True),
        (0, 0.8, False, False),
        (1, 0.7, False, False),
        (0, 0.0, False, True),
    ]
    assert score.judgements[-1].finding.box == THERE
    assert score.average_recall == 0.5


def test_sure_judgements_are_what_precision_and_recall_count() -> None:
    random = np.random.default_rng(3)
    places = [(x, y, 0.2, 0.2) for x in (0.1, 0.4, 0.7) for y in (0.1, 0.5)]
    chosen = [[places[i] for i in random.permutation(6)[:3]] for _ in range(20)]
    found = [[Finding("bee", float(random.random()), place) for place in places] for _ in chosen]
    (score,) = evaluate(["bee"], found, [boxed(*each) for each in chosen])
    sure = [each.is_true for each in score.judgements if each.is_sure]
    assert score.precision == pytest.approx(sum(sure) / len(sure))
    assert score.recall == pytest.approx(sum(sure) / sum(each.is_true for each in score.judgements))
    assert score.average_recall == 1
