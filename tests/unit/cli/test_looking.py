"""What `model status` and `model explain` print."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from labelpipe.cli import looking, model
from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Depth, Model, Observation
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.usage import Usage
from labelpipe.core.wiring import RouteWiring
from labelpipe.operations.watching import Watched
from labelpipe.settings import Settings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
POLICY = {"time_zone": "Asia/Tokyo", "cap": {"day": 12}, "on_demand": {"max_wait": "4h"}}


def route(name: str, status: str = "STOPPED", project: str | None = None, **more: object) -> Observation:
    arn = f"arn:aws:rekognition:us-east-1:123456789012:project/{project or name}/version/v1/1"
    lease = Lease(Kind.VERSION, arn, NOW + timedelta(minutes=22), "project", NOW)
    seen = Observation(
        now=NOW,
        wiring=RouteWiring(name, "q", name, "p", 864000, 5, (), {}),
        policy=Policy.parse(POLICY),
        depth=Depth(3),
        mapping=DISABLED,
        models=(Model(arn, "project", Status(status), name, 1, lease),),
        memory=Memory(non_empty_since=NOW - timedelta(minutes=10), usage=Usage(NOW.date(), 90, 600)),
    )
    return replace(seen, **more)


@pytest.fixture
def run(monkeypatch):
    settings = Settings.model_validate(
        {"schema": 1, "routes": {"bees": {"prefix": "bees/", "models": [{"name": "bees", "project": "bees"}]}}}
    )

    def run(*words, routes=(), slots=2):
        routes = routes or (route("bees"), route("wasps", "RUNNING"))
        monkeypatch.setattr(looking, "_look", lambda file: (settings, Watched(routes, (), slots)))
        return CliRunner().invoke(model.app, [*words], env={"COLUMNS": "200"}).output

    return run


def test_a_person_reads_what_happens_and_when_on_the_routes_clock(run):
    told = run("status", "bees")
    for line in (
        "route bees, Fri 20 Nov 21:00 JST",
        "STOPPED  bees/v1",
        "off: 3 messages wait, for 4h at most: a start at Sat 21 Nov 00:18 is soon enough",
        "a start: Sat 21 Nov 00:18, in 3h 18m",
        "RUNNING: Sat 21 Nov 00:48 at the latest, in 3h 48m",
        "3 messages since 20:50; answered by Sat 21 Nov 00:49 at the latest",
        "1.50 of 12 inference-unit hours, USD 6.00",
        "10.00 inference-unit hours, USD 40.00",
        "USD 4.00 an inference unit and hour, as of 2026-11-20",
    ):
        assert line.replace("Sat 21 Nov 00:18 is", "2026-11-21 00:18 is") in told
    assert "wasps" not in told
    assert "lease" not in told


def test_the_end_of_a_lease_matters_while_something_runs(run):
    assert "AWS stops it from 21:22 on, unless the controller renews" in run("status", "wasps")


def test_routes_that_share_a_version_are_told_so(run):
    routes = (route("bees", "RUNNING"), route("flies", "RUNNING", project="bees"), route("wasps"))
    assert "with route flies: runs while any of them wants it" in run("status", "bees", routes=routes)
    assert json.loads(run("status", "flies", "--json", routes=routes))["shared_with"] == ["bees"]
    assert "shared" not in run("status", "wasps", routes=routes)


def test_where_nothing_is_foreseen_it_is_told_what_would_change_that(run):
    work = route("bees", policy=Policy.parse({}), memory=Memory(non_empty_since=NOW - timedelta(hours=1)))
    busy = route("wasps", "RUNNING")
    assert "a start, once another route's models are off" in run("status", "bees", routes=(work, busy), slots=1)
    stopped = replace(work, override=Override("stop", None, "ana", NOW))
    assert "nothing until somebody says otherwise" in run("status", "bees", routes=(stopped,))
    unknown = replace(work, models=(), refusal="nothing was released")
    assert "nothing until a release can be used" in run("status", "bees", routes=(unknown,))
    assert "nothing until work comes" in run("status", "bees", routes=(replace(work, depth=Depth(0)),))


def test_an_hour_that_comes_twice_is_told_with_its_zone(run):
    now = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
    policy = Policy.parse({"time_zone": "Europe/Paris", "on_demand": {"max_wait": "90m"}})
    told = run("status", "bees", routes=(route("bees", now=now, policy=policy, memory=Memory(non_empty_since=now)),))
    assert "route bees, Sun 25 Oct 02:10 CEST" in told
    assert "messages since 02:10;" in told
    assert "a start: 02:08 CET, in 58m" in told


def test_a_start_that_takes_too_long_has_an_earliest_end_only(run):
    memory = Memory(non_empty_since=NOW - timedelta(hours=1), started_at=NOW - timedelta(minutes=31))
    late = route("bees", "STARTING", memory=memory)
    told = run("status", "bees", routes=(late,))
    assert "RUNNING: 21:01 at the earliest, as the start takes longer than planned" in told
    assert "answered by 21:02 at the earliest" in told
    assert "at the latest" not in told
    begun = replace(late, memory=replace(memory, started_at=NOW - timedelta(minutes=29)))
    assert "RUNNING: 21:01 at the latest" in run("status", "bees", routes=(begun,))


def test_a_program_reads_an_object_a_route(run):
    lines = run("status", "--json").splitlines()
    assert [json.loads(line)["route"] for line in lines] == ["bees", "wasps"]
    assert json.loads(run("status", "bees", "--json"))["waiting"] == 3


def test_an_explanation_ends_with_the_row_that_decides(run):
    told = run("explain", "bees").rstrip().splitlines()
    assert told[0].strip() == "route bees at 2026-11-20 21:00 JST"
    assert "1.5 of 12 inference-unit hours are used that day" in told[2]
    assert told[-1].split()[:3] == ["->", "can", "wait"]


@pytest.mark.parametrize(
    ("at", "told"),
    [("5h", "2026-11-21T02:00:00+09:00"), ("2026-11-20 20:55", "2026-11-20T20:55:00+09:00"), ("21:30", None)],
)
def test_a_time_is_the_routes_and_may_be_past(run, at, told):
    found = json.loads(run("explain", "bees", "--at", at, "--json"))
    assert found["at"] == (told or "2026-11-20T21:30:00+09:00")
    assert found["row"] == ("demand" if at == "5h" else "can wait")
