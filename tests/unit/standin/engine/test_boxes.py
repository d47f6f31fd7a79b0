import numpy as np
import pytest

from labelpipe.standin.engine import boxes


def test_overlap_is_intersection_over_union() -> None:
    one = np.array([[0, 0, 10, 10]], np.float32)
    others = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30], [10, 0, 20, 10]], np.float32)
    assert boxes.overlaps(one, others)[0].tolist() == pytest.approx([1, 1 / 3, 0, 0])


def test_moving_by_the_offsets_leads_to_the_target() -> None:
    start = np.array([[10, 10, 30, 40], [0, 0, 8, 8]], np.float32)
    target = np.array([[12, 8, 40, 50], [2, 1, 9, 10]], np.float32)
    assert np.allclose(boxes.moved(start, boxes.offsets(start, target)), target, atol=1e-4)


def test_nothing_moves_further_than_its_own_size() -> None:
    start = np.array([[10, 10, 20, 20]], np.float32)
    assert boxes.centres(boxes.moved(start, np.array([[9.0, -9, 0, 0]]))).tolist() == [[25, 5]]


def test_a_lower_box_goes_when_it_overlaps_a_better_one() -> None:
    found = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]], np.float32)
    assert boxes.suppressed(found, np.array([0.5, 0.9, 0.1]), 0.4) == [1, 2]


def test_a_box_that_stays_is_drawn_towards_those_that_agree() -> None:
    found = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]], np.float32)
    stay, voted = boxes.voted(found, np.array([1.0, 1.0, 0.5]), 0.4, 0.6)
    assert stay == [0, 2]
    assert np.allclose(voted, [[0.5, 0, 10.5, 10], [20, 0, 30, 10]])
