"""The folder in which one server, and no other at the same time, keeps everything."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from errno import EACCES
from pathlib import Path
from typing import IO


class Unusable(Exception):
    """The folder, or what is in it, cannot be used; the text says why and what to do."""


def claim(folder: Path) -> IO[str]:
    """Make the folder and hold it until the file is closed, or the process ends in whatever way.

    Raises:
        Unusable: it cannot be written, or another server holds it: each would write over what the other remembers.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        with ExitStack() as opened:
            file = opened.enter_context((folder / "lock").open("w"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            opened.pop_all()
    except BlockingIOError as error:
        raise Unusable(f"another server holds {folder}: end it, or name another folder with --state") from error
    except OSError as error:
        raise Unusable(f"cannot write in {folder} ({error.strerror}): name another folder with --state") from error
    return file


@contextmanager
def reading(file: Path, otherwise: str) -> Iterator[None]:
    """Let whatever a file does to its reader, when it is damaged or not ours, be Unusable. otherwise: what to do."""
    try:
        yield
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Unusable(f"{file} is damaged, or another version's or program's ({why}): {otherwise}") from error
