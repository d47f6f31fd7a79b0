"""Under an image's name, but none."""

from io import BytesIO
from zipfile import ZipFile

from labelpipe.core.codes import Code
from tests.corpus.case import Case, damaged, rejected
from tests.corpus.drawing import drawn, encoded, file


def _zip() -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as opened:
        opened.writestr("a.txt", "a")
    return archive.getvalue()


def _pdf_with_jpeg() -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Filter/DCTDecode>>stream\n" + encoded(drawn(), "JPEG") + b"\nendstream\n%%EOF"


def _none(name: str, suffix: str, body: bytes) -> Case:
    return rejected(Code.NOT_AN_IMAGE, name, suffix, lambda: body)


NO_IMAGES: tuple[Case, ...] = (
    rejected(Code.EMPTY, "empty", ".jpg", lambda: b""),
    _none("one-byte", ".jpg", b"\xff"),
    _none("nul-bytes", ".jpg", bytes(100_000)),
    _none("text", ".png", "A bee is no fly. Été.\n".encode()),
    _none("html", ".jpg", b"<!doctype html><title>403 Forbidden</title>"),
    _none("svg", ".png", b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>'),
    _none("json", ".jpg", b'{"image": "/9j/4AAQSkZJRg=="}'),
    _none("mp4", ".heic", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100)),
    _none("program", ".jpg", b"\x7fELF\2\1\1" + bytes(100)),
    rejected(Code.NOT_AN_IMAGE, "pdf-with-jpeg", ".jpg", _pdf_with_jpeg),
    rejected(Code.NOT_AN_IMAGE, "zip", ".png", _zip),
    rejected(Code.NOT_AN_IMAGE, "avif-named-heic", ".heic", file("AVIF")),
    rejected(Code.NOT_AN_IMAGE, "ico-named-png", ".png", file("ICO", size=(64, 64))),
    _none("text-that-begins-as-bmp", ".bmp", b"BMPs of bees, and other things that begin so. " * 9),
    damaged("jpeg-start-alone", ".jpg", lambda: b"\xff\xd8\xff"),
)
