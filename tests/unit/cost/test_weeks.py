"""A day's hours are those of its policy on its own clock, as the controller's table has them."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from labelpipe.core.control.overrides import Override
from labelpipe.core.control.policy import Policy
from labelpipe.cost.weeks import Kind, Price, days

OFFICE = {"time_zone": "Europe/Paris", "always_on": ["mon-fri 09:00-10:30"], "allowed": ["daily 06:00-22:00"]}


def one(day: str, override: Override | None = None, **policy):
    (found,) = days(Policy.parse(OFFICE | policy), date.fromisoformat(day), 1, override)
    return found


def told(day):
    return [
        f"{span.begin:%H:%M}-{span.end:%H:%M} {span.kind}{' by order' * span.ordered}"
        for span in day.spans
        if span.kind is not Kind.NEVER or span.ordered
    ]


def test_a_day_is_on_for_sure_in_its_window_and_may_run_where_it_is_allowed():
    assert told(one("2026-11-20")) == ["06:00-09:00 may", "09:00-10:30 on", "10:30-22:00 may"]
    assert told(one("2026-11-21")) == ["06:00-22:00 may"]


def test_without_on_demand_only_windows_are_left_and_a_closed_day_is_empty():
    assert told(one("2026-11-20", on_demand=False)) == ["09:00-10:30 on"]
    assert told(one("2026-11-20", closed=["2026-11-20"])) == []


@pytest.mark.parametrize(
    ("day", "length", "sure"),
    [("2026-03-29", 23, 2), ("2026-10-25", 25, 4), ("2026-10-26", 24, 3)],
)
def test_days_on_which_the_clock_is_changed_have_their_own_hours(day, length, sure):
    found = one(day, always_on=["daily 01:00-04:00"], allowed=[])
    assert (found.length, found.hours(Kind.ON), found.hours(Kind.MAY)) == (length, sure, length - sure)


def test_a_change_of_the_clock_ends_a_span_so_that_it_can_be_drawn():
    spring, autumn = (one(day, always_on=["daily 00:00-24:00"], allowed=[]) for day in ("2026-03-29", "2026-10-25"))
    assert [(span.begin.hour, span.hours) for span in spring.spans] == [(0, 2), (3, 21)]
    assert [(span.begin.hour, span.hours) for span in autumn.spans] == [(0, 3), (2, 22)]


def test_a_word_counts_from_when_it_was_given_to_its_end():
    given = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    start = Override("start", given + timedelta(hours=12), "ana", given)
    assert told(one("2026-11-20", start))[-2:] == ["10:30-12:00 may", "12:00-00:00 on by order"]
    stop = Override("stop", None, "ana", given)
    assert told(one("2026-11-21", stop)) == ["00:00-00:00 never by order"]


def test_a_window_over_midnight_goes_on_into_the_day_after():
    assert told(one("2026-11-21", always_on=["fri 22:00-02:00"], allowed=[], on_demand=False)) == ["00:00-02:00 on"]


@pytest.mark.parametrize(("cap", "sure", "most"), [(None, 1.5 * 2 * 4, 16 * 3 * 4), (12, 12, 48), (2, 8, 8)])
def test_a_day_costs_its_sure_hours_and_at_most_all_that_it_may_up_to_its_cap(cap, sure, most):
    day, price = one("2026-11-20"), Price(2, 3, 4)
    assert (price.sure(day, cap), price.at_most(day, cap)) == (sure, most)


@pytest.mark.parametrize(
    ("zone", "day"), [*product(["Europe/Paris", "America/New_York", "Asia/Kolkata"], ["2026-03-08", "2026-10-25"])]
)
def test_every_minute_of_a_day_is_in_one_span(zone, day):
    found = one(day, time_zone=zone, always_on=["daily 23:30-02:30"])
    assert all(one.end == other.begin for one, other in zip(found.spans, found.spans[1:], strict=False))
    assert found.spans[0].begin.time().isoformat() == found.spans[-1].end.time().isoformat() == "00:00:00"
