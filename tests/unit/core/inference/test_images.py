"""What the head of a file tells, with Pillow as the writer."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labelpipe.core.inference.images import HEAD, Facts, sniff


def encoded(kind: str, size: tuple[int, int] = (160, 120), mode: str = "RGB", orientation: int = 0, **options) -> bytes:
    if orientation:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        (encoded("JPEG"), Facts("JPEG", 160, 120)),
        (encoded("JPEG", progressive=True), Facts("JPEG", 160, 120)),
        (encoded("JPEG", orientation=6), Facts("JPEG", 160, 120, 6)),
        (encoded("JPEG", mode="L"), Facts("JPEG", 160, 120)),
        (encoded("JPEG", mode="CMYK"), Facts("JPEG", 160, 120, odd_colour=True)),
        (encoded("PNG"), Facts("PNG", 160, 120)),
        (encoded("PNG", orientation=8), Facts("PNG", 160, 120, 8)),
        (encoded("PNG", mode="I;16"), Facts("PNG", 160, 120, odd_colour=True)),
        (encoded("GIF"), Facts("GIF", 160, 120)),
        (encoded("BMP"), Facts("BMP", 160, 120)),
        (encoded("WEBP"), Facts("WEBP", 160, 120)),
        (encoded("WEBP", lossless=True), Facts("WEBP", 160, 120)),
        (encoded("WEBP", mode="RGBA", orientation=3), Facts("WEBP", 160, 120)),
        (encoded("TIFF"), Facts("TIFF")),
        (encoded("TIFF", big_tiff=True), Facts("TIFF")),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Facts("HEIC")),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heixmiaf", Facts("HEIC")),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", Facts()),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Facts()),
        (b"BM" + bytes(12) + b"\x28\0\0\0", Facts("BMP")),
        (b"BMPs of bees, and other things", Facts()),
        (b"%PDF-1.7", Facts()),
        (b"<svg xmlns=", Facts()),
        (b"", Facts()),
    ],
)
def test_the_content_tells_format_size_and_orientation(body, facts):
    assert sniff(body[:HEAD]) == facts


@pytest.mark.parametrize("order", ["II", "MM"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_read_in_both_byte_orders(order, orientation):
    little = order == "II"
    number = lambda value, size: value.to_bytes(size, "little" if little else "big")  # noqa: E731
    tag = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + b"\0\0"
    tiff = order.encode() + number(42, 2) + number(8, 4) + number(1, 2) + tag + number(0, 4)
    plain = encoded("JPEG")
    segment = b"\xff\xe1" + (2 + 6 + len(tiff)).to_bytes(2, "big") + b"Exif\0\0" + tiff
    assert sniff(plain[:2] + segment + plain[2:]).orientation == orientation


def test_a_header_beyond_the_head_leaves_the_size_unknown():
    plain = encoded("JPEG", orientation=6)
    comment = b"\xff\xfe\xff\xff" + b"\0" * 65533
    at = plain.index(b"\xff\xdb")
    assert sniff((plain[:at] + comment + plain[at:])[:HEAD]) == Facts("JPEG", None, None, 6)


MAGICS = [encoded(kind)[:40] for kind in ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")]


@given(st.sampled_from([b"", *MAGICS, encoded("JPEG", orientation=6)]), st.integers(0, 40), st.binary(max_size=200))
def test_junk_never_raises(start, kept, junk):
    sniff(start[:kept] + junk)


@given(st.sampled_from([encoded("JPEG", orientation=6), encoded("PNG", orientation=6)]), st.data())
def test_a_flipped_byte_never_raises(body, data):
    at = data.draw(st.integers(0, len(body) - 1))
    sniff(body[:at] + data.draw(st.binary(min_size=1, max_size=4)) + body[at + 1 :])
