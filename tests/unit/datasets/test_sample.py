import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng
from PIL import Image

from labelpipe.core.errors import Problem
from labelpipe.datasets.drawn.scenery import develop
from labelpipe.datasets.images import Box, LabelledImage
from labelpipe.datasets.sample import _visible_box, draw_sample

SMALL = (240, 180)


@pytest.fixture(scope="module")
def sample_of_many(tmp_path_factory: pytest.TempPathFactory) -> list[LabelledImage]:
    sample = draw_sample(tmp_path_factory.mktemp("sample"), train=14, test=6, size=SMALL)
    assert (len(sample.train), len(sample.test)) == (14, 6)
    return sample.train + sample.test


def test_the_same_seed_draws_the_same_images_however_many(tmp_path: Path, sample_of_many: list[LabelledImage]) -> None:
    again = draw_sample(tmp_path, train=14, test=1, size=SMALL)
    for one, other in zip(again.train + again.test, sample_of_many[:15], strict=True):
        assert one.boxes == other.boxes
        assert one.path.name == other.path.name
        assert one.path.read_bytes() == other.path.read_bytes()


def test_another_seed_draws_others_and_the_first_of_each_part_has_both_labels(
    tmp_path: Path, sample_of_many: list[LabelledImage]
) -> None:
    sample = draw_sample(tmp_path, seed=1, train=1, test=1, size=SMALL)
    assert abs(sample.train[0].boxes[0].left - sample_of_many[0].boxes[0].left) > 10
    for image in (sample.train[0], sample.test[0], sample_of_many[0], sample_of_many[14]):
        assert image.label_set == {"bee", "ladybird"}


def test_the_files_are_jpegs_of_the_size_that_they_are_said_to_have(sample_of_many: list[LabelledImage]) -> None:
    for image in sample_of_many:
        with Image.open(image.path) as opened:
            assert (opened.format, opened.size) == ("JPEG", (image.width, image.height)) == ("JPEG", SMALL)


def test_boxes_lie_inside_the_image_and_are_large_enough_to_learn(sample_of_many: list[LabelledImage]) -> None:
    for image in sample_of_many:
        for box in image.boxes:
            assert box == box.clipped(image.width, image.height)
            assert min(box.width, box.height) >= 8


def test_the_number_of_bees_varies_from_none_to_at_most_six(sample_of_many: list[LabelledImage]) -> None:
    bees = Counter(sum(box.label == "bee" for box in image.boxes) for image in sample_of_many)
    assert len(bees) >= 4
    assert max(bees) <= 6


def test_a_ladybirds_box_is_redder_than_what_is_around_it(sample_of_many: list[LabelledImage]) -> None:
    redder = []
    for image in sample_of_many:
        pixels = np.asarray(Image.open(image.path), float)
        redness = pixels[..., 0] - pixels[..., 1]
        for box in (box for box in image.boxes if box.label == "ladybird"):
            inside = redness[box.top : box.top + box.height, box.left : box.left + box.width]
            redder.append(inside.mean() > redness.mean() + 20)
    assert np.mean(redder) > 0.8


@pytest.mark.parametrize(
    ("centre", "box"),
    [
        ((100, 100), Box("bee", 80, 95, 20, 10)),
        ((22, 100), Box("bee", 2, 95, 20, 10)),
        ((17, 100), Box("bee", 0, 95, 17, 10)),  # 3 of 20 pixels are outside
        ((15, 100), None),
        ((100, -80), None),
    ],
)
def test_a_box_is_that_of_the_pixels_that_one_can_see(centre: tuple[int, int], box: Box | None) -> None:
    sprite = Image.new("RGBA", (60, 40), (0, 0, 0, 20))  # too faint to count
    sprite.paste((0, 0, 0, 255), (10, 15, 30, 25))
    assert _visible_box("bee", sprite, centre, (240, 180)) == box


def test_light_differs_between_images_and_across_each() -> None:
    grey = Image.new("RGB", SMALL, (128, 128, 128))
    lit = [np.asarray(develop(grey, default_rng(seed)), float) for seed in range(12)]
    assert np.ptp([pixels.mean() for pixels in lit]) > 30
    assert min(np.ptp(pixels[::90, ::120].mean(axis=2)) for pixels in lit) > 3


def test_light_and_ground_differ_between_images(sample_of_many: list[LabelledImage]) -> None:
    brightness = [np.asarray(Image.open(image.path).convert("L")).mean() for image in sample_of_many]
    assert max(brightness) - min(brightness) > 40


def test_the_default_sample_is_drawn_in_a_few_seconds(tmp_path: Path) -> None:
    begun = time.process_time()
    draw_sample(tmp_path, train=9, test=4)  # a quarter of the default sample
    assert time.process_time() - begun < 5


def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(Problem, match=r"taken cannot be written .*: name a folder"):
        draw_sample(tmp_path / "taken", train=1, test=1, size=SMALL)
