"""The demo's uploads: truth follows the picture, and what must be refused is worth refusing."""

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from labelpipe.datasets.images import Box, LabelledImage
from labelpipe.local.uploads import Upload, mixed, ordinary

RED = (220, 20, 20)


@pytest.fixture
def images(tmp_path: Path) -> list[LabelledImage]:
    """Nine pictures of 200 x 120 with a red box at (20, 30), 40 wide and 60 high."""
    made = []
    for number in range(9):
        path = tmp_path / f"red-{number}.jpg"
        picture = Image.new("RGB", (200, 120), "white")
        picture.paste(RED, (20, 30, 60, 90))
        picture.save(path, quality=95)
        made.append(LabelledImage(path, 200, 120, (Box("red", 20, 30, 40, 60),)))
    return made


@pytest.fixture
def uploads(images: list[LabelledImage], tmp_path: Path) -> dict[str, Upload]:
    return {upload.key: upload for upload in mixed("bees/", images, tmp_path)}


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    red, green, blue = picture.convert("RGB").getpixel((int(x), int(y)))
    return red > 150 > max(green, blue)


def test_truth_is_where_the_stored_raster_has_it_however_it_is_turned(uploads: dict[str, Upload]) -> None:
    for upload in uploads.values():
        for box in upload.truth.boxes if upload.truth else ():
            with Image.open(upload.path) as picture:
                assert picture.size == (upload.truth.width, upload.truth.height)
                assert is_red(picture, box.left + box.width / 2, box.top + box.height / 2)
                assert is_red(picture, box.left + 3, box.top + 3)
                assert not is_red(picture, box.left - 4, box.top + 3)
                assert not is_red(picture, box.left + 3, box.top - 4)


def test_the_turned_photo_is_upright_to_who_reads_exif(uploads: dict[str, Upload]) -> None:
    with Image.open(uploads["bees/phone.jpg"].path) as picture:
        assert picture.size == (120, 200)
        assert is_red(ImageOps.exif_transpose(picture), 40, 60)


def test_there_are_odd_keys_odd_formats_and_files_to_refuse(uploads: dict[str, Upload]) -> None:
    keys = "".join(uploads)
    assert all(odd in keys for odd in (" ", "+", "%", "蜂", ".JPG", ".webp", ".BMP"))
    assert [key for key, upload in uploads.items() if upload.expected == "REJECTED"] == [
        "bees/notes.jpg",
        "bees/thumbnail.png",
        "bees/interrupted.jpg",
    ]


def test_ordinary_images_keep_their_names(images: list[LabelledImage]) -> None:
    assert [upload.key for upload in ordinary("images/", images[:2])] == ["images/red-0.jpg", "images/red-1.jpg"]
