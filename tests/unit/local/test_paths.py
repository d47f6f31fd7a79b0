"""A folder that cannot be written is said to be so before anything starts."""

from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.local import paths


def test_a_folder_is_made_with_what_is_above_it(tmp_path: Path) -> None:
    assert paths.make_folder(tmp_path / "a/b").is_dir()


def test_no_permission_to_write_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match=r"cannot write in .*file/below \(Not a directory\): give yourself the right to"):
        paths.make_folder(tmp_path / "file/below")


def test_what_make_install_makes_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "CDK", tmp_path / "cdk")
    with pytest.raises(Problem, match="cdk is missing: run 'make install'"):
        paths.require_installed()
