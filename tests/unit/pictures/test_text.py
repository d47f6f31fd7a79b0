import pytest

from labelpipe.pictures.text import font, printable, shorten, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bees/a b+1%.jpg", "bees/a b+1%.jpg"),
        ("été/e\u0301", "ete/e"),
        ("蜂.jpg", r"\u8702.jpg"),
        ("🐝", r"\U0001f41d"),
        ("½\xa0", r"\xbd\xa0"),
        ("a\tb\nc\x00", r"a\tb\nc\x00"),
        ("\udcff", r"\udcff"),
        ("", ""),
    ],
)
def test_what_the_font_lacks_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_text_that_fits_is_left_alone() -> None:
    assert shorten("bees/a.jpg", 16, 400) == "bees/a.jpg"


@pytest.mark.parametrize("width", [400, 150, 60, 25])
def test_a_long_text_loses_its_middle_and_fits(width: int) -> None:
    text = "bees/deep/down/in/a/long/folder/name/IMG_20261120_103011.JPG"
    short = shorten(text, 16, width)
    head, tail = short.split("…")
    assert text.startswith(head)
    assert text.endswith(tail)
    assert len(tail) >= len(head)
    assert width * 0.6 < font(16).getlength(short) <= width


def test_without_any_room_only_the_sign_of_omission_is_left() -> None:
    assert shorten("bees/a.jpg", 16, 1) == "…"


def test_words_are_wrapped_into_rows_that_fit() -> None:
    rows = wrap("The file does not begin as any image format does", 14, 120, 9)
    assert " ".join(rows) == "The file does not begin as any image format does"
    assert all(font(14).getlength(row) <= 120 for row in rows)
    assert len(rows) >= 3


def test_what_does_not_fit_into_the_last_row_is_cut() -> None:
    rows = wrap("The file does not begin as any image format does", 14, 120, 2)
    assert len(rows) == 2
    assert rows[-1].endswith("…")
    assert all(font(14).getlength(row) <= 120 for row in rows)


def test_a_word_wider_than_a_row_is_cut_within_it() -> None:
    (row,) = wrap("x" * 100, 14, 120, 3)
    assert row.endswith("…")
    assert font(14).getlength(row) <= 120


def test_no_text_has_no_rows() -> None:
    assert wrap("", 14, 120, 3) == []
