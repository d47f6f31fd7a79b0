"""What --until takes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from labelpipe.cli.moments import read_any_moment, read_moment
from labelpipe.core.errors import Problem

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 20, 17, 30, 12, 5, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("18:00", "2026-11-20T17:00:00+00:00"),
        ("9:05", "2026-11-21T08:05:00+00:00"),
        ("17:30", "2026-11-21T16:30:00+00:00"),
        ("2h", "2026-11-20T18:30:12.000005+00:00"),
        (" 3d ", "2026-11-23T16:30:12.000005+00:00"),
        ("2026-12-24 18:00", "2026-12-24T17:00:00+00:00"),
        ("2027-07-01", "2027-06-30T22:00:00+00:00"),
        ("2026-12-24T18:00:00Z", "2026-12-24T18:00:00+00:00"),
    ],
)
def test_a_moment_is_the_next_such_one_on_the_routes_clock(text, utc):
    assert read_moment(text, NOW).astimezone(UTC).isoformat() == utc


def test_tomorrows_time_of_day_is_the_wall_clocks_also_over_a_change_of_the_clock():
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=PARIS)
    assert read_moment("18:00", evening).isoformat() == "2026-10-25T18:00:00+01:00"


@pytest.mark.parametrize(
    ("text", "now", "until"),
    [
        ("2h", "2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+01:00"),
        ("2h", "2026-03-29T01:30:00+01:00", "2026-03-29T04:30:00+02:00"),
        ("02:15", "2026-10-25T02:30:00+02:00", "2026-10-25T02:15:00+01:00"),
        ("02:15", "2026-10-25T02:30:00+01:00", "2026-10-26T02:15:00+01:00"),
        ("2026-10-25T02:15+01:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:15:00+01:00"),
    ],
)
def test_a_duration_is_as_long_as_it_says_and_an_hour_that_comes_twice_is_met_twice(text, now, until):
    moment = read_moment(text, datetime.fromisoformat(now).astimezone(PARIS))
    assert moment.astimezone(UTC) == datetime.fromisoformat(until)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "18:60", "0h", "18", "2026-13-01", "99999999d", "9999999d"])
def test_what_is_no_moment_is_a_line_with_examples(text):
    with pytest.raises(Problem, match="is no time to end at: write a time of day, like 18:00"):
        read_moment(text, NOW)


def test_a_past_is_refused_with_the_time_that_it_is():
    with pytest.raises(Problem, match="'2026-11-19' is over: it is 2026-11-20 17:30 in Europe/Paris"):
        read_moment("2026-11-19", NOW)


def test_what_is_looked_at_may_be_past_and_wrong_text_is_told_so():
    assert read_any_moment("2026-11-19 08:00", NOW).astimezone(UTC).isoformat() == "2026-11-19T07:00:00+00:00"
    assert read_any_moment("18:00", NOW) == read_moment("18:00", NOW)
    with pytest.raises(Problem, match="'soon' is no time to look at: write a time of day, like 18:00"):
        read_any_moment("soon", NOW)
