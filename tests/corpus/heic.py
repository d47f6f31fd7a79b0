"""HEIC, which holds its own orientation: `irot` and `imir` belong to the picture, EXIF only repeats them."""

import struct
from io import BytesIO

import pillow_heif
from PIL import Image

from labelpipe.core.codes import Code
from tests.corpus.case import Case, damaged, fitted, rejected, too_many_pixels
from tests.corpus.drawing import SIZE, cut, drawn, encoded, exif

pillow_heif.register_heif_opener()


def _heic(turn: int = 1, size: tuple[int, int] = SIZE, mode: str = "RGB") -> bytes:
    """Turned by irot and imir so that it looks like the drawing, with the EXIF that says the same."""
    back = {2: Image.Transpose.FLIP_LEFT_RIGHT, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    picture = drawn(size, mode)
    return encoded(picture.transpose(back[turn]) if turn in back else picture, "HEIF", exif=exif(turn), quality=90)


def _exif_alone() -> bytes:
    """EXIF turns what irot does not: by the format's standard, it only informs."""
    tags = Image.Exif()
    tags[0x0112] = 6
    return encoded(drawn(), "HEIF", exif=tags, quality=90)


def _ten_bits() -> bytes:
    doubled = bytes(byte for value in drawn().tobytes() for byte in (value, value))
    out = BytesIO()
    pillow_heif.from_bytes("RGB;16", SIZE, doubled).save(out, quality=90)
    return out.getvalue()


def _lying(width: int, height: int) -> bytes:
    """Of other sides, says its header, than its coded picture has."""
    body = _heic()
    at = body.index(b"ispe") + 8
    return body[:at] + struct.pack(">II", width, height) + body[at + 8 :]


HEIC: tuple[Case, ...] = (
    fitted("heic", ".heic", _heic),
    fitted("heic-turned", ".HEIC", lambda: _heic(6)),
    fitted("heic-mirrored", ".heic", lambda: _heic(2)),
    fitted("heic-exif-alone", ".heic", _exif_alone),
    fitted("heic-ten-bits", ".heif", _ten_bits),
    fitted("heic-alpha", ".heic", lambda: _heic(mode="RGBA")),
    fitted("heic-named-jpg", ".jpg", _heic),
    rejected(Code.TOO_SMALL, "heic-63-wide", ".heic", lambda: _heic(size=(63, 80))),
    damaged("heic-truncated", ".heic", cut(_heic, 0.8)),
    damaged("heic-other-sides-than-said", ".heic", lambda: _lying(4000, 4000)),
    too_many_pixels("heic-65535-square", ".heic", lambda: _lying(65_535, 65_535)),
)
