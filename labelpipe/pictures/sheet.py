"""One picture of many results: what was found in each image, and why some have no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from labelpipe.pictures.boxes import DrawnBox


@dataclass(frozen=True)
class Tile:
    """One image on the sheet: its key, its result's status, what was found, and a note (an error's code, then words).

    The picture is a file or an opened image, or None where there is nothing to show.
    """

    picture: Path | Image.Image | None
    title: str
    status: str
    boxes: Sequence[DrawnBox] = ()
    note: str = ""


def contact_sheet(tiles: Sequence[Tile], *, columns: int = 4, title: str = "", subtitle: str = "") -> Image.Image:
    """The sheet, with a header of the title and how many images ended in which status."""
    raise NotImplementedError
