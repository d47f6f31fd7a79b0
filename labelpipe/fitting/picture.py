"""From an image that Custom Labels would not take to a JPEG that it takes, with Pillow, in the decoder's process."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from math import ceil

from PIL import Image, JpegImagePlugin
from PIL.ExifTags import Base

from labelpipe.core.boxes import Box, WayBack
from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.images import Facts
from labelpipe.core.inference.planning import MOST_RATIO, MOST_SENT_BYTES, MOST_SIDE, unfit
from labelpipe.core.results import Transform
from labelpipe.fitting.values import Fitted, Job

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
_MOST_DECODER_BYTES = 440_000_000
"""What a JPEG's decoder may hold at once: the raster, and of a progressive one all coefficients."""
_TURNED_BY_PILLOW = ("TIFF",)
"""It gives these their upright size when opened, and their upright pixels when loaded."""
_PLUGINS = {"JPEG": "Jpeg", "PNG": "Png", "WEBP": "WebP", "TIFF": "Tiff", "BMP": "Bmp", "GIF": "Gif"}
_OUT_OF_MEMORY = "decoder error -9"
"""What Pillow says when a codec gets no memory (IMAGING_CODEC_MEMORY), without a name for it."""


def fitted(job: Job) -> Fitted:
    """Raise Failure BAD_IMAGE for what cannot be decoded or never fits."""
    codec = _codec(job.format)
    with _blaming_the_image():
        stored, picture = _decoded(job, codec)
    turned_already = job.format in _TURNED_BY_PILLOW
    turn = stored.orientation if job.upright or turned_already else 1
    if turn != 1 and not turned_already:
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
def _blaming_the_image() -> Iterator[None]:
    """Pillow's decoders raise whatever their C library or their arithmetic met: on damaged input, all mean the same."""
    try:
        yield
    except Failure:
        raise
    except Exception as error:
        costly = isinstance(error, MemoryError) or str(error) == _OUT_OF_MEMORY
        code = Code.TOO_COSTLY if costly else Code.DAMAGED
        raise Failure(Cause.BAD_IMAGE, f"{type(error).__name__}: {error}", code=code) from error


def _decoded(job: Job, codec: str) -> tuple[Facts, Image.Image]:
    """What the header says, and the first frame as RGB within MOST_SIDE. The header is checked before pixels are."""
    image = Image.open(BytesIO(job.body), formats=[codec])
    stored = _stored(image, job.format)
    if code := unfit(stored):
        raise Failure(Cause.BAD_IMAGE, f"{stored.width} x {stored.height} {job.format}", code=code)
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        _draft(image)
    promised = image.size
    image.load()
    if job.format == "HEIC" and image.size != promised:
        raise ValueError(f"{image.size} pixels, where the header promised {promised}")
    picture = _resizable(image)
    del image  # of two rasters of the full size, one goes before a third comes
    return stored, _rgb(picture)


def _codec(format: str) -> str:
    """Pillow's name of a format, with its plugin loaded: Pillow itself would load all that it has."""
    if format == "HEIC":
        import_module("pi_heif").register_heif_opener(decode_threads=1)
        return "HEIF"
    import_module(f"PIL.{_PLUGINS[format]}ImagePlugin")
    return format


def _stored(image: Image.Image, format: str) -> Facts:
    value = image.getexif().get(Base.Orientation)
    orientation = value if value in _UPRIGHT and format != "HEIC" else 1
    swapped = format in _TURNED_BY_PILLOW and orientation >= 5
    width, height = reversed(image.size) if swapped else image.size
    return Facts(format, width, height, orientation)


_NEARLY = 1.05
"""An 8000 pixel photograph is shown with 4000 pixels, not 4096: that takes less than half the memory and time."""


def _draft(image: JpegImagePlugin.JpegImageFile) -> None:
    """Let the decoder shrink by 2, 4 or 8: as far as the limit asks for or nearly, or once more where memory does."""
    width, height = image.size
    shrink = _NEARLY * max(width, height) / MOST_SIDE
    for scale in (1, 2, 4, 8):
        if scale >= 8 or (2 * scale > shrink and _decoder_bytes(image, scale) <= _MOST_DECODER_BYTES):
            break
    if _decoder_bytes(image, scale) > _MOST_DECODER_BYTES:
        raise MemoryError(f"{width} x {height} pixels, progressive")
    image.draft(None, (width // scale, height // scale))


def _decoder_bytes(image: JpegImagePlugin.JpegImageFile, scale: int) -> int:
    """A progressive JPEG is decoded when its last scan has come: until then, 2 bytes for each coefficient."""
    pixels = image.width * image.height
    raster = pixels * (1 if image.mode == "L" else 4) // scale**2
    if "progressive" not in image.info:
        return raster
    samples = [horizontal * vertical for _, horizontal, vertical, _ in image.layer]
    return raster + 2 * pixels * sum(samples) // max(samples)


def _resizable(image: Image.Image) -> Image.Image:
    """In a mode that shrinks well, before which only one other raster of the full size exists."""
    if image.has_transparency_data and not image.mode.startswith("I"):
        picture = image if image.mode == "RGBA" else image.convert("RGBA")
        return picture.convert("RGBa")  # multiplied by alpha: what is clear has no say in what is near
    plain = {"1": "L", "P": "RGB"}.get(image.mode)
    return image.convert(plain) if plain else image


def _rgb(picture: Image.Image) -> Image.Image:
    """Within MOST_SIDE. Transparency on white, as viewers show it; 16 bits a channel down to 8."""
    picture.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS)
    if picture.mode.startswith("I"):  # convert alone would clip
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if picture.mode != "RGBa":
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")


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
