"""A person's own images are checked before anything is started for them."""

from pathlib import Path

import pytest
from PIL import Image

from labelpipe.core.errors import Problem
from labelpipe.local.material import own_material

VOC = "<annotation><object><name>bee</name><bndbox>{}</bndbox></object></annotation>".format(
    "<xmin>5</xmin><ymin>5</ymin><xmax>60</xmax><ymax>60</ymax>"
)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Eight labelled images with their annotations beside them, and one without."""
    for number in range(9):
        Image.effect_noise((96, 80), 50).convert("RGB").save(tmp_path / f"{number}.jpg")
        if number:
            (tmp_path / f"{number}.xml").write_text(VOC)
    return tmp_path


def test_part_is_learnt_from_and_the_rest_uploaded_with_what_has_no_label(images: Path) -> None:
    material = own_material(images, None)
    assert material.training_size + len(material.uploads) == 9
    assert [upload.key for upload in material.uploads if upload.truth is None] == ["images/0.jpg"]
    assert not material.drawn


@pytest.mark.parametrize("name", ["0.jpg", "3.jpg"])
def test_an_image_that_is_cut_short_is_named_at_once(images: Path, name: str) -> None:
    whole = (images / name).read_bytes()
    (images / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Problem, match=f"{name} is damaged or no image"):
        own_material(images, None)


def test_too_few_to_learn_from_are_counted(images: Path) -> None:
    for number in range(4, 9):
        (images / f"{number}.xml").unlink()
    with pytest.raises(Problem, match="3 labelled images are too few"):
        own_material(images, None)


def test_annotations_that_are_nowhere_are_named(images: Path) -> None:
    with pytest.raises(Problem, match="nowhere: no such file or folder"):
        own_material(images, images / "nowhere")
