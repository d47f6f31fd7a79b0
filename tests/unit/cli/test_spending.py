"""What `cost report` prints of what was measured."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from PIL import Image
from typer.testing import CliRunner

from labelpipe.cli import cost, spending
from labelpipe.core.errors import Problem
from labelpipe.cost.report import DayCost, Rates, Report
from labelpipe.operations.pipeline import Pipeline

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

    def run(*words, days=DAYS, hosted=(), remarks=()):
        found = Report(END - timedelta(hours=60), END, Rates(4, 1), days, 2)
        monkeypatch.setattr(spending, "_measured", lambda *_: (found, remarks))
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
    assert "1 day " in told


def test_where_nothing_was_measured_nothing_is_divided(run):
    told = run("bees", days=(DayCost(END.date()),))
    assert "no result was counted" in told
    assert "nothing was in service" in told
    assert "nothing to compare with" in told


def test_small_sums_have_the_digits_that_tell_them_from_nothing(run):
    days = (DayCost(END.date(), 0.1, 0, 0.1, 0, 0, 30_000), *(DayCost(END.date()),) * 29)
    told = run("bees", days=days)
    for line in (
        "USD a day             0.00022",
        "USD per 1,000 images  0.00022",
        "USD 0.0067",
        "less than 0.1% of that",
    ):
        assert line in told
    assert json.loads(run("bees", "--json", days=days))["usd_per_day"] == 0.0002


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


def test_what_is_remarkable_is_told_to_both(run):
    assert "counted otherwise" in run(remarks=("counted otherwise",))
    assert json.loads(run("--json", remarks=("counted otherwise",)))["remarks"] == ["counted otherwise"]


NOW = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=2)


class FakeAws:
    """Every client at once: version v1 of project insects was in service for a minute; results are where is said."""

    def __init__(self, results: str) -> None:
        self.results = results

    def describe_projects(self, ProjectNames):
        return {"ProjectDescriptions": [{"ProjectArn": ProjectNames[0]}]}

    def get_paginator(self, name):
        return SimpleNamespace(paginate=getattr(self, name))

    def describe_project_versions(self, ProjectArn):
        arn = "arn:aws:rekognition:us-east-1:123456789012:project/insects/version/v1/1"
        yield {"ProjectVersionDescriptions": [{"ProjectVersionArn": arn}]}

    def list_metrics(self, **_):
        yield {"Metrics": []}

    def get_metric_data(self, MetricDataQueries, **_):
        yield {"MetricDataResults": [self._result(query["Id"], query["MetricStat"]) for query in MetricDataQueries]}

    def _result(self, id, stat):
        metric, last = stat["Metric"]["MetricName"], stat["Metric"]["Dimensions"][-1]["Value"]
        told = metric == "InServiceInferenceUnits" or (metric, last, self.results) == ("Succeeded", "wasps", "metrics")
        return {"Id": id, "StatusCode": "Complete", "Timestamps": [NOW] * told, "Values": [1.0] * told}

    def list_objects_v2(self, Bucket, Prefix):
        there = self.results == "bucket" and Prefix == "bees/"
        yield {"Contents": [{"Key": f"{Prefix}a.jpg.json", "LastModified": NOW}] * there}


@pytest.mark.parametrize(
    ("results", "images", "idle", "remarks"), [("metrics", 0, 0, 0), ("bucket", 1, 0, 1), ("nowhere", 0, 1, 1)]
)
def test_a_minute_is_idle_unless_a_route_of_its_project_has_a_result(
    monkeypatch, tmp_path, results, images, idle, remarks
):
    monkeypatch.setattr(spending.boto3, "client", lambda name: FakeAws(results))
    (tmp_path / "pipeline.toml").write_text(TOML)
    settings = spending.load_settings(tmp_path / "pipeline.toml")
    pipeline = Pipeline("labelpipe", "bucket", "key", "controller", ())
    found, told = spending._measured(settings, {"bees": settings.routes["bees"]}, pipeline, 2)
    assert (found.images, found.idle_share, len(told), found.always_on_units) == (images, idle, remarks, 2)
    assert found.usd_running == pytest.approx(4 / 60)


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
