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
