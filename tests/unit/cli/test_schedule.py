"""A week is drawn from the settings alone; where a stack can be asked, with what somebody has said."""

import json
from datetime import UTC, datetime

import pytest
from PIL import Image
from typer.testing import CliRunner

from labelpipe.cli import main, schedule
from labelpipe.core.control.overrides import Override
from labelpipe.core.errors import Problem

TOML = """
schema = 1
[routes.bees]
prefix = "bees/"
models = [{ name = "bees", project = "bees" }]
[routes.bees.policy]
time_zone = "Europe/Paris"
always_on = ["mon-fri 09:00-10:00", "sun 01:00-04:00"]
allowed = ["daily 06:00-22:00", "sun 00:00-05:00"]
cap = { day = 6 }
[routes.wasps]
prefix = "wasps/"
models = [{ name = "w", backend = "sagemaker", endpoint = "w", endpoint_config = "w", answer = "labelpipe" }]
policy = { on_demand = false }
"""
STARTED = Override("start", datetime(2026, 3, 24, 22, 30, tzinfo=UTC), "ana", datetime(2026, 3, 24, 19, 0, tzinfo=UTC))


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / "pipeline.toml").write_text(TOML)

    def run(*words, said=None):
        monkeypatch.setattr(schedule, "_overrides", lambda settings: said or {})
        done = CliRunner().invoke(main.app, ["schedule", "show", *words, "--settings", str(tmp_path / "pipeline.toml")])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return run


def rows(output):
    return {line[:10]: line[11:] for line in output.splitlines() if line[3:4] == " "}


def test_a_week_has_half_an_hour_a_sign_and_what_each_day_costs(run):
    told = rows(run("bees", "--week", "--from", "2026-03-24"))
    assert told["Tue 24 Mar"] == "·" * 12 + "░" * 6 + "██" + "░" * 24 + "···· USD 4 to 24"
    assert told["Sat 28 Mar"] == "·" * 12 + "░" * 32 + "···· USD 0 to 24"


def test_the_hour_that_the_clock_skips_is_empty_and_not_paid(run):
    output = run("bees", "--from", "2026-03-29")
    assert rows(output)["Sun 29 Mar"].startswith("░░██  ██░░··░")
    assert "USD 8 to 24" in rows(output)["Sun 29 Mar"]
    assert "Sun 29 Mar has 23 h: the clock is changed" in output


def test_the_hour_that_comes_twice_is_paid_twice(run):
    assert "USD 16 to 24" in rows(run("bees", "--from", "2026-10-25"))["Sun 25 Oct"]


def test_a_week_costs_no_more_than_the_caps_of_its_months(run, tmp_path):
    (tmp_path / "pipeline.toml").write_text(TOML.replace("day = 6", "day = 6, month = 2"))
    output = run("bees", "--from", "2026-04-30")  # at least 4 in April, 8 in May
    assert "the week: USD 12 to 16; caps of inference-unit hours: 6 a day, 2 a month" in output
    assert "USD 4 to 24" in rows(output)["Thu 30 Apr"]


def test_a_word_has_signs_of_its_own(run):
    output = run("bees", "--from", "2026-03-24", said={"bees": STARTED})
    assert rows(output)["Tue 24 Mar"].startswith("·" * 12 + "░" * 6 + "██" + "░" * 20 + "◆" * 7 + "· USD 18 to 24")
    assert "◆ on, ◇ off: ana said start, until Tue 24 Mar 23:30" in output


def test_a_program_reads_an_object_a_route(run):
    first, second = (json.loads(line) for line in run("--from", "2026-03-29", "--json").splitlines())
    assert (first["route"], first["time_zone"], second["route"]) == ("bees", "Europe/Paris", "wasps")
    sunday = first["days"][0]
    assert (sunday["date"], sunday["hours"], sunday["on_hours"], sunday["usd_sure"]) == ("2026-03-29", 23, 2, 8)
    assert sunday["spans"][1] == {
        "begin": "2026-03-29T01:00:00+01:00",
        "end": "2026-03-29T03:00:00+02:00",
        "kind": "on",
        "ordered": False,
    }


def test_endpoints_have_no_price_of_ours(run):
    assert "without the price of its endpoints" in run("wasps")


def test_a_picture_is_of_one_route_and_written_where_it_can_be(run, tmp_path):
    run("bees", "--picture", str(tmp_path / "week.png"))
    with Image.open(tmp_path / "week.png") as picture:
        assert picture.format == "PNG"
    with pytest.raises(Problem, match="--picture draws one route: say which of bees, wasps"):
        run("--picture", str(tmp_path / "week.png"))
    with pytest.raises(Problem, match="--picture .*none: make it first"):
        run("bees", "--picture", str(tmp_path / "none" / "week.png"))


def test_a_route_that_is_not_there_is_named_with_those_that_are(run):
    with pytest.raises(Problem, match="there is no route 'ants': the routes are bees, wasps"):
        run("ants")
