"""Measured minutes as money, by the local day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from labelpipe.cost.measured import Results, Service, Version
from labelpipe.cost.report import Measures, Rates, report

PARIS = ZoneInfo("Europe/Paris")
BEGIN = datetime(2026, 11, 15, 23, 0, tzinfo=UTC)
"""Midnight in Paris, of the 16th."""
END = BEGIN + timedelta(days=4, hours=12)
V1 = Version("bees", "v1")


def at(day: float, minute: int = 0) -> datetime:
    return BEGIN + timedelta(days=day, minutes=minute)


def hour(day: float, units: float = 1) -> list[Service]:
    return [Service(V1, at(day, minute), 1, units) for minute in range(60)]


def made(*service: list[Service], results=(), versions=(), shared=("bees",), units=1):
    measures = Measures(
        [each for row in service for each in row], results, versions, {"bees": frozenset(shared)}, frozenset({"bees"})
    )
    return report(measures, BEGIN, END, PARIS, Rates(4.0, 1.0), units)


def test_a_day_is_that_of_the_routes_clock():
    found = made(hour(0), hour(0.99, units=2), hour(4))
    assert [(day.date.day, found.running(day)) for day in found.days] == [
        (16, pytest.approx(4 + 8 * 15 / 60, abs=0.2)),
        (17, pytest.approx(8 * 45 / 60, abs=0.2)),
        (18, 0),
        (19, 0),
        (20, 4),
    ]


def test_a_minute_without_a_result_is_idle():
    results = [Results("bees", at(0, minute), 2) for minute in range(15)]
    found = made(hour(0, units=2), results=results)
    assert (found.images, found.idle_share, found.idle(found.days[0])) == (30, 0.75, 6)
    assert found.usd_per_1000 == pytest.approx(8 / 30 * 1000)


def test_results_of_another_route_with_the_same_model_keep_it_from_being_idle_but_are_not_its_images():
    results = [Results("wasps", at(0, minute), 2) for minute in range(60)]
    assert made(hour(0), results=results).idle_share == 1
    found = made(hour(0), results=results, shared=("bees", "wasps"))
    assert (found.idle_share, found.images) == (0, 0)


def test_training_is_paid_for_on_the_day_on_which_it_ended():
    versions = [Version("bees", "v2", 5400, at(1, 5)), Version("bees", "v1", 9999, at(-3)), Version("bees", "v0")]
    found = made(versions=versions)
    assert [found.training(day) for day in found.days] == [0, 1.5, 0, 0, 0]
    assert (found.usd, found.usd_running) == (1.5, 0)


def test_the_trend_is_of_whole_days():
    assert made(hour(0), hour(1), hour(2, units=3), hour(4, units=5)).trend == 1.5
    assert made(hour(4)).trend is None


def test_always_on_is_all_the_time_with_the_fewest_units():
    assert made(units=2).always_on_usd == 108 * 2 * 4


def test_nothing_has_no_shares():
    found = made()
    assert (found.usd, found.usd_per_1000, found.idle_share, found.trend) == (0, None, None, None)


def test_a_program_reads_the_same():
    told = made(hour(0), results=[Results("bees", at(0), 10)]).to_json()
    assert (told["usd"], told["usd_per_day"], told["usd_per_1000"], told["images"]) == (4, 0.8, 400, 10)
    assert told["days"][0] == {
        "date": "2026-11-16",
        "usd": 4,
        "usd_idle": 3.9333,
        "usd_training": 0,
        "unit_hours": 1,
        "idle_minutes": 59,
        "images": 10,
    }
