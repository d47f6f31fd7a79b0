from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.datasets.images import Box, LabelledImage
from labelpipe.evaluation.matching import Counts, Found
from labelpipe.evaluation.metrics import evaluate


def image(name: str, *boxes: Box) -> LabelledImage:
    return LabelledImage(Path(name), 100, 80, boxes)


def test_counts_add_up_over_images_and_labels_are_averaged_alike() -> None:
    bee, wasp = Box("bee", 0, 0, 10, 10), Box("wasp", 50, 50, 10, 10)
    evaluation = evaluate(
        [
            (image("a", bee, wasp), [Found("bee", 90, 0, 0, 10, 10)]),
            (image("b", bee), [Found("bee", 90, 0, 0, 10, 10), Found("bee", 70, 60, 0, 10, 10)]),
            (image("c"), []),
        ]
    )
    assert evaluation.per_label == {"bee": Counts(2, 1, 0), "wasp": Counts(0, 0, 1)}
    assert evaluation.macro_f1 == pytest.approx((0.8 + 0) / 2)


def test_a_label_that_was_only_found_counts_in_the_average() -> None:
    evaluation = evaluate(
        [(image("a", Box("bee", 0, 0, 9, 9)), [Found("bee", 9, 0, 0, 9, 9), Found("fly", 9, 0, 0, 9, 9)])]
    )
    assert evaluation.macro_f1 == 0.5


def test_images_with_nothing_to_find_and_nothing_found_are_perfect() -> None:
    assert evaluate([(image("a"), []), (image("b"), [])]).macro_f1 == 1


def test_no_image_at_all_is_a_problem_rather_than_a_good_figure() -> None:
    with pytest.raises(Problem, match="no image to evaluate"):
        evaluate([])


def test_images_and_findings_may_be_read_only_once() -> None:
    pairs = ((image(name, Box("bee", 0, 0, 9, 9)), iter([Found("bee", 9, 0, 0, 9, 9)])) for name in "ab")
    assert evaluate(pairs).per_label == {"bee": Counts(2, 0, 0)}
