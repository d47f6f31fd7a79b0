"""Files of arrivals."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from labelpipe.core.errors import Problem
from labelpipe.cost.arrivals import DAY, read_arrivals

PARIS = ZoneInfo("Europe/Paris")


def written(folder: Path, text: str) -> Path:
    path = folder / "arrivals.csv"
    path.write_text(text)
    return path


def test_times_counts_zones_headings_and_order(tmp_path):
    text = "when,count\n2026-11-20T10:02:30Z,2\n\n2026-11-20T11:00:10\n2026-11-20T10:30:00+00:00\n"
    read = read_arrivals(written(tmp_path, text), PARIS)
    assert read.begin == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert read.minutes.tolist() == pytest.approx([10 / 60, 2.5, 2.5, 30])


@pytest.mark.parametrize(
    ("last", "days"), [("2026-11-20T10:00:30Z", 1), ("2026-11-21T09:59:00Z", 1), ("2026-11-21T10:00:00Z", 2)]
)
def test_whole_days_are_looked_at(tmp_path, last, days):
    read = read_arrivals(written(tmp_path, f"2026-11-20T10:00:00Z\n{last}\n"), UTC)
    assert (read.days, read.span) == (days, days * DAY)


@pytest.mark.parametrize(
    "line", ["yesterday", "2026-11-20T10:00:00Z,0", "2026-11-20T10:00:00Z,many", "2026-13-01", ","]
)
def test_what_is_no_arrival_is_named_by_its_line(tmp_path, line):
    with pytest.raises(Problem, match=r"arrivals\.csv, line 2: '.*' should be an ISO timestamp"):
        read_arrivals(written(tmp_path, f"2026-11-20T10:00:00Z\n{line}\n"), UTC)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"2026-11-20T10:00:00Z\n\x1f\x8b\xff", "it is no UTF-8 text; unpack it"),
        (b"2026-11-20T10:00:00Z," + b"9" * 400, "line 1: '2026-11-20T10:00:00Z,9+' should be"),
        (b"2026-11-20T10:00:00Z,20000001", "line 1: .* should be"),
        (b"2026-11-20T10:00:00Z,10000001\n" * 2, "20,000,002 images, and 20,000,000 are the most"),
        (b"1971-01-01\n2026-11-20", "goes from 1971-01-01 to 2026-11-20, and 732 days are the most"),
        (b"0001-01-01T00:00:00+09:00\n2026-11-20", "line 1: .* should be"),
        (b"9999-12-31T23:59:59", "line 1: .* should be"),
    ],
)
def test_what_would_take_all_memory_or_is_no_text_is_a_line(tmp_path, content, said):
    (tmp_path / "arrivals.csv").write_bytes(content)
    with pytest.raises(Problem, match=said):
        read_arrivals(tmp_path / "arrivals.csv", UTC)


def test_spreadsheets_write_marks_quotes_and_other_ends_of_lines(tmp_path):
    text = (
        '\ufeff"when","count"\r\n"2026-11-20 10:00:00+01:00","2"\r\n   \r\n2026-11-20T09:30Z , 3\r\n2026-11-20T10:00Z,'
    )
    read = read_arrivals(written(tmp_path, text), PARIS)
    assert read.minutes.tolist() == [0, 0, 30, 30, 30, 60]


@pytest.mark.parametrize("text", ["", "when\n", "\n\n"])
def test_no_arrivals_are_no_plan(tmp_path, text):
    with pytest.raises(Problem, match="has no arrivals: write one ISO timestamp a line"):
        read_arrivals(written(tmp_path, text), UTC)


def test_a_file_that_cannot_be_read_is_a_line(tmp_path):
    with pytest.raises(Problem, match="cannot read .*nowhere.csv: "):
        read_arrivals(tmp_path / "nowhere.csv", UTC)
