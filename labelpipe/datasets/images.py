"""What a labelled image is: the value that every dataset module reads or makes."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Box:
    """A labelled box in pixels of the stored raster (before any EXIF turn), origin top-left."""

    label: str
    left: int
    top: int
    width: int
    height: int

    @property
    def area(self) -> int:
        return max(self.width, 0) * max(self.height, 0)

    def clipped(self, width: int, height: int) -> "Box":
        """The part of the box inside an image of that size; its area is 0 if none is."""
        left, top = max(self.left, 0), max(self.top, 0)
        right, bottom = min(self.left + self.width, width), min(self.top + self.height, height)
        return Box(self.label, left, top, right - left, bottom - top)


@dataclass(frozen=True)
class LabelledImage:
    """An image with its boxes, or with labels of the whole image; with neither, it shows nothing that is looked for."""

    path: Path
    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def label_set(self) -> frozenset[str]:
        return frozenset(self.labels) | {box.label for box in self.boxes}


@dataclass(frozen=True)
class Split:
    """Images to train on and images to test with; none is in both."""

    train: list[LabelledImage]
    test: list[LabelledImage]
