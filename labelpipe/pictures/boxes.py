"""Boxes with readable captions, drawn into a picture."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw

from labelpipe.pictures.text import font, printable, shorten

# Okabe and Ito, "Color Universal Design": told apart with any kind of colour vision. Their black is left to text.
PALETTE = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
WHITE, INK = "#FFFFFF", "#1B2420"
Area = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom are the first ones outside


@dataclass(frozen=True)
class DrawnBox:
    """A box to draw: confidence 0 to 100 or None; edges as ratios (0 to 1) of the stored raster, as in a result."""

    label: str
    confidence: float | None
    left: float
    top: float
    width: float
    height: float

    @property
    def caption(self) -> str:
        return printable(self.label) + ("" if self.confidence is None else f" {self.confidence:.0f} %")


def label_colours(labels: Iterable[str]) -> dict[str, str]:
    """A colour per label: the same from picture to picture where it can be, and one of its own while colours last."""
    colours: dict[str, str] = {}
    for label in sorted(set(labels)):
        first = zlib.crc32(label.encode())
        turn = [PALETTE[(first + step) % len(PALETTE)] for step in range(len(PALETTE))]
        colours[label] = next((colour for colour in turn if colour not in colours.values()), turn[0])
    return colours


def draw_boxes(
    image: Image.Image,
    boxes: Sequence[DrawnBox],
    *,
    colours: Mapping[str, str] | None = None,
    text_size: int | None = None,
) -> Image.Image:
    """A copy of the image (RGB, its raster as stored) with the boxes and, over them, their captions.

    `colours` gives each label's (default: `label_colours`); `text_size` is in pixels (default: by the image's size).
    """
    drawn = image.convert("RGB")
    draw = ImageDraw.Draw(drawn)
    size = text_size or max(11, round(min(drawn.size) / 26))
    colours = colours or label_colours(box.label for box in boxes)
    areas = [_area(box, drawn.size) for box in boxes]
    for box, area in zip(boxes, areas, strict=True):
        _outline(draw, area, colours[box.label], line=max(2, round(size / 6)))
    captions: list[Area] = []
    for box, area in zip(boxes, areas, strict=True):
        others = areas + captions * 3  # better over a box than over another caption
        captions.append(_caption(draw, box, area, drawn.size, size, colours[box.label], others))
    return drawn


def _area(box: DrawnBox, size: tuple[int, int]) -> Area:
    """The box in pixels: inside the image, and at least one pixel wide and high."""
    left, right = (min(max(round(edge * size[0]), 0), size[0]) for edge in (box.left, box.left + box.width))
    top, bottom = (min(max(round(edge * size[1]), 0), size[1]) for edge in (box.top, box.top + box.height))
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _outline(draw: ImageDraw.ImageDraw, area: Area, colour: str, line: int) -> None:
    """A frame in the colour, with a thin one around it that keeps it visible on a ground of the same colour."""
    left, top, right, bottom = area
    for grow, width, ink in ((line // 2 + 1, 1, ink_on(colour)), (line // 2, line, colour)):
        draw.rectangle((left - grow, top - grow, right - 1 + grow, bottom - 1 + grow), outline=ink, width=width)


def _caption(
    draw: ImageDraw.ImageDraw,
    box: DrawnBox,
    area: Area,
    image: tuple[int, int],
    size: int,
    colour: str,
    others: Sequence[Area],
) -> Area:
    pad = max(2, size // 4)
    text = shorten(box.caption, size, image[0] - 2 * pad)
    width, height = round(font(size).getlength(text)) + 2 * pad, size + 2 * pad
    spot = _free_spot(area, (width, height), image, others)
    draw.rectangle((spot[0], spot[1], spot[2] - 1, spot[3] - 1), fill=colour)
    draw.text((spot[0] + pad, spot[1] + height / 2), text, fill=ink_on(colour), font=font(size), anchor="lm")
    return spot


def _free_spot(area: Area, size: tuple[int, int], image: tuple[int, int], others: Sequence[Area]) -> Area:
    """Above the box, below it or inside, at its left or right: the first spot that covers the least of the others."""
    (left, top, right, bottom), (width, height) = area, size
    corners = [(x, y) for y in (top - height, bottom, top, bottom - height) for x in (left, right - width)]
    spots = [(_fit(x, width, image[0]), _fit(y, height, image[1])) for x, y in corners]
    areas = [(x, y, x + width, y + height) for x, y in spots]
    return min(areas, key=lambda spot: sum(_shared(spot, other) for other in others))


def _fit(start: int, length: int, room: int) -> int:
    return max(0, min(start, room - length))


def _shared(one: Area, other: Area) -> int:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0)


def ink_on(colour: str) -> str:
    """Dark or white, whichever reads better on the colour (contrast as in WCAG 2.2, relative luminance)."""
    linear = [(part / 255) ** 2.2 for part in ImageColor.getrgb(colour)[:3]]
    luminance = sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return INK if luminance > 0.2 else WHITE
