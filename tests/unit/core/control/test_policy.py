"""What `[routes.NAME.policy]` may say, and what people are told when it says something else."""

import json
import re
import tomllib
from datetime import UTC, date, datetime

import pytest

from labelpipe.core.control.policy import Cap, OnDemand, Policy, Units
from labelpipe.core.control.windows import Window

FULL = """
time_zone = "Europe/Paris"
always_on = ["mon-fri 09:00-10:00"]
allowed = ["daily 06:00-22:00", "sat,sun 22:00-02:00"]
closed = [2026-12-25]
on_demand = { max_wait = "4h", idle_stop = "20m" }
units = { min = 1, max = 2 }
cap = { day = 12, month = 120.5 }
lease = "45m"
"""


def test_an_empty_table_is_the_documented_default() -> None:
    policy = Policy.parse({})
    assert policy == Policy("UTC", (), (), frozenset(), OnDemand(30 * 60, None), Units(1, 1), Cap(None, None), 1800)


def test_a_full_table_is_read() -> None:
    assert Policy.parse(tomllib.loads(FULL)) == Policy(
        time_zone="Europe/Paris",
        always_on=(Window.parse("mon-fri 09:00-10:00"),),
        allowed=(Window.parse("daily 06:00-22:00"), Window.parse("sat,sun 22:00-02:00")),
        closed=frozenset({date(2026, 12, 25)}),
        on_demand=OnDemand(14400, 1200),
        units=Units(1, 2),
        cap=Cap(12, 120.5),
        lease=2700,
    )


@pytest.mark.parametrize("text", ["", FULL, "on_demand = false", "units.min = 3", "cap.day = 1"])
def test_a_policy_survives_the_way_through_json(text: str) -> None:
    policy = Policy.parse(tomllib.loads(text))
    assert Policy.parse(json.loads(json.dumps(policy.to_raw()))) == policy


def test_the_most_units_default_to_the_fewest() -> None:
    assert Policy.parse({"units": {"min": 3}}).units == Units(3, 3)


@pytest.mark.parametrize(
    ("raw", "key", "allowed"),
    [
        ({"time_zne": "UTC"}, "time_zne: unknown key", "time_zone, always_on, allowed"),
        ({"time_zone": "Paris"}, "time_zone: 'Paris'", "like UTC or Europe/Paris"),
        ({"time_zone": "Europe"}, "time_zone: 'Europe'", "like UTC or Europe/Paris"),
        ({"time_zone": "/etc/passwd"}, "time_zone:", "like UTC or Europe/Paris"),
        ({"time_zone": 1}, "time_zone:", "text"),
        ({"always_on": "daily 06:00-07:00"}, "always_on:", "a list"),
        ({"always_on": ["noon"]}, "always_on: 'noon'", "daily 06:00-22:00"),
        ({"allowed": [7]}, "allowed:", "text"),
        ({"closed": ["25.12."]}, "closed: '25.12.'", "2026-12-25"),
        ({"closed": [datetime(2026, 12, 25, tzinfo=UTC)]}, "closed:", "2026-12-25"),
        ({"closed": [5]}, "closed: '5'", "2026-12-25"),
        ({"on_demand": True}, "on_demand:", "false or a table"),
        ({"on_demand": {"max_wait": "4 hours"}}, "on_demand.max_wait: '4 hours'", "4h"),
        ({"on_demand": {"max_wait": "auto"}}, "on_demand.max_wait: 'auto'", "4h"),
        ({"on_demand": {"idle": "4h"}}, "on_demand.idle: unknown key", "max_wait, idle_stop"),
        ({"on_demand": {"idle_stop": 5}}, "on_demand.idle_stop:", "text"),
        ({"units": 2}, "units:", "min, max"),
        ({"units": {"min": 0}}, "units.min:", "1 to 5"),
        ({"units": {"max": 6}}, "units.max:", "1 to 5"),
        ({"units": {"min": True}}, "units.min:", "1 to 5"),
        ({"units": {"min": 3, "max": 2}}, "units: min (3)", "min <= max"),
        ({"cap": {"day": 0}}, "cap.day:", "above 0"),
        ({"cap": {"day": float("nan")}}, "cap.day:", "above 0"),
        ({"cap": {"week": 3}}, "cap.week: unknown key", "day, month"),
        ({"lease": "61m"}, "lease: 61m", "5m to 60m"),
        ({"lease": "4m"}, "lease: 4m", "5m to 60m"),
        ({"lease": 30}, "lease:", "30m"),
        ([], "policy:", "a table"),
    ],
)
def test_a_wrong_table_names_the_key_and_what_is_allowed(raw: dict[str, object], key: str, allowed: str) -> None:
    with pytest.raises(ValueError, match=re.escape(key)) as caught:
        Policy.parse(raw)
    assert str(caught.value).startswith(key)
    assert allowed in str(caught.value)
    assert "\n" not in str(caught.value)


def test_always_on_and_allowed_are_read_on_the_wall_clock_of_the_time_zone() -> None:
    policy = Policy.parse(tomllib.loads(FULL))
    before, during = datetime(2026, 11, 20, 7, 59, tzinfo=UTC), datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert (policy.is_always_on(before), policy.is_always_on(during)) == (False, True)
    assert (policy.is_allowed(before), policy.is_allowed(datetime(2026, 11, 20, 21, 0, tzinfo=UTC))) == (True, False)


def test_a_closed_day_is_the_local_day() -> None:
    policy = Policy.parse({"time_zone": "Europe/Paris", "closed": ["2026-12-25"]})
    instants = [(24, 22, 59), (24, 23, 0), (25, 22, 59), (25, 23, 0)]
    answers = [policy.is_allowed(datetime(2026, 12, day, hour, minute, tzinfo=UTC)) for day, hour, minute in instants]
    assert answers == [True, False, False, True]
