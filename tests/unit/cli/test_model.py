"""A person's word is kept where the controller reads it, and money is spent only when asked."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from labelpipe.aws.records import Records
from labelpipe.cli import model
from labelpipe.operations.pipeline import DeployedRoute, Pipeline
from labelpipe.settings import load_settings

TOML = """
schema = 1
[routes.bees]
prefix = "bees/"
[[routes.bees.models]]
name = "bees"
project = "bees"
[[routes.bees.models]]
name = "flies"
project = "flies"
[routes.bees.policy]
time_zone = "Asia/Tokyo"
units = { min = 2, max = 3 }
"""
PIPELINE = Pipeline(
    "labelpipe", "bucket", "arn:aws:kms:key", "controller", (DeployedRoute("bees", "bees/", "q", "d", "f", "p"),)
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    settings = tmp_path / "pipeline.toml"
    settings.write_text(TOML)
    monkeypatch.setattr(model, "find_pipeline", lambda client, settings: PIPELINE)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="bucket")
        yield lambda *words, answer="": CliRunner().invoke(
            model.app, [*words, "--settings", str(settings)], input=answer
        )


@pytest.fixture
def kept(run):
    return lambda: Records(boto3.client("s3"), "bucket", "k").override("bees")


def test_a_start_says_what_it_costs_and_asks(run, kept):
    done = run("start", "--until", "2h", answer="n\n")
    assert done.exit_code == 1
    assert "Run models bees, flies of route bees until " in done.output
    assert "JST, for about USD 16.00 an hour?" in done.output
    assert kept() is None


def test_a_start_is_kept_with_its_end_and_by_whom(run, kept):
    assert run("start", "bees", "--until", "2h", "--yes").exit_code == 0
    order = kept()
    assert order.want == "start"
    assert timedelta(minutes=119) < order.until - datetime.now(UTC) <= timedelta(hours=2)
    assert order.who
    assert order.until - order.when == timedelta(hours=2)


def test_a_stop_costs_nothing_and_does_not_ask(run, kept):
    done = run("stop")
    assert done.output == (
        "models bees, flies of route bees: stop, and stay off, from the next minute on, "
        "until 'labelpipe model auto bees'\n"
    )
    assert (kept().want, kept().until) == ("stop", None)


def test_auto_takes_the_word_back_also_when_there_is_none(run, kept):
    run("stop")
    assert run("auto").exit_code == 0
    assert kept() is None
    assert run("auto").output == "the policy of route bees decides again, within a minute\n"


def test_a_program_reads_what_was_ordered(run, kept):
    assert json.loads(run("stop", "--until", "2027-01-01", "--json").output) == {
        "route": "bees",
        "want": "stop",
        "until": "2026-12-31T15:00:00+00:00",
    }


def test_an_endpoint_has_no_price_of_ours(tmp_path):
    endpoint = '{ name = "s", backend = "sagemaker", endpoint = "s", endpoint_config = "s", answer = "labelpipe" }'
    prices = []
    for models in (f'[{{ name = "v", project = "v" }}, {endpoint}]', f"[{endpoint}]"):
        settings = tmp_path / "pipeline.toml"
        settings.write_text(f'schema = 1\n[routes.bees]\nprefix = "bees/"\nmodels = {models}\n')
        prices.append(model._Target(None, PIPELINE.routes[0], load_settings(settings)).price)
    instances = "what the instances of its endpoints cost"
    assert prices == [f"about USD 4.00 an hour and {instances}", instances]
