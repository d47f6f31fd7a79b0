"""How a detector sets about it, without learning."""

import numpy as np
import pytest

from labelpipe.standin.engine import Example, TrueBox
from labelpipe.standin.engine.boxes import sizes
from labelpipe.standin.engine.detector import ANCHORS, STRIDE, Detector, anchors, propose
from labelpipe.standin.engine.detector_training import DetectorTraining
from labelpipe.standin.engine.features import CHANNELS
from labelpipe.standin.engine.learners import Network, Offsets, Trees

INTEGRAL = np.zeros((361, 481, CHANNELS), np.float32)


def test_anchors_lie_a_quarter_of_their_size_apart() -> None:
    found = anchors(INTEGRAL, np.array([[40, 20]], np.float32))
    assert np.unique(np.diff(np.unique(found[:, 0]))).tolist() == pytest.approx([STRIDE * 40])
    assert np.unique(np.diff(np.unique(found[:, 1]))).tolist() == pytest.approx([STRIDE * 20])


def test_dust_is_not_looked_for_at_millions_of_places() -> None:
    found = anchors(INTEGRAL, np.full((8, 2), 0.4, np.float32))
    assert 0.9 * ANCHORS < len(found) < 1.1 * ANCHORS
    assert sizes(found) == pytest.approx(0.4, abs=1e-4)


@pytest.mark.parametrize(("labels", "most"), [(1, 120), (8, 960), (250, 960)])
def test_very_many_labels_share_the_proposals(labels: int, most: int) -> None:
    features = 4 * 4 * CHANNELS + 2
    network = Network(np.zeros((features, 4)), np.zeros(4), np.zeros((4, labels + 1)), np.zeros(labels + 1))
    offsets = Offsets(np.zeros((labels, features, 4)), np.zeros((labels, 4)))
    found = propose(INTEGRAL, np.array([[30, 30]], np.float32), network, offsets)
    assert labels <= len(found) <= most


@pytest.mark.parametrize("shape", [(16, 1280, 3), (1280, 16, 3), (480, 640, 3)])
def test_a_true_box_is_where_it_is_in_an_image_of_any_shape(shape: tuple[int, int, int]) -> None:
    example = Example(np.zeros(shape, np.uint8), boxes=(TrueBox("bee", (0.5, 0.5, 0.5, 0.5)),))
    training = DetectorTraining([example])
    height, width = (side - 1 for side in training.integral(0).shape[:2])
    assert training.scenes[0].truth[0].tolist() == pytest.approx([width / 2, height / 2, width, height])


@pytest.mark.parametrize("long_side", [1e9, 0, -300, float("nan")])
def test_a_scale_that_would_take_any_memory_is_refused(long_side: float) -> None:
    nothing = np.zeros((1, 1), np.float32)
    learners = Network(*[nothing] * 4), Offsets(nothing, nothing), Trees(*[nothing] * 5), Offsets(nothing, nothing)
    with pytest.raises(ValueError, match="working scale"):
        Detector(("bee",), long_side, nothing, *learners)
