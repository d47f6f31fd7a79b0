"""What a person can mend is told in a line, with the next step, and ends in exit code 1: never in a traceback."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from labelpipe.cli import release
from labelpipe.cli.main import main
from labelpipe.local import lasting, paths

GOOD = 'schema=1\n[routes.bees]\nprefix="bees/"\n[[routes.bees.models]]\nname="bees"\nproject="bees"\n'
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v1/1700000000000"


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["labelpipe", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def settings(tmp_path: Path) -> str:
    (tmp_path / "pipeline.toml").write_text(GOOD)
    return str(tmp_path / "pipeline.toml")


def test_good_settings_say_what_they_would_deploy(run: Run, settings: str) -> None:
    ended = run("settings", "check", "--settings", settings)
    assert (ended.code, ended.err) == (0, "")
    assert "bees: bees/ -> bees (rekognition project bees)" in ended.out


def test_good_settings_for_a_program(run: Run, settings: str) -> None:
    ended = run("settings", "check", "--settings", settings, "--json")
    assert json.loads(ended.out)["routes"] == ["bees"]


def test_every_fault_of_the_settings_is_a_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(GOOD.replace('"bees/"', '"bees"') + "[function]\ntimeout = 60\n")
    ended = run("settings", "check", "--settings", str(file))
    assert (ended.code, ended.out) == (1, "")
    lines = ended.err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("labelpipe: ") for line in lines)
    assert "routes.bees.prefix" in ended.err
    assert "function.timeout" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["demo", "--annotations", "x"], "--annotations belongs to --images"),
        (["demo", "--images", "no-such-folder"], "no-such-folder"),
        (["local", "up", "--rekognition-endpoint", "localhost:1"], "should begin with http:// or https://"),
        (["settings", "check", "--settings", "no-such.toml"], "no-such.toml"),
        (["local", "up", "--settings", "no-such.toml"], "no-such.toml"),
    ],
)
def test_a_mistake_is_one_line_with_the_next_step(run: Run, words: list[str], said: str) -> None:
    ended = run(*words)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_word_that_is_no_arn_is_shown_what_one_looks_like(run: Run, settings: str) -> None:
    ended = run("release", "set", "bees", "v1", "--settings", settings)
    assert ended.code == 1
    assert "'v1' is no ARN of a project version" in ended.err


def test_a_route_without_an_arn_is_asked_for_one(run: Run, settings: str) -> None:
    assert "say which version" in run("release", "set", "bees", "--settings", settings).err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoCredentialsError(), "set AWS_PROFILE"),
        (ClientError({"Error": {"Code": "ExpiredToken"}}, "DescribeStacks"), "sign in again"),
        (
            ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, "DescribeStacks"),
            "AWS refused DescribeStacks: AccessDenied: not yours",
        ),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:1/"),
            "nothing answers at http://127.0.0.1:1/: is it running",
        ),
    ],
)
def test_refusals_of_aws_are_told_in_words(
    run: Run, settings: str, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(release, "find_pipeline", refuse)
    ended = run("release", "set", "bees", ARN, "--settings", settings)
    assert ended.code == 1
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_status_of_nothing_says_how_to_start(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    ended = run("local", "status", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert "labelpipe local up" in ended.err


def test_down_when_nothing_runs_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    assert run("local", "down") == Ended(0, "nothing was running\n", "")


def test_a_process_id_that_came_round_again_is_none_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    lasting._save(lasting.Lasting(lasting.Cloud("http://127.0.0.1:1", "http://127.0.0.1:2"), {"aws": 1}))
    kept = lasting.load()
    assert kept is not None
    assert kept.running() == {}


def test_deleting_asks_first(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "LOCAL", tmp_path / "local")
    (tmp_path / "local").mkdir()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert run("local", "down", "--delete").code == 1
    assert (tmp_path / "local").exists()
    assert run("local", "down", "--delete", "--yes").code == 0
    assert not (tmp_path / "local").exists()
