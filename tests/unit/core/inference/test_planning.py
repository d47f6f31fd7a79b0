"""The documented limits of Custom Labels, at their edges."""

import pytest

from labelpipe.core.codes import Code
from labelpipe.core.inference.images import Facts
from labelpipe.core.inference.planning import Ask, Fix, Refuse, plan

FORMATS = ("jpeg", "png", "webp", "tiff", "bmp", "gif", "heic")


@pytest.mark.parametrize(
    ("facts", "size", "planned"),
    [
        (Facts("JPEG", 640, 480), 1000, Ask()),
        (Facts("PNG", 640, 480), 15_000_000, Ask()),
        (Facts("PNG", 640, 480), 15_000_001, Fix(("bytes",))),
        (Facts("JPEG", 64, 64), 1000, Ask()),
        (Facts("JPEG", 63, 64), 1000, Refuse(Code.TOO_SMALL)),
        (Facts("JPEG", 64, 63), 1000, Refuse(Code.TOO_SMALL)),
        (Facts("JPEG", 4096, 4096), 1000, Ask()),
        (Facts("JPEG", 4097, 4096), 1000, Fix(("pixels",))),
        (Facts("JPEG", 4032, 3024), 1000, Ask()),
        (Facts("JPEG", 8000, 6000), 14_000_000, Fix(("pixels",))),
        (Facts("JPEG", 1280, 64), 1000, Ask()),
        (Facts("JPEG", 1281, 64), 1000, Fix(("ratio",))),
        (Facts("JPEG", 64, 1281), 1000, Fix(("ratio",))),
        (Facts("JPEG", 64 * 100, 100), 1000, Fix(("pixels", "ratio"))),
        (Facts("JPEG", 64 * 100 + 1, 100), 1000, Refuse(Code.TOO_NARROW)),
        (Facts("JPEG", 10_000, 10_000), 1000, Fix(("pixels",))),
        (Facts("JPEG", 10_000, 10_001), 1000, Refuse(Code.TOO_MANY_PIXELS)),
        (Facts("PNG", 10_000, 5_001), 1000, Refuse(Code.TOO_MANY_PIXELS)),
        (Facts("GIF", 65535, 65535), 1000, Refuse(Code.TOO_MANY_PIXELS)),
        (Facts("WEBP", 5_000, 5_000), 1000, Fix(("format", "pixels"))),
        (Facts("WEBP", 5_001, 5_000), 1000, Refuse(Code.TOO_MANY_PIXELS)),
        (Facts("JPEG", 640, 480, orientation=6), 1000, Fix(("orientation",))),
        (Facts("JPEG", 640, 480, odd_colour=True), 1000, Fix(("colour",))),
        (Facts("JPEG"), 1000, Fix(("unknown size",))),
        (Facts("WEBP", 640, 480), 1000, Fix(("format",))),
        (Facts("TIFF"), 1000, Fix(("format", "unknown size"))),
        (Facts("TIFF"), 100_000_001, Refuse(Code.TOO_MANY_BYTES)),
        (Facts("HEIC"), 1000, Fix(("format", "unknown size"))),
        (Facts(), 1000, Refuse(Code.NOT_AN_IMAGE)),
        (Facts(), 0, Refuse(Code.EMPTY)),
    ],
)
def test_an_image_is_asked_fixed_or_refused_by_the_limits(facts, size, planned):
    assert plan(facts, size, formats=FORMATS) == planned


@pytest.mark.parametrize(
    ("format", "planned"),
    [
        ("PNG", Ask()),
        ("JPEG", Ask()),
        ("GIF", Refuse(Code.FORMAT_NOT_LISTED)),
        ("HEIC", Refuse(Code.HEIC_UNSUPPORTED)),
    ],
)
def test_what_needs_decoding_must_be_listed_by_the_route(format, planned):
    assert plan(Facts(format, 640, 480), 1000, formats=("webp",)) == planned
