"""A bundle's name changes exactly when what ships changes, and a bundle is there whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from stacks.bundling import Bundle, bundle, host_target, lambda_target, stage, wheels
from stacks.bundling.wheels import once

SHIPPED = ["labelpipe/__init__.py", "labelpipe/core/a.py", "lambdas/__init__.py", "lambdas/f/handler.py"]
OTHER = [".env", "README.md", "labelpipe/cli/main.py", "labelpipe/core/notes.txt", "lambdas/g/handler.py", "tests/t.py"]


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A small repository, whose third-party code is one file."""
    for name in [*SHIPPED, *OTHER]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    third_party = tmp_path / "wheels-1"
    third_party.mkdir()
    (third_party / "six.py").write_text("")
    monkeypatch.setattr(bundle, "wheels", lambda *_: third_party)
    monkeypatch.setattr(bundle, "BUILD", tmp_path / "build")
    return tmp_path


def staged(repository):
    return stage(Bundle("f", ("core",), (), repository), lambda_target("arm64"))


def test_what_is_listed_is_staged_and_nothing_else(repository):
    folder = staged(repository)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == [*SHIPPED, "six.py"]


@pytest.mark.parametrize("name", OTHER)
def test_an_edit_of_what_does_not_ship_deploys_nothing(repository, name):
    before = staged(repository)
    (repository / name).write_text("y = 2\n")
    assert staged(repository) == before


@pytest.mark.parametrize("name", SHIPPED)
def test_an_edit_of_what_ships_deploys(repository, name):
    before = staged(repository)
    (repository / name).write_text("y = 2\n")
    assert staged(repository) != before


def test_a_new_file_deploys(repository):
    before = staged(repository)
    (repository / "labelpipe/core/b.py").write_text("")
    assert staged(repository) != before


def test_what_is_staged_can_be_read_by_everybody_whoever_stages_it(repository):
    before = os.umask(0o077)
    try:
        (repository / "wheels-1" / "six.py").chmod(0o600)
        folder = staged(repository)
    finally:
        os.umask(before)
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (folder, *folder.rglob("*"))}
    assert modes == {(True, 0o755), (False, 0o644)}


def test_a_broken_attempt_leaves_nothing(tmp_path):
    def fail(folder):
        (folder / "half").write_text("")
        raise Problem("no")

    with pytest.raises(Problem):
        once(tmp_path / "made", fail)
    assert list(tmp_path.iterdir()) == []


def test_whoever_comes_second_takes_what_the_first_has_made(tmp_path):
    def slower(folder):
        (folder / "mine").write_text("")
        once(tmp_path / "made", lambda other: (other / "theirs").write_text(""))

    made = once(tmp_path / "made", slower)
    assert [path.name for path in made.iterdir()] == ["theirs"]
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """Beside the running Python is a folder of our own for uv."""
    monkeypatch.setattr(wheels, "BUILD", tmp_path / "build")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    return tmp_path / "uv"


def third_party():
    lock = Path(__file__).parents[2]
    return wheels.wheels(Bundle("inference", (), ("s3",), lock), lambda_target("arm64"))


def test_a_download_that_fails_is_one_line_with_the_reason(uv):
    uv.write_text("#!/bin/sh\necho 'error: no route to\n  pypi' >&2; exit 2\n")
    uv.chmod(0o755)
    with pytest.raises(Problem) as problem:
        third_party()
    assert str(problem.value) == (
        "could not install lambdas/inference/requirements.txt for aarch64-manylinux_2_28 3.13: "
        "error: no route to pypi; try again"
    )


def test_a_missing_installer_is_named(uv):
    with pytest.raises(Problem, match="run 'make install'"):
        third_party()


def test_a_python_that_does_not_run_is_refused(tmp_path):
    with pytest.raises(Problem, match="is no Python that runs here"):
        host_target(str(tmp_path / "python"))
