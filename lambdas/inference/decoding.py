"""Turns to decode, one after another: it takes memory, and a batch of large images may not decode at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from labelpipe.core.inference.causes import Cause, Failure

_ONE_AT_A_TIME = Lock()


@contextmanager
def turn_to_decode(deadline: float) -> Iterator[None]:
    """The deadline is on the clock of time.monotonic. Without a turn before it, an image waits, TOO_FAST: it is not to
    blame for the others that are decoded first."""
    if not _ONE_AT_A_TIME.acquire(timeout=max(deadline - time.monotonic(), 0)):
        raise Failure(Cause.TOO_FAST, "no turn to be decoded in the time that was left")
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()
