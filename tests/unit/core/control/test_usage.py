"""Counting what was paid for, by the minute, over ticks of any length, days and months."""

from datetime import UTC, date, datetime, timedelta

from labelpipe.core.control.usage import Usage

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
LONGEST = timedelta(minutes=40)


def _run(seconds: int, step: int, units: int = 2) -> Usage:
    """Ticks every `step` seconds; billed for `seconds`, then off."""
    usage = Usage()
    for elapsed in range(0, seconds + 1, step):
        usage = usage.count(START + timedelta(seconds=elapsed), DAY, units if elapsed < seconds else 0, LONGEST)
    return usage


def test_ten_minutes_of_two_units_are_twenty_whatever_the_ticks() -> None:
    assert [_run(600, step).day_minutes for step in (2, 60, 300)] == [20, 20, 20]


def test_ticks_within_a_minute_change_nothing_so_that_nothing_is_written() -> None:
    usage = Usage().count(START, DAY, 1, LONGEST)
    assert usage.count(START + timedelta(seconds=59), DAY, 1, LONGEST) is usage
    assert usage.count(START + timedelta(seconds=60), DAY, 1, LONGEST).day_minutes == 1


def test_off_and_counted_is_at_rest() -> None:
    usage = _run(120, 60)
    assert usage.count(START + timedelta(days=3), DAY, 0, LONGEST) is usage


def test_a_gap_adds_no_more_than_a_lease_allows() -> None:
    usage = Usage().count(START, DAY, 1, LONGEST).count(START + timedelta(days=2), DAY, 0, LONGEST)
    assert usage.day_minutes == 40


def test_a_new_day_begins_at_zero_and_the_month_goes_on() -> None:
    usage = _run(600, 60).on(date(2026, 11, 21))
    assert (usage.day_minutes, usage.month_minutes) == (0, 20)


def test_a_new_month_begins_at_zero_also_a_year_later() -> None:
    assert _run(600, 60).on(date(2026, 12, 1)).month_minutes == 0
    assert _run(600, 60).on(date(2027, 11, 20)).month_minutes == 0


def test_it_survives_json() -> None:
    usage = Usage().count(START, DAY, 1, LONGEST).count(START + timedelta(seconds=90), DAY, 2, LONGEST)
    assert Usage.from_raw(usage.to_raw()) == usage
