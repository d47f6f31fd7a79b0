"""One server holds a folder, and says why when it cannot."""

import fcntl
import os
from errno import ENOLCK
from pathlib import Path

import pytest

from labelpipe.standin.folder import Unusable, claim


def test_a_folder_is_made_and_held_until_it_is_let_go(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    with claim(folder), pytest.raises(Unusable, match=f"another server holds {folder}: end it, or name another"):
        claim(folder)
    claim(folder).close()


@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_is_no_folder(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match="cannot write in .*: name another folder with --state"):
        claim(tmp_path / "file" / below)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(Unusable, match=rf"cannot write in {tmp_path} \(Permission denied\)"):
        claim(tmp_path)


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(Unusable, match=rf"cannot write in {tmp_path} \(No locks available\)"):
        claim(tmp_path)
