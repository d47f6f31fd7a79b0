"""What is up is remembered, found again, and never mistaken for another program."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.local import lasting, paths
from labelpipe.local.cloud import Cloud
from labelpipe.local.deployment import finish
from labelpipe.local.lasting import Lasting
from labelpipe.local.processes import Program
from labelpipe.operations.pipeline import DeployedRoute, Pipeline

CLOUD = Cloud("http://127.0.0.1:4666", "http://127.0.0.1:4667")
PIPELINE = Pipeline("labelpipe", "b", "k", "c", (DeployedRoute("bees", "bees/", "q", "d", "f", "r"),))


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    return tmp_path


def sleeper(tmp_path: Path, name: str) -> Program:
    """A program whose command line has the given name in it."""
    command = [sys.executable, "-c", "import time; time.sleep(60)", name]
    return Program.start(name, command, env=dict(os.environ), log=tmp_path / "log", lasting=True)


@pytest.mark.parametrize("pipeline", [None, PIPELINE])
def test_what_is_up_is_remembered(pipeline: Pipeline | None) -> None:
    kept = Lasting(CLOUD, {"aws": 1}, pipeline)
    assert Lasting.from_json(json.dumps(asdict(kept))) == kept


def test_status_has_what_a_program_reads() -> None:
    status = Lasting(CLOUD, {}, PIPELINE).to_status()
    assert {"endpoint", "bucket", "routes", "controller_function_name", "process_ids"} <= status.keys()
    route = {"name", "prefix", "queue_url", "dead_letter_queue_url", "function_name"}
    assert all(route <= each.keys() for each in status["routes"])


def test_our_programs_are_found_again_and_ended(tmp_path: Path) -> None:
    ours, other = sleeper(tmp_path, "ministack"), sleeper(tmp_path, "somebody-elses")
    lasting._save(Lasting(CLOUD, {"aws": ours.process.pid, "standin": other.process.pid}))
    assert lasting.require_up().running() == {"aws": ours.process.pid}
    assert lasting.down() == ["aws"]
    assert ours.process.wait(5) != 0
    assert other.process.poll() is None
    other.stop()


def test_ports_are_kept() -> None:
    before = Lasting(Cloud("http://127.0.0.1:4700", "http://127.0.0.1:4701"), {})
    assert lasting._choose(before, None, None) == before.cloud
    assert lasting._choose(before, 4700, None) == before.cloud
    assert lasting._choose(None, None, None) == CLOUD


def test_another_port_than_last_time_is_refused_with_the_way_out() -> None:
    with pytest.raises(Problem, match="was deployed on port 4666.*local down --delete"):
        lasting._choose(Lasting(CLOUD, {}), 4800, None)


def test_another_service_takes_the_stand_ins_place() -> None:
    assert lasting._choose(None, None, "http://127.0.0.1:9").rekognition == "http://127.0.0.1:9"


def test_deleting_forgets_everything(local: Path) -> None:
    lasting._save(Lasting(CLOUD, {}))
    assert lasting.delete() == []
    assert not local.exists()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("synth\nlabelpipe: p.toml: routes.bees.prefix: wrong\nSubprocess exited with error 1", "routes.bees.prefix"),
        ("1/39 CREATE\n❌  labelpipe failed: no room\nmore", "no room"),
        ("something else", "something else"),
    ],
)
def test_a_failed_command_is_quoted_where_it_says_why(tmp_path: Path, said: str, complaint: str) -> None:
    command = [sys.executable, "-c", f"print({said!r}); raise SystemExit(1)"]
    program = Program.start("cdk deploy", command, env={"PYTHONUTF8": "1"}, log=tmp_path / "log")
    with pytest.raises(Problem, match=f"cdk deploy failed: .*{complaint}"):
        finish(program)
