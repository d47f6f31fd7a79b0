"""Windows on the wall clock, across midnight, the end of the week and both changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from labelpipe.core.control.windows import Window

PARIS = ZoneInfo("Europe/Paris")
# The evenings before the Sundays on which the clock changes.
SPRING, AUTUMN = datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "days", "start", "end"),
    [
        ("mon-fri 09:00-10:00", {0, 1, 2, 3, 4}, 540, 600),
        ("daily 06:00-22:00", set(range(7)), 360, 1320),
        ("sat,sun 10:00-12:00", {5, 6}, 600, 720),
        ("sat-mon 10:00-12:00", {5, 6, 0}, 600, 720),
        ("Mon,wed-thu 00:00-24:00", {0, 2, 3}, 0, 1440),
        ("fri 22:00-02:00", {4}, 1320, 120),
    ],
)
def test_days_and_times_are_read(text: str, days: set[int], start: int, end: int) -> None:
    assert Window.parse(text) == Window(text, frozenset(days), start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "09:00-10:00",
        "mon 9:00-10:00",
        "mon 09:00-25:00",
        "mon 09:60-10:00",
        "mon 09:00-09:00",
        "mon 24:00-02:00",
        "monday 09:00-10:00",
        "mon- 09:00-10:00",
        "mon-tue-wed 09:00-10:00",
        "daily,mon 09:00-10:00",
        "mon,,tue 09:00-10:00",
    ],
)
def test_what_is_no_window_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is no window") as caught:
        Window.parse(text)
    assert repr(text) in str(caught.value)


def _covered_minutes(window: Window, day: datetime) -> list[datetime]:
    """The instants (UTC) of the 30 hours from `day` on at which the window is open in Paris."""
    instants = (day + timedelta(minutes=minute) for minute in range(30 * 60))
    return [instant for instant in instants if window.covers(instant.astimezone(PARIS))]


def test_the_end_is_not_covered_and_the_start_is() -> None:
    covered = _covered_minutes(Window.parse("fri 09:00-10:00"), datetime(2026, 11, 20, tzinfo=UTC))
    assert (covered[0].hour, covered[-1].minute, len(covered)) == (8, 59, 60)


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_started() -> None:
    friday = Window.parse("fri 22:00-02:00")
    nights = [datetime(2026, 11, day, hour) for day, hour in ((19, 23), (20, 1), (20, 23), (21, 1), (21, 2), (21, 23))]
    assert [friday.covers(night) for night in nights] == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    ("day", "text", "minutes"),
    [
        (SPRING, "sun 01:00-04:00", 120),
        (SPRING, "sun 02:00-03:00", 0),
        (SPRING, "sun 02:30-03:30", 30),
        (AUTUMN, "sun 01:00-04:00", 240),
        (AUTUMN, "sun 02:00-03:00", 120),
        (AUTUMN, "sun 02:30-03:30", 90),
        (SPRING, "sun 22:00-02:00", 240),
        (AUTUMN, "sun 09:00-10:00", 60),
    ],
)
def test_the_wall_clock_decides_when_the_clock_changes(day: datetime, text: str, minutes: int) -> None:
    assert len(_covered_minutes(Window.parse(text), day)) == minutes
