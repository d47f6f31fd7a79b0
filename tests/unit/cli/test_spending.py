"""What `cost report` prints of what was measured."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from typer.testing import CliRunner

from labelpipe.cli import cost, spending
from labelpipe.core.errors import Problem
from labelpipe.cost.report import DayCost, Rates, Report

TOML = """
schema = 1
[prices]
as_of = 2026-11-01
[routes.bees]
prefix = "bees/"
models = [{ name = "bees", project = "insects" }]
policy = { units = { min = 2 } }
[routes.wasps]
prefix = "wasps/"
models = [{ name = "w", project = "insects" }]
[routes.stems]
prefix = "stems/"
models = [{ name = "s", backend = "sagemaker", endpoint = "s", endpoint_config = "s", answer = "labelpipe" }]
"""
END = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAYS = (
    DayCost(datetime(2026, 11, 18).date(), 60, 30, 60, 30, 1800, 1000),
    DayCost(datetime(2026, 11, 19).date(), 120, 30, 120, 30, 0, 3000),
    DayCost(datetime(2026, 11, 20).date()),
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / "pipeline.toml").write_text(TOML)
    monkeypatch.setattr(spending, "find_pipeline", lambda client, settings: None)

    def run(*words, days=DAYS, hosted=()):
        found = Report(END - timedelta(hours=60), END, Rates(4, 1), days, 2)
        monkeypatch.setattr(spending, "_measured", lambda *_: found)
        monkeypatch.setattr(spending, "_hosted", lambda *_: list(hosted))
        words = ["report", *words, "--settings", str(tmp_path / "pipeline.toml")]
        done = CliRunner().invoke(cost.app, words, env={"COLUMNS": "160"})
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    return run


def test_a_person_reads_days_shares_and_what_always_on_would_cost(run):
    told = run("bees")
    for line in (
        "bees: 2026-11-18 to 2026-11-20, USD 12.50",
        "USD per 1,000 images  3.00",
        "33% of the time in service had no result",
        "2.00 times the half before",
        "USD 480.00 without training, 2.5% of that was spent",
        "USD 4.00 an inference unit and hour in service, 1.00 an hour of training, as of 2026-11-01",
        "route wasps uses insects too: all that it ran is counted here",
    ):
        assert line in told
    assert "2026-11-20 " not in told.partition("\n")[2]
    assert "1 days" in told


def test_where_nothing_was_measured_nothing_is_divided(run):
    told = run("bees", days=(DayCost(END.date()),))
    assert "no result was counted" in told
    assert "nothing was in service" in told
    assert "nothing ran in the first half" in told


def test_endpoints_are_told_with_their_hours_and_without_a_price(run):
    hosted = [spending._Hosted("stems", 1.5, 20)]
    assert "route stems has endpoints, which no metric counts: 1.50 h today, 20.00 h this month" in run(hosted=hosted)
    assert json.loads(run("--json", hosted=hosted))["endpoints"] == [
        {"route": "stems", "today_hours": 1.5, "month_hours": 20}
    ]


def test_a_program_reads_one_object(run):
    told = json.loads(run("--json"))
    assert told["routes"] == ["bees", "wasps", "stems"]
    assert told["prices"] == {"as_of": "2026-11-01", "inference_unit_hour": 4, "training_hour": 1}
    assert (told["usd"], told["always_on_usd"], len(told["days"])) == (12.5, 480, 3)


def test_a_project_that_routes_share_runs_once_with_the_most_units_of_them(run, tmp_path):
    routes = spending.load_settings(tmp_path / "pipeline.toml").routes
    assert spending._units(routes) == {"insects": 2}
    assert spending._units({"stems": routes["stems"]}) == {}


def test_the_first_day_begins_at_midnight_on_the_routes_clock(run, tmp_path):
    routes = spending.load_settings(tmp_path / "pipeline.toml").routes
    assert spending._midnight(END, spending._zone(routes), 3) == datetime(2026, 11, 18, tzinfo=UTC)
    paris = spending.ZoneInfo("Europe/Paris")
    assert spending._midnight(END, paris, 30) == datetime(2026, 10, 21, 22, tzinfo=UTC)


def test_a_picture_has_a_bar_a_day(run, tmp_path):
    run("--picture", str(tmp_path / "cost.png"))
    with Image.open(tmp_path / "cost.png") as picture:
        assert picture.format == "PNG"


def test_a_route_that_is_not_there_is_named_with_those_that_are(run):
    with pytest.raises(Problem, match="there is no route 'ants': the routes are bees, wasps, stems"):
        run("ants")
