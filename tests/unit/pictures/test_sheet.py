from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from labelpipe.pictures.boxes import DrawnBox
from labelpipe.pictures.sheet import (
    CARD,
    GAP,
    GROUND,
    HEADER,
    MARGIN,
    MAT,
    OTHER_STATUS,
    PAD,
    PICTURE,
    STATUS_COLOURS,
    TILE,
    Tile,
    contact_sheet,
)

RED = Image.new("RGB", (480, 360), "red")


def tile_at(sheet: Image.Image, number: int, columns: int = 4) -> Image.Image:
    row, column = divmod(number, columns)
    x, y = MARGIN + column * (TILE[0] + GAP), HEADER + row * (TILE[1] + GAP)
    return sheet.crop((x, y, x + TILE[0], y + TILE[1]))


def has(image: Image.Image, colour: str) -> bool:
    return bool((np.asarray(image) == ImageColor.getrgb(colour)).all(axis=2).any())


def middle(tile: Image.Image) -> tuple[int, ...]:
    return tile.getpixel((PICTURE[0] // 2, PICTURE[1] // 2))


@pytest.mark.parametrize(("tiles", "columns", "rows"), [(0, 3, 0), (1, 3, 1), (4, 4, 1), (5, 4, 2), (17, 4, 5)])
def test_the_sheet_has_room_for_every_tile(tiles: int, columns: int, rows: int) -> None:
    sheet = contact_sheet([Tile(RED, "a.jpg", "SUCCEEDED")] * tiles)
    assert sheet.width == 2 * MARGIN + columns * TILE[0] + (columns - 1) * GAP
    assert sheet.height == HEADER + MARGIN + rows * TILE[1] + (rows - 1) * GAP
    for number in range(tiles):
        assert middle(tile_at(sheet, number, columns)) == (255, 0, 0)


def test_a_picture_may_be_a_file_of_any_format_and_shape(tmp_path: Path) -> None:
    shapes = {"a.webp": (64, 64), "b.png": (2000, 100), "c.jpg": (100, 2000), "d.gif": (1, 1), "e.tiff": (900, 700)}
    for name, size in shapes.items():
        Image.new("RGB", size, "red").save(tmp_path / name)
    sheet = contact_sheet([Tile(tmp_path / name, name, "SUCCEEDED") for name in shapes])
    for number in range(len(shapes)):
        red, green, blue = middle(tile_at(sheet, number))
        assert red > 250
        assert max(green, blue) < 5
    assert has(tile_at(sheet, 1), MAT)


def test_a_large_picture_is_shown_whole_with_its_boxes_in_place(tmp_path: Path) -> None:
    picture = Image.new("RGB", (4096, 3072), "white")
    picture.paste("black", (2048, 1536, 4096, 3072))
    picture.save(tmp_path / "large.jpg")
    box = DrawnBox("bee", 90, 0.5, 0.5, 0.5, 0.5)
    tile = tile_at(contact_sheet([Tile(tmp_path / "large.jpg", "a", "SUCCEEDED", [box])]), 0, 3)
    assert tile.getpixel((PICTURE[0] * 3 // 4, PICTURE[1] * 3 // 4)) == (0, 0, 0)
    assert tile.getpixel((PICTURE[0] // 4, PICTURE[1] // 4)) == (255, 255, 255)


def test_a_picture_given_open_is_not_changed(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 2000), "red").save(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as image:
        contact_sheet([Tile(image, "a", "SUCCEEDED")])
        assert image.size == (3000, 2000)


@pytest.mark.parametrize("status", ["REJECTED", "FAILED"])
def test_an_image_without_an_answer_has_a_grey_card_even_if_it_could_be_shown(status: str) -> None:
    tile = tile_at(contact_sheet([Tile(RED, "a.jpg", status, note="Too small.", code="TOO_SMALL")]), 0, 3)
    assert has(tile, CARD)
    assert not has(tile, "red")


@pytest.mark.parametrize("content", [None, b"", b"not an image", b"\xff\xd8\xff\xe0 cut off", "truncated", "no file"])
def test_a_picture_that_cannot_be_opened_has_a_grey_card(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "a.png"
    if content == "truncated":
        Image.effect_noise((200, 200), 50).save(path)
        path.write_bytes(path.read_bytes()[:5000])
    elif isinstance(content, bytes):
        path.write_bytes(content)
    tile = tile_at(contact_sheet([Tile(None if content is None else path, "a.png", "SUCCEEDED")]), 0, 3)
    assert has(tile, CARD)


@pytest.mark.parametrize(("status", "colour"), [*STATUS_COLOURS.items(), ("MISSING", OTHER_STATUS)])
def test_the_badge_and_the_header_have_the_colour_of_the_status(status: str, colour: str) -> None:
    sheet = contact_sheet([Tile(RED, "a.jpg", status)])
    assert has(tile_at(sheet, 0, 3).crop((0, PICTURE[1], *TILE)), colour)
    assert has(sheet.crop((sheet.width // 2, 0, sheet.width, HEADER)), colour)


LONG = "bees/" + "very-long-folder-name/" * 40 + "蜂と花 été.jpg"


@pytest.mark.parametrize("text", [LONG, "W" * 900, "蜂" * 300, "word " * 300, "", "\n\t\x00"])
def test_no_text_leaves_its_tile_or_runs_into_the_header_numbers(text: str) -> None:
    box = DrawnBox(text, 50, 0.4, 0.4, 0.2, 0.2)
    tiles = [Tile(RED, text, "SUCCEEDED", [box], note=text), Tile(None, text, "FAILED", note=text, code=text)]
    tiles += [Tile(RED, text, text), Tile(RED, text, "SUCCEEDED")]
    sheet = np.asarray(contact_sheet(tiles, title=text, subtitle=text))
    ground = np.array(ImageColor.getrgb(GROUND))
    footer = sheet[HEADER + PICTURE[1] + 12 : HEADER + TILE[1] - 12, MARGIN : MARGIN + TILE[0]]
    assert (footer[:, 3 - PAD : -1] == 255).all()
    for column in range(1, 4):
        gap = MARGIN + column * TILE[0] + (column - 1) * GAP
        assert (sheet[HEADER:, gap : gap + GAP] == ground).all()
    assert (sheet[:, : MARGIN - 3] == ground).all()  # some letters lean a little to the left
    assert (sheet[:, 3 - MARGIN :] == ground).all()
    assert (sheet[HEADER + TILE[1] :] == ground).all()


def test_twenty_labels_leave_the_title_its_room() -> None:
    boxes = [DrawnBox(f"label number {number}", 50, 0.1, 0.1, 0.5, 0.5) for number in range(20)]
    sheet = contact_sheet([Tile(RED, "a.jpg", "SUCCEEDED", boxes)], title="Title", subtitle="Subtitle")
    left = np.asarray(sheet)[70:HEADER, MARGIN + 120 : sheet.width // 2]
    assert (left == np.array(ImageColor.getrgb(GROUND))).all()
