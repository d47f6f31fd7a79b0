import numpy as np
import pytest

from labelpipe.standin.engine.features import CHANNELS, channels, grid_means, integral_image, working_size


def test_grid_means_are_the_means_of_the_channels() -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 255, (60, 80, 3), np.uint8)
    integral = integral_image(pixels, 80)
    seen = channels((pixels / 255).astype(np.float32))
    cells = grid_means(integral, np.array([[20, 10, 40, 30]], np.float32), 2, grow=1)[0, :-2].reshape(2, 2, CHANNELS)
    assert np.allclose(cells[0, 1], seen[10:20, 30:40].mean((0, 1)), atol=1e-3)
    assert np.allclose(cells[1, 0], seen[20:30, 20:30].mean((0, 1)), atol=1e-3)


def test_the_last_two_features_are_the_size() -> None:
    integral = integral_image(np.zeros((60, 80, 3), np.uint8), 80)
    size = grid_means(integral, np.array([[0, 0, 30, 60]], np.float32), 2)[0, -2:]
    assert size.tolist() == pytest.approx([0, np.log(2)])


def test_what_lies_outside_of_the_image_is_cut_off() -> None:
    integral = integral_image(np.full((60, 80, 3), 128, np.uint8), 80)
    rows = grid_means(integral, np.array([[-100, -100, -50, -50], [-20, -20, 100, 100]], np.float32), 4)
    assert np.isfinite(rows).all()


def test_an_edge_is_seen_in_its_direction() -> None:
    image = np.zeros((40, 40, 3), np.float32)
    image[:, 20:] = 1
    upright = channels(image)[..., 4:].sum((0, 1))
    lying = channels(image.transpose(1, 0, 2).copy())[..., 4:].sum((0, 1))
    assert upright.argmax() == 0
    assert lying.argmax() == 3


def test_no_boxes_have_no_rows() -> None:
    integral = integral_image(np.zeros((60, 80, 3), np.uint8), 80)
    assert grid_means(integral, np.zeros((0, 4), np.float32), 2).shape == (0, 4 * CHANNELS + 2)


@pytest.mark.parametrize("shape", [(64, 1280, 3), (1280, 64, 3), (481, 640, 3)])
def test_the_working_size_is_that_of_the_integral_image(shape: tuple[int, int, int]) -> None:
    pixels = np.zeros(shape, np.uint8)
    width, height = working_size(pixels, 160)
    assert integral_image(pixels, 160).shape == (height + 1, width + 1, CHANNELS)
    assert min(width, height) >= 16
