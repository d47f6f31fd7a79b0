"""Read `pipeline.toml`, or say everything that is wrong with it."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from labelpipe.core.errors import Problem
from labelpipe.settings.across import across
from labelpipe.settings.faults import Fault, faults_of
from labelpipe.settings.model import Settings


def load_settings(path: str | Path) -> Settings:
    """Raise one Problem that lists every fault of the file, a line each."""
    path = Path(path)
    raw = _read(path)
    try:
        settings, faults = Settings.model_validate(raw), []
    except ValidationError as error:
        settings, faults = None, list(faults_of(error))
    faults += across(raw)
    if faults or settings is None:
        raise _problem(path, faults)
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Problem(
            f"{path}: no such file; run this in the project's folder, or name another with --settings"
        ) from None
    except OSError as error:
        raise Problem(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Problem(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{path}: {_where(str(error))}") from error


def _where(message: str) -> str:
    """`Invalid value (at line 3, column 5)` with the place in front."""
    if match := re.fullmatch(
        r"(?P<what>.*) \(at (?P<place>line \d+, column \d+|end of document)\)", message, re.DOTALL
    ):
        return f"{match['place']}: {match['what']}"
    return message


def _problem(path: Path, faults: list[Fault]) -> Problem:
    return Problem("\n".join(f"{path}: {fault}" for fault in faults))
