"""Text in pictures, in the font that Pillow brings along: what it can show, and in how much room."""

import unicodedata
from bisect import bisect_right
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


def shorten(text: str, size: int, width: float, *, tail: float = 0.6) -> str:
    """The text with a part left out, if need be, so that it is at most `width` pixels wide.

    `tail` is the share of what is kept that is its end: the end of a key, where its name is, says most.
    """

    def keep(characters: int) -> str:
        end = round(characters * tail)
        return text[: characters - end] + ELLIPSIS + text[len(text) - end :]

    if font(size).getlength(text) <= width:
        return text
    too_many = bisect_right(range(len(text)), width, key=lambda kept: font(size).getlength(keep(kept)))
    return keep(max(too_many - 1, 0))


def wrap(text: str, size: int, width: float, lines: int) -> list[str]:
    """The text in at most `lines` lines of `width` pixels; the last one is shortened if more would follow."""
    rows = list(_rows(text.split(), size, width))
    if len(rows) > lines:
        rows[lines - 1 :] = [" ".join(rows[lines - 1 :])]
    return [shorten(row, size, width, tail=0) for row in rows]


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
