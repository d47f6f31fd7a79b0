"""Text in pictures, in the font that Pillow brings along: what it can show, and in how much room."""

import unicodedata
from collections.abc import Iterator
from functools import cache

from PIL import ImageFont

ELLIPSIS = "…"


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, `size` pixels high."""
    return ImageFont.load_default(size)


def printable(text: str) -> str:
    r"""The text as the font can show it: letters lose accents that it lacks, other signs are as `\u8702`."""
    return "".join(_printable(character) for character in unicodedata.normalize("NFC", text))


@cache
def _printable(character: str) -> str:
    letters = unicodedata.normalize("NFD", character)
    plain = letters[0] if all(map(unicodedata.combining, letters[1:])) else character
    for candidate in (character, plain):
        if candidate == " " or bytes(font(24).getmask(candidate)) != _no_glyph():
            return candidate
    return character.encode("unicode_escape").decode()


@cache
def _no_glyph() -> bytes:
    """What the font draws for a character that it lacks; U+FFFF is in no font."""
    return bytes(font(24).getmask("\uffff"))


def shorten(text: str, size: int, width: float) -> str:
    """The text with its middle left out, if need be, so that it is at most `width` pixels wide."""
    if font(size).getlength(text) <= width:
        return text
    for kept in range(len(text) - 1, 0, -1):
        tail = kept - kept * 2 // 5  # the end of a key, where its name is, says most
        short = text[: kept - tail] + ELLIPSIS + text[len(text) - tail :]
        if font(size).getlength(short) <= width:
            return short
    return ELLIPSIS


def wrap(text: str, size: int, width: float, lines: int) -> list[str]:
    """The text in at most `lines` lines of `width` pixels; the last one is shortened if more would follow."""
    rows = list(_rows(text.split(), size, width))
    if len(rows) > lines:
        rows[lines - 1 :] = [" ".join(rows[lines - 1 :])]
    return [row if font(size).getlength(row) <= width else _cut(row, size, width) for row in rows]


def _rows(words: list[str], size: int, width: float) -> Iterator[str]:
    row = ""
    for word in words:
        longer = f"{row} {word}".strip()
        if row and font(size).getlength(longer) > width:
            yield row
            longer = word
        row = longer
    if row:
        yield row


def _cut(text: str, size: int, width: float) -> str:
    while text and font(size).getlength(text + ELLIPSIS) > width:
        text = text[:-1].rstrip()
    return text + ELLIPSIS
