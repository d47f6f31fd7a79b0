"""What `cost plan` prints, in one process."""

import json

import pytest
from PIL import Image
from typer.testing import CliRunner

from labelpipe.cli import cost, planning
from labelpipe.core.errors import Problem
from labelpipe.cost import plan as plans

TOML = """
schema = 1
[routes.bees]
prefix = "bees/"
models = [{ name = "bees", project = "bees" }]
policy = { time_zone = "Europe/Paris", on_demand = { max_wait = "1h" }, units = { min = 2 } }
[routes.stems]
prefix = "stems/"
models = [
  { name = "v", project = "v" },
  { name = "s", backend = "sagemaker", endpoint = "s", endpoint_config = "s", answer = "labelpipe" },
]
policy = { always_on = ["mon-fri 09:00-10:00"], on_demand = false, units = { min = 3 } }
"""
FIELDS = (
    "policy max_wait_minutes model_hours usd usd_per_month usd_per_1000 starts delay_p50_minutes delay_p95_minutes "
    "delay_max_minutes broken_promises unanswered ratio_to_clairvoyant clairvoyant_max_wait_minutes"
)


def _in_one_process(arrivals, physics, chosen, own, tell):
    found = [plans.outcome(way, arrivals, physics) for way in chosen]
    return list(plans._with_bounds(found, plans._reference(own)))


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / "pipeline.toml").write_text(TOML)
    (tmp_path / "come.csv").write_text("2026-11-20T10:00:30Z,3\n2026-11-20T12:00:00+01:00\n")
    monkeypatch.setattr(planning, "compare", _in_one_process)

    def run(*words):
        words = [
            "plan",
            "--settings",
            str(tmp_path / "pipeline.toml"),
            "--arrivals",
            str(tmp_path / "come.csv"),
            *words,
        ]
        done = CliRunner().invoke(cost.app, words, env={"COLUMNS": "120"})
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def test_a_program_reads_a_list_of_objects(run):
    told = json.loads(run("bees", "--json").stdout)
    assert [list(each) for each in told] == [FIELDS.split()] * len(told)
    assert [(each["policy"], each["max_wait_minutes"]) for each in told] == [
        *((name, None) for name in ("always_on", "office_hours", "hourly_workflow")),
        *(("on_demand", minutes) for minutes in (30, 60, 240, 1440)),
        ("settings", 60),
        *(("clairvoyant", minutes) for minutes in (30, 60, 240, 1440)),
    ]


def test_a_ratio_is_to_the_clairvoyant_with_the_same_promise_or_the_settings(run):
    told = json.loads(run("bees", "--json").stdout)
    hours = {each["max_wait_minutes"]: each["model_hours"] for each in told if each["policy"] == "clairvoyant"}
    for each in told:
        promise = 60 if each["max_wait_minutes"] is None else each["max_wait_minutes"]
        assert each["clairvoyant_max_wait_minutes"] == promise
        assert each["ratio_to_clairvoyant"] == pytest.approx(each["model_hours"] / hours[promise], rel=0.02)


def test_settings_that_promise_nothing_are_held_against_a_day(run):
    told = json.loads(run("stems", "--json").stdout)
    assert {each["clairvoyant_max_wait_minutes"] for each in told if each["max_wait_minutes"] is None} == {1440}


@pytest.mark.parametrize(
    ("words", "usd_an_hour", "remarked"),
    [
        (("bees",), 2 * 4, False),
        (("stems",), 3 * 4, True),  # its version's units alone
        (("stems", "--usd-per-hour", "5"), (3 + 1) * 5, False),
    ],
)
def test_endpoints_cost_what_somebody_says_and_else_are_left_out(run, words, usd_an_hour, remarked):
    done = run(*words, "--json")
    always = json.loads(done.stdout)[0]
    assert always["usd"] == usd_an_hour * 24
    assert ("without the price of s: an endpoint's is its instances'" in done.stderr) == remarked


def test_a_person_reads_a_table(run):
    told = run("bees").stdout
    for words in (
        "bees: 4 images in 1 day",
        "2 images/s, USD 8 an hour",
        "on demand 4h",
        "held against a promise of 1h",
    ):
        assert words in told


def test_more_images_than_a_model_answers_are_told(run, tmp_path):
    (tmp_path / "come.csv").write_text("2026-11-20T10:00:30Z,200000\n")
    assert "2.3 images come a second, more than are answered" in run("bees").stdout
    assert "more than are answered" not in run("bees", "--images-per-second", "1.2").stdout  # of each of two units


def test_a_picture_is_drawn_too(run, tmp_path):
    run("stems", "--picture", str(tmp_path / "plan.png"))
    with Image.open(tmp_path / "plan.png") as picture:
        assert picture.format == "PNG"


def test_a_promise_shorter_than_a_start_is_left_out_or_refused(run):
    done = run("bees", "--start-minutes", "45", "--json")
    assert "left out: max_wait 30m is shorter than a start, which takes 45m" in done.stderr
    assert 30 not in [each["max_wait_minutes"] for each in json.loads(done.stdout)]
    with pytest.raises(Problem, match="the settings' policy: max_wait 1h is shorter than a start, which takes 1h 5m"):
        run("bees", "--start-minutes", "65")
