import numpy as np
import pytest
from PIL import Image, ImageColor

from labelpipe.pictures.boxes import PALETTE, DrawnBox, _free_spot, _shared, draw_boxes, ink_on, label_colours


def changed(drawn: Image.Image, blank: Image.Image) -> np.ndarray:
    """Which pixels differ."""
    return (np.asarray(drawn.convert("RGB")) != np.asarray(blank.convert("RGB"))).any(axis=2)


def test_a_box_is_drawn_around_what_it_holds_and_not_over_it() -> None:
    blank = Image.new("RGB", (400, 300), "white")
    drawn = draw_boxes(blank, [DrawnBox("bee", 93.4, 0.25, 0.5, 0.25, 0.3)])
    colour = ImageColor.getrgb(label_colours(["bee"])["bee"])
    assert drawn.getpixel((150, 150)) == colour  # top edge
    assert drawn.getpixel((199, 180)) == colour  # right edge
    assert not changed(drawn, blank)[154:236, 104:196].any()


def test_the_image_given_stays_as_it_is() -> None:
    blank = Image.new("RGB", (100, 80), "white")
    draw_boxes(blank, [DrawnBox("bee", None, 0, 0, 1, 1)])
    assert blank.getcolors() == [(8000, (255, 255, 255))]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_image_becomes_rgb(mode: str) -> None:
    drawn = draw_boxes(Image.new(mode, (100, 80)), [DrawnBox("bee", 50, 0.2, 0.2, 0.2, 0.2)])
    assert (drawn.mode, drawn.size) == ("RGB", (100, 80))


def test_the_raster_is_drawn_as_stored_whatever_exif_says(tmp_path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (90, 60)).save(tmp_path / "a.jpg", exif=exif)
    with Image.open(tmp_path / "a.jpg") as image:
        assert draw_boxes(image, []).size == (90, 60)


@pytest.mark.parametrize(
    "box",
    [
        DrawnBox("bee", 50, 0, 0, 1, 1),
        DrawnBox("bee", 50, -0.5, -0.5, 3, 3),
        DrawnBox("bee", 50, 1, 1, 0, 0),
        DrawnBox("bee", 50, 2, 2, 1, 1),
        DrawnBox("bee", 50, 0.5, 0.5, 0.0001, 0.0001),
        DrawnBox("a label much longer than any picture is wide " * 9, 50, 0.9, 0.9, 0.1, 0.1),
        DrawnBox("蜂 🐝", None, 0.4, 0.4, 0.2, 0.2),
        DrawnBox("", None, 0.4, 0.4, 0.2, 0.2),
    ],
)
@pytest.mark.parametrize("size", [(64, 64), (1, 1), (1280, 64)])
def test_odd_boxes_are_drawn_without_failing(box: DrawnBox, size: tuple[int, int]) -> None:
    blank = Image.new("RGB", size, "white")
    assert changed(draw_boxes(blank, [box]), blank).any()


def test_a_caption_says_the_label_and_the_confidence() -> None:
    assert DrawnBox("bee", 93.4, 0, 0, 1, 1).caption == "bee 93 %"
    assert DrawnBox("蜂", None, 0, 0, 1, 1).caption == r"\u8702"


def test_a_caption_stands_above_its_box_where_nothing_is_in_the_way() -> None:
    assert _free_spot((50, 50, 90, 90), (30, 10), (200, 200), []) == (50, 40, 80, 50)


@pytest.mark.parametrize("area", [(0, 0, 40, 40), (160, 0, 200, 40), (0, 160, 40, 200), (0, 0, 200, 200)])
def test_a_caption_stays_inside_the_image(area: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = _free_spot(area, (60, 10), (200, 200), [area])
    assert 0 <= left < right <= 200
    assert 0 <= top < bottom <= 200


def test_a_caption_makes_way_for_another() -> None:
    above = (50, 40, 80, 50)
    spot = _free_spot((50, 50, 90, 90), (30, 10), (200, 200), [above])
    assert _shared(spot, above) == 0


def test_captions_of_two_boxes_in_one_place_can_both_be_read() -> None:
    boxes = [DrawnBox(label, 50, 0.4, 0.4, 0.2, 0.2) for label in ("bee", "fly")]
    drawn = np.asarray(draw_boxes(Image.new("RGB", (400, 300), "white"), boxes))
    for colour in label_colours(["bee", "fly"]).values():
        assert (drawn == ImageColor.getrgb(colour)).all(axis=2).sum() > 500


def test_labels_have_colours_of_their_own_while_colours_last() -> None:
    labels = [f"label {number}" for number in range(len(PALETTE))]
    assert sorted(label_colours(labels).values()) == sorted(PALETTE)
    assert len(label_colours([*labels, "one more"])) == len(PALETTE) + 1


def test_a_label_has_the_same_colour_in_every_picture() -> None:
    assert label_colours(["ladybird"])["ladybird"] == label_colours(["bee", "ladybird"])["ladybird"]
    assert label_colours(["b", "a"]) == label_colours(["a", "b"])


@pytest.mark.parametrize("colour", PALETTE)
def test_text_is_readable_on_every_colour(colour: str) -> None:
    def luminance(name: str) -> float:
        parts = [part / 255 for part in ImageColor.getrgb(name)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(colour), luminance(ink_on(colour))))
    assert (light + 0.05) / (dark + 0.05) >= 4  # WCAG 2.2 asks 3 for large text, 4.5 for small
