from pathlib import Path

import pytest
from PIL import Image

from labelpipe.core.errors import Problem
from labelpipe.datasets.folder import find_images, image_size, split
from labelpipe.datasets.images import Box, LabelledImage


def test_images_are_found_in_subfolders_in_any_case_and_sorted(make_image, tmp_path: Path) -> None:
    expected = [make_image(name) for name in ("a.jpg", "b/c.JPEG", "b/d.Png")]
    (tmp_path / "notes.txt").write_text("not an image")
    make_image(".hidden.jpg")
    make_image(".cache/e.jpg")
    (tmp_path / "folder.jpg").mkdir()
    assert find_images(tmp_path) == expected


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "does not exist: name a folder"),
        (lambda path: path.write_text("x"), "is a file, not a folder: name a folder"),
        (lambda path: path.mkdir(), "holds no image: add files that end in .jpg, .jpeg, .png"),
    ],
)
def test_a_place_without_images_is_a_problem(tmp_path: Path, make, said: str) -> None:
    make(tmp_path / "images")
    with pytest.raises(Problem, match=f"images {said}"):
        find_images(tmp_path / "images")


def test_the_size_is_that_of_the_stored_raster_whatever_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned
    Image.new("RGB", (60, 40)).save(tmp_path / "a.jpg", exif=exif)
    assert image_size(tmp_path / "a.jpg") == (60, 40)


@pytest.mark.parametrize("content", [b"", b"not an image", b"\xff\xd8\xff"])
def test_a_file_that_is_not_an_image_is_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(Problem, match=r"a\.jpg cannot be read as JPEG or PNG: replace it"):
        image_size(tmp_path / "a.jpg")


def images(*labels: str) -> list[LabelledImage]:
    """One image for each text, with a box for each letter of it."""
    return [
        LabelledImage(Path(f"{number:03}.jpg"), 100, 80, tuple(Box(label, 1, 2, 3, 4) for label in text))
        for number, text in enumerate(labels)
    ]


def test_every_image_is_in_one_part() -> None:
    given = images(*["a"] * 12, *["ab"] * 8, *["b"] * 5, *[""] * 4)
    parts = split(given)
    assert sorted(parts.train + parts.test, key=lambda image: image.path) == given
    assert not set(parts.train) & set(parts.test)


@pytest.mark.parametrize("seed", range(5))
def test_each_label_has_its_share_of_tests_and_none_leaves_training(seed: int) -> None:
    given = images(*["a"] * 40, *["b"] * 12, *["c"] * 2, "d", *[""] * 8)
    parts = split(given, seed=seed)
    tested = {label: sum(label in image.label_set for image in parts.test) for label in "abcd"}
    assert tested == {"a": 10, "b": 3, "c": 1, "d": 0}
    assert sum(not image.label_set for image in parts.test) == 2
    assert {label for image in parts.train for label in image.label_set} == set("abcd")


def test_tests_chosen_for_one_label_count_for_the_others_in_the_image() -> None:
    parts = split(images(*["ab"] * 8, *["a"] * 8))
    assert sum("b" in image.label_set for image in parts.test) == 2
    assert len(parts.test) == 4


@pytest.mark.parametrize("seed", range(20))
def test_an_image_that_alone_has_a_label_stays_in_training_with_its_other_labels(seed: int) -> None:
    parts = split(images("ab", "a", "a", "a"), seed=seed)
    assert Path("000.jpg") in [image.path for image in parts.train]


def test_whole_image_labels_are_split_alike() -> None:
    given = [LabelledImage(Path(f"{n}.jpg"), 9, 9, labels=("cap",) if n < 8 else ("hat",)) for n in range(12)]
    parts = split(given)
    assert sorted(label for image in parts.test for label in image.labels) == ["cap", "cap", "hat"]


def test_the_split_depends_on_the_seed_and_not_on_the_order_given() -> None:
    given = images(*["a"] * 30)
    assert split(given) == split(given[::-1])
    assert split(given) != split(given, seed=8)


@pytest.mark.parametrize("given", [[], images("a"), images("a", "b")])
def test_too_few_images_are_a_problem(given: list[LabelledImage]) -> None:
    with pytest.raises(Problem, match="too few to set any aside: give a label at least 2"):
        split(given)


@pytest.mark.parametrize("share", [0, 1, -0.5, 25, float("nan")])
def test_a_share_is_between_none_and_all(share: float) -> None:
    with pytest.raises(Problem, match="between 0 and 1"):
        split(images("a", "a"), test_share=share)
