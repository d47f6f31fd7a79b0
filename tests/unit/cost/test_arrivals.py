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


@pytest.mark.parametrize("text", ["", "when\n", "\n\n"])
def test_no_arrivals_are_no_plan(tmp_path, text):
    with pytest.raises(Problem, match="has no arrivals: write one ISO timestamp a line"):
        read_arrivals(written(tmp_path, text), UTC)


def test_a_file_that_cannot_be_read_is_a_line(tmp_path):
    with pytest.raises(Problem, match="cannot read .*nowhere.csv: "):
        read_arrivals(tmp_path / "nowhere.csv", UTC)
