"""Kinds of values that settings are made of. Each says, when it refuses a value, what it would have taken."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator

from labelpipe.core.durations import format_duration, parse_duration

DAY = 24 * 3600

T = TypeVar("T")


def read_by(read: Callable[[Any], T]) -> BeforeValidator:
    """Use read, which may raise ValueError in words for a person, as a field's validator."""
    return BeforeValidator(read)


def show(value: Any) -> str:
    """A value as a person may have written it, short enough for one line."""
    text = f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`; did you mean 'prefix'?`, or nothing when no choice is near."""
    near = get_close_matches(word, list(choices), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def whole(low: int, high: int) -> BeforeValidator:
    """A whole number from low to high."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"{show(value)} must be a whole number from {low} to {high}")
        return value

    return read_by(read)


def number(low: float, high: float) -> BeforeValidator:
    """A number from low to high."""

    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(f"{show(value)} must be a number from {low:g} to {high:g}")
        return float(value)

    return read_by(read)


def duration(low: int, high: int) -> BeforeValidator:
    """A duration as text, which becomes seconds."""
    return read_by(lambda value: read_duration(value, low, high))


def read_duration(value: Any, low: int, high: int) -> int:
    """Seconds, from low to high."""
    if not isinstance(value, str):
        raise ValueError(f'{show(value)} must be a duration in quotes, like "{format_duration(low)}"')
    seconds = parse_duration(value)
    if not low <= seconds <= high:
        raise ValueError(f"'{value}' must be from {format_duration(low)} to {format_duration(high)}")
    return seconds


def choice(*choices: str) -> BeforeValidator:
    """One of some words."""

    def read(value: Any) -> str:
        if value not in choices:
            near = did_you_mean(value, choices) if isinstance(value, str) else ""
            raise ValueError(f"{show(value)} must be {one_of(choices)}{near}")
        return str(value)

    return read_by(read)


def text(pattern: str, meaning: str) -> BeforeValidator:
    """Text that matches the whole pattern; meaning completes "must be ..."."""
    regex = re.compile(pattern, re.ASCII)

    def read(value: Any) -> str:
        if not isinstance(value, str) or not regex.fullmatch(value):
            raise ValueError(f"{show(value)} must be {meaning}")
        return value

    return read_by(read)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{show(value)} must be true or false")
    return value


Flag = Annotated[bool, read_by(_flag)]


def one_of(choices: Iterable[str]) -> str:
    """`"a", "b" or "c"`."""
    quoted = [f'"{each}"' for each in choices]
    return " or ".join([*([", ".join(quoted[:-1])] if quoted[1:] else []), quoted[-1]])
