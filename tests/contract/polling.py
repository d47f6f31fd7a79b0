"""Waiting for what comes about by itself."""

import time
from collections.abc import Callable
from typing import TypeVar

Told = TypeVar("Told")


def until(
    tell: Callable[[], Told], holds: Callable[[Told], object] = bool, *, seconds: float = 600, pause: float = 0.1
) -> Told:
    """What is told once it holds; AssertionError after so many seconds, with a pause between two askings."""
    ends = time.monotonic() + seconds
    while not holds(told := tell()):
        assert time.monotonic() < ends, f"{seconds:g} s have passed, and it is still {told!r:.300}"
        time.sleep(pause)
    return told


def past(tell: Callable[[], str], passing: str, *, seconds: float = 600, pause: float = 0.1) -> str:
    """The first status that is not the passing one."""
    return until(tell, lambda status: status != passing, seconds=seconds, pause=pause)
