"""Pictures are made to fit, and what is found on them is found where the image stores it."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from labelpipe.core.boxes import Box, Geometry, WayBack
from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.images import Facts
from labelpipe.core.inference.planning import MOST_SENT_BYTES
from labelpipe.fitting.fit import Fitted, fit
from tests.corpus import CORPUS

SPOT = (30, 80, 60, 110)
"""Where the drawn image has its one red spot: left, top, right, bottom in pixels."""
SIZE = (160, 120)


def drawn(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", SIZE, "white")
    ImageDraw.Draw(image).rectangle((SPOT[0], SPOT[1], SPOT[2] - 1, SPOT[3] - 1), fill="red")
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, orientation: int = 0, **options) -> bytes:
    if orientation:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(fitted: Fitted) -> Image.Image:
    image = Image.open(BytesIO(fitted.body))
    assert (image.format, image.mode, image.getexif().get(0x0112)) == ("JPEG", "RGB", None)
    assert image.size == (fitted.transform.width, fitted.transform.height)
    assert len(fitted.body) == fitted.transform.bytes <= MOST_SENT_BYTES
    return image


def spot(image: Image.Image) -> Box:
    """The red spot of a picture, in ratios: what a perfect model would find."""
    red, green, _ = image.split()
    left, top, right, bottom = green.point(lambda value: 255 * (value < 60)).getbbox()
    assert red.getpixel(((left + right) // 2, (top + bottom) // 2)) > 200
    width, height = image.size
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height)


def assert_found_where_it_is_stored(fitted: Fitted) -> None:
    found = fitted.way_back.geometry(Geometry(spot(picture(fitted)))).box
    left, top, right, bottom = SPOT
    expected = Box(left / SIZE[0], top / SIZE[1], (right - left) / SIZE[0], (bottom - top) / SIZE[1])
    assert vars(found) == pytest.approx(vars(expected), abs=0.02)


ORDINARY = [
    ("WEBP", "RGB", {}),
    ("WEBP", "RGBA", {"lossless": True}),
    ("TIFF", "RGB", {}),
    ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    ("TIFF", "CMYK", {}),
    ("BMP", "RGB", {}),
    ("GIF", "P", {}),
    ("PNG", "P", {}),
    ("PNG", "RGBA", {}),
    ("JPEG", "CMYK", {}),
]


@pytest.mark.parametrize(("kind", "mode", "options"), ORDINARY)
def test_any_format_and_colour_becomes_an_rgb_jpeg(kind, mode, options):
    fitted = fit(encoded(drawn(mode), kind, **options), kind, upright=True)
    assert fitted.transform.steps == ("encode",)
    assert (fitted.stored.width, fitted.stored.height) == SIZE
    assert_found_where_it_is_stored(fitted)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_turned_image_is_asked_upright_and_answered_as_it_is_stored(kind, orientation):
    fitted = fit(encoded(drawn(), kind, orientation), kind, upright=True)
    assert picture(fitted).size == (SIZE if orientation < 5 else SIZE[::-1])
    assert (fitted.stored.width, fitted.stored.height, fitted.stored.orientation) == (*SIZE, orientation)
    assert ("orient" in fitted.transform.steps) is (orientation != 1)
    assert_found_where_it_is_stored(fitted)


@pytest.mark.parametrize("name", ["heic-turned", "heic-mirrored", "heic-exif-alone"])
@pytest.mark.parametrize("upright", [True, False])
def test_heic_is_stored_as_its_own_turn_leaves_it_and_exif_says_nothing_of_it(name, upright):
    (case,) = [case for case in CORPUS if case.name == name]
    fitted = fit(case.make(), "HEIC", upright=upright)
    assert fitted.stored == Facts("HEIC", *SIZE)
    assert (fitted.transform.steps, fitted.way_back) == (("encode",), WayBack())


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("kind", ["WEBP", "TIFF"])
def test_on_a_route_that_is_not_upright_boxes_are_of_the_stored_raster_too(kind, orientation):
    assert_found_where_it_is_stored(fit(encoded(drawn(), kind, orientation), kind, upright=False))


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "I;16"), ("TIFF", "I;16"), ("TIFF", "I")])
def test_sixteen_bits_keep_their_greys(kind, mode):
    grey = Image.new(mode, SIZE, 40_000)
    assert picture(fit(encoded(grey, kind), kind, upright=True)).getpixel((80, 60)) == (156, 156, 156)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_white(mode):
    clear = Image.new("LA" if mode == "LA" else "RGBA", SIZE).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}
    assert picture(fit(encoded(clear, "PNG", **options), "PNG", upright=True)).getpixel((80, 60)) == (255, 255, 255)


def test_of_an_animation_the_first_frame_is_asked():
    frames = [drawn(), Image.new("RGB", SIZE, "blue")]
    for kind in ("GIF", "WEBP"):
        body = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert_found_where_it_is_stored(fit(body, kind, upright=True))


@pytest.mark.parametrize(
    ("kind", "size", "asked"),
    [
        ("JPEG", (8192, 4096), (4096, 2048)),
        ("JPEG", (5000, 3000), (4096, 2458)),
        ("PNG", (3000, 5000), (2458, 4096)),
        ("BMP", (4097, 66), (4096, 205)),
    ],
)
def test_large_images_shrink_to_the_limit(kind, size, asked):
    fitted = fit(encoded(Image.new("RGB", size, "red"), kind), kind, upright=True)
    assert picture(fitted).size == asked
    assert fitted.transform.steps[0] == "resize"
    assert (fitted.stored.width, fitted.stored.height) == size


@pytest.mark.parametrize("size", [(3000, 100), (100, 3000), (6000, 96)])
@pytest.mark.parametrize("orientation", [1, 6])
def test_narrow_images_are_padded_to_twenty_to_one(size, orientation):
    image = Image.new("RGB", size, "red")
    fitted = fit(encoded(image, "JPEG", orientation), "JPEG", upright=True)
    assert max(picture(fitted).size) <= 20 * min(picture(fitted).size)
    assert "pad" in fitted.transform.steps
    whole = fitted.way_back.geometry(Geometry(spot(picture(fitted)))).box
    assert vars(whole) == pytest.approx({"left": 0, "top": 0, "width": 1, "height": 1}, abs=0.05)


def test_noise_is_encoded_down_to_the_bytes_that_may_be_sent():
    noise = Image.effect_noise((4096, 4096), 200).convert("RGB")
    picture(fit(encoded(noise, "TIFF"), "TIFF", upright=True))


def refused(body: bytes, kind: str) -> Code | None:
    with pytest.raises(Failure) as caught:
        fit(body, kind, upright=True)
    assert caught.value.cause is Cause.BAD_IMAGE
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_a_truncated_file_is_damaged(kind, kept):
    noise = encoded(Image.effect_noise((400, 300), 100).convert("RGB"), kind)
    assert refused(noise[: int(len(noise) * kept)], kind) is Code.DAMAGED


def test_only_the_expected_format_is_decoded():
    assert refused(encoded(drawn(), "PNG"), "JPEG") is Code.DAMAGED


@pytest.mark.parametrize(
    ("size", "code"),
    [((63, 64), Code.TOO_SMALL), ((9000, 100), Code.TOO_NARROW), ((60_000, 60_000), Code.TOO_MANY_PIXELS)],
)
def test_a_header_that_promises_too_much_or_too_little_is_refused_before_decoding(size, code):
    """A TIFF is only opened here: its header was not read before."""
    body = bytearray(encoded(Image.new("1", (64, 64)), "TIFF"))
    for tag, value in zip((256, 257), size, strict=True):
        at = body.index(tag.to_bytes(2, "little"), 8)
        body[at + 2 : at + 12] = b"\x04\0\x01\0\0\0" + value.to_bytes(4, "little")
    assert refused(bytes(body), "TIFF") is code
