from pathlib import Path

import pytest

from labelpipe.datasets.images import Box, LabelledImage
from labelpipe.evaluation.matching import Counts, Found, count, iou


def there(*boxes: Box, labels: tuple[str, ...] = ()) -> LabelledImage:
    return LabelledImage(Path("a.jpg"), 100, 80, boxes, labels)


BEE = Box("bee", 10, 10, 20, 20)


@pytest.mark.parametrize(
    ("other", "share"),
    [
        ((10, 10, 20, 20), 1),
        ((10, 10, 20, 10), 0.5),
        ((20, 10, 20, 20), 1 / 3),
        ((30, 10, 20, 20), 0),  # edge to edge
        ((50, 50, 5, 5), 0),
        ((50, 10, 20, 20), 0),  # beside it
        ((15, 15, 0, 0), 0),
    ],
)
def test_iou_is_the_shared_over_the_covered_area(other: tuple[float, ...], share: float) -> None:
    assert iou(BEE, Found("bee", 50, *other)) == pytest.approx(share)


def test_two_boxes_without_area_share_nothing() -> None:
    assert iou(Box("bee", 1, 1, 0, 0), Found("bee", 50, 1, 1, 0, 0)) == 0


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        ([], Counts(0, 0, 1)),
        ([Found("bee", 90, 10, 10, 20, 20)], Counts(1, 0, 0)),
        ([Found("bee", 90, 10, 10, 20, 10)], Counts(1, 0, 0)),  # exactly half
        ([Found("bee", 90, 10, 10, 20, 9.9)], Counts(0, 1, 1)),
        ([Found("bee", 90, 10, 10, 20, 20), Found("bee", 80, 11, 11, 20, 20)], Counts(1, 1, 0)),  # found twice
    ],
)
def test_a_box_is_found_once_at_half_overlap(found: list[Found], counts: Counts) -> None:
    assert count(there(BEE), found) == {"bee": counts}


def test_a_box_found_under_another_label_counts_against_both() -> None:
    assert count(there(BEE), [Found("wasp", 90, 10, 10, 20, 20)]) == {"bee": Counts(0, 0, 1), "wasp": Counts(0, 1, 0)}


def test_the_surest_chooses_first_whatever_the_order() -> None:
    left, right = Box("bee", 0, 0, 20, 20), Box("bee", 8, 0, 20, 20)
    between, exact = Found("bee", 60, 5, 0, 20, 20), Found("bee", 90, 8, 0, 20, 20)
    for found in ([between, exact], [exact, between]):
        assert count(there(left, right), found) == {"bee": Counts(2, 0, 0)}  # else `between` takes the right one


@pytest.mark.parametrize(
    ("labels", "found", "counts"),
    [
        (("cap",), [Found("cap", 90)], {"cap": Counts(1, 0, 0)}),
        (("cap",), [], {"cap": Counts(0, 0, 1)}),
        ((), [Found("cap", 90)], {"cap": Counts(0, 1, 0)}),
        (("cap",), [Found("cap", 90), Found("cap", 20)], {"cap": Counts(1, 0, 0)}),
        (("cap", "hat"), [Found("hat", 9)], {"cap": Counts(0, 0, 1), "hat": Counts(1, 0, 0)}),
    ],
)
def test_a_label_of_the_whole_image_is_there_or_not(labels: tuple[str, ...], found: list[Found], counts: dict) -> None:
    assert count(there(labels=labels), found) == counts


def test_a_label_without_a_box_does_not_find_a_box() -> None:
    assert count(there(BEE), [Found("bee", 99)]) == {"bee": Counts(0, 1, 1)}


def test_nothing_there_and_nothing_found_counts_nothing() -> None:
    assert count(there(), []) == {}


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        (Counts(6, 2, 4), 0.75, 0.6, 2 / 3),
        (Counts(0, 0, 0), 1, 1, 1),
        (Counts(0, 3, 0), 0, 0, 0),
        (Counts(0, 0, 3), 0, 0, 0),
        (Counts(5, 0, 0), 1, 1, 1),
    ],
)
def test_ratios_of_counts(counts: Counts, precision: float, recall: float, f1: float) -> None:
    assert (counts.precision, counts.recall, counts.f1) == pytest.approx((precision, recall, f1))
