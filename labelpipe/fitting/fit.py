"""From an image that Custom Labels would not take to a JPEG that it takes, and the way back for its boxes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from struct import error as StructError
from warnings import catch_warnings, simplefilter

from PIL import Image
from PIL.ExifTags import Base

from labelpipe.core.boxes import Box, WayBack
from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.images import Facts
from labelpipe.core.inference.planning import MOST_RATIO, MOST_SENT_BYTES, MOST_SIDE, unfit
from labelpipe.core.results import Transform

Image.MAX_IMAGE_PIXELS = None  # ours is checked first, on the header, and answers with a code

_QUALITIES = (95, 85, 75)
_GREY = (128, 128, 128)
_WHOLE = Box(0, 0, 1, 1)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SHRUNK_AS_THEY_ARE = ("L", "RGB", "CMYK", "LA", "RGBA")
"""Modes that need no conversion first: of these, only one raster of the full size ever exists."""
_TURNED_BY_PILLOW = ("TIFF",)
"""It gives these their upright size when opened, and their upright pixels when loaded."""


@dataclass(frozen=True)
class Fitted:
    """A picture within the limits. `stored` is what opening the image told about its raster."""

    body: bytes
    stored: Facts
    transform: Transform
    way_back: WayBack


def fit(body: bytes, expected: str, *, upright: bool) -> Fitted:
    """Decode as the expected format and no other. Raise Failure BAD_IMAGE for what cannot be decoded or never fits."""
    with _bad_image():
        stored, picture = _decode(body, expected)
    turn = stored.orientation if upright or expected in _TURNED_BY_PILLOW else 1
    if turn != 1 and expected not in _TURNED_BY_PILLOW:
        picture = picture.transpose(_UPRIGHT[turn])
    picture, content = _padded(picture)
    picture, encoded = _encoded(picture)
    steps = {
        "resize": max(picture.size) < max(stored.width or 0, stored.height or 0),  # padding widens the other side
        "orient": turn != 1,
        "pad": content != _WHOLE,
        "encode": True,
    }
    done = tuple(name for name, taken in steps.items() if taken)
    return Fitted(encoded, stored, Transform(done, "JPEG", *picture.size, len(encoded)), WayBack(turn, content))


@contextmanager
def _bad_image() -> Iterator[None]:
    """Pillow's decoders raise whatever their C library or their arithmetic met: on damaged input, all mean the same."""
    try:
        with catch_warnings():
            simplefilter("ignore")  # remarks on odd metadata
            yield
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, StructError) as error:
        raise Failure(Cause.BAD_IMAGE, f"{type(error).__name__}: {error}", code=Code.DAMAGED) from error


def _decode(body: bytes, expected: str) -> tuple[Facts, Image.Image]:
    """What the header says, and the first frame as RGB within MOST_SIDE. The header is checked before pixels are."""
    with Image.open(BytesIO(body), formats=[expected]) as image:
        stored = _stored(image, expected)
        if code := unfit(stored):
            raise Failure(Cause.BAD_IMAGE, f"{stored.width} x {stored.height} {expected}", code=code)
        image.draft("RGB", (MOST_SIDE, MOST_SIDE))  # JPEG only: decodes at a half, a quarter or an eighth
        return stored, _rgb(image)


def _stored(image: Image.Image, expected: str) -> Facts:
    value = image.getexif().get(Base.Orientation)
    orientation = value if value in _UPRIGHT else 1
    swapped = expected in _TURNED_BY_PILLOW and orientation >= 5
    width, height = reversed(image.size) if swapped else image.size
    return Facts(expected, width, height, orientation)


def _rgb(image: Image.Image) -> Image.Image:
    """Within MOST_SIDE. Transparency on white, as viewers show it; 16 bits a channel down to 8."""
    if image.mode in _SHRUNK_AS_THEY_ARE:
        _shrink(image)
    if image.mode.startswith("I"):  # convert alone would clip
        picture = image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    else:
        picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
    _shrink(picture)
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    return picture


def _shrink(picture: Image.Image) -> None:
    picture.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS)


def _padded(picture: Image.Image) -> tuple[Image.Image, Box]:
    """In the middle of a canvas of the widest ratio allowed, if it must; and the part of the canvas that is picture."""
    least = ceil(max(picture.size) / MOST_RATIO)
    if min(picture.size) >= least:
        return picture, _WHOLE
    width, height = (max(side, least) for side in picture.size)
    left, top = (width - picture.width) // 2, (height - picture.height) // 2
    canvas = Image.new("RGB", (width, height), _GREY)
    canvas.paste(picture, (left, top))
    return canvas, Box(left / width, top / height, picture.width / width, picture.height / height)


def _encoded(picture: Image.Image) -> tuple[Image.Image, bytes]:
    """The best JPEG of at most MOST_SENT_BYTES, and the picture that it shows: noise has to shrink for it."""
    for quality in _QUALITIES:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= MOST_SENT_BYTES:
            return picture, out.getvalue()
    smaller = (ceil(picture.width * 0.8), ceil(picture.height * 0.8))
    return _encoded(picture.resize(smaller, Image.Resampling.LANCZOS))
