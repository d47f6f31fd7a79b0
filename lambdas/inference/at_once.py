"""Several calls at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


def at_once(calls: Sequence[Callable[[], _T]]) -> list[_T | Exception]:
    """What each returned or raised, in the calls' order. A single one is made right here, without a thread."""
    if len(calls) <= 1:
        return [_outcome(call) for call in calls]
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(_outcome, calls))


def _outcome(call: Callable[[], _T]) -> _T | Exception:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 (raised again by whoever weighs the outcomes)
        return error
