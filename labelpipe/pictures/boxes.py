"""Boxes with readable labels, drawn into a picture."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

# Okabe and Ito, "Color Universal Design": told apart with any kind of colour vision. Black is left out, and the
# yellow is darker, so that both stand out from pictures and carry a text.
PALETTE = ("#E69F00", "#0072B2", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442")
WHITE, INK = "#FFFFFF", "#16202A"


@dataclass(frozen=True)
class DrawnBox:
    """A box to draw: confidence 0 to 100 or None; edges as ratios (0 to 1) of the stored raster, as the service answers."""

    label: str
    confidence: float | None
    left: float
    top: float
    width: float
    height: float

    @property
    def caption(self) -> str:
        return self.label if self.confidence is None else f"{self.label} {self.confidence:.0f} %"


def label_colours(labels: Iterable[str]) -> dict[str, str]:
    """A colour per label: the same one in every picture, and another for each label while colours last."""
    colours: dict[str, str] = {}
    for label in sorted(set(labels)):
        first = zlib.crc32(label.encode())
        turn = [PALETTE[(first + step) % len(PALETTE)] for step in range(len(PALETTE))]
        colours[label] = next((colour for colour in turn if colour not in colours.values()), turn[0])
    return colours


def draw_boxes(
    image: Image.Image, boxes: Sequence[DrawnBox], *, colours: Mapping[str, str] | None = None
) -> Image.Image:
    """A copy of the image (RGB, its raster as stored) with the boxes and their captions."""
    drawn = image.convert("RGB")
    colours = colours or label_colours(box.label for box in boxes)
    for box in boxes:
        ImageDraw.Draw(drawn).rectangle(
            (
                box.left * drawn.width,
                box.top * drawn.height,
                (box.left + box.width) * drawn.width,
                (box.top + box.height) * drawn.height,
            ),
            outline=colours[box.label],
            width=2,
        )
    return drawn
