"""What goes to the decoder, and what comes back."""

from dataclasses import dataclass

from labelpipe.core.boxes import WayBack
from labelpipe.core.inference.images import Facts
from labelpipe.core.results import Transform


@dataclass(frozen=True)
class Job:
    """A file to decode as this format, named as in Facts, and as no other."""

    body: bytes
    format: str
    upright: bool
    """Turn it by its EXIF orientation."""


@dataclass(frozen=True)
class Fitted:
    """A JPEG within the limits. `stored` is what opening the image told about its raster."""

    body: bytes
    stored: Facts
    transform: Transform
    way_back: WayBack
