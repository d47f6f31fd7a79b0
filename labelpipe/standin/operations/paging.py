"""Pages of a list, and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from labelpipe.standin.errors import InvalidPaginationTokenException

Item = TypeVar("Item")
DEFAULT = 100
_TOKEN = re.compile(rb"from ([0-9]{1,15})")


def page(items: Sequence[Item], request: Mapping[str, Any]) -> tuple[list[Item], dict[str, str]]:
    """The page that the request asks for, and NextToken when there is another."""
    start = _offset(request["NextToken"]) if request.get("NextToken") else 0
    end = start + size(request)
    token = base64.b64encode(f"from {end}".encode()).decode()
    return list(items[start:end]), {"NextToken": token} if end < len(items) else {}


def _offset(token: str) -> int:
    try:
        found = _TOKEN.fullmatch(base64.b64decode(token, validate=True))
    except ValueError:
        found = None
    if not found:
        raise InvalidPaginationTokenException()
    return int(found[1])


def size(request: Mapping[str, Any], default: int = DEFAULT) -> int:
    """How many items the request asks for."""
    return int(request.get("MaxResults", default))


def page_after(
    items: Sequence[Item], request: Mapping[str, Any], key: Callable[[Item], int | str], default: int = DEFAULT
) -> tuple[list[Item], dict[str, str]]:
    """As page, of items in ascending order of a key that each keeps: what comes and goes meanwhile moves no other.

    The token is the last key; that of another question (another project, other names) is refused.
    """
    last = last_key(request)
    left = items if last is None else [item for item in items if key(item) > last]  # type: ignore[operator]
    shown = list(left[: size(request, default)])
    return shown, following(request, key(shown[-1])) if len(shown) < len(left) else {}


def following(request: Mapping[str, Any], key: int | str) -> dict[str, str]:
    """The NextToken of a page that ends with this key, and that another one follows."""
    return {"NextToken": base64.b64encode(json.dumps([_question(request), key]).encode()).decode()}


def last_key(request: Mapping[str, Any]) -> int | str | None:
    """Where the page before ended; None is the first page, whose token may be empty, as in AWS's examples."""
    token = request.get("NextToken")
    if not token:
        return None
    try:
        asked, last = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidPaginationTokenException() from error
    if asked != _question(request) or not isinstance(last, int | str):
        raise InvalidPaginationTokenException()
    return last


def _question(request: Mapping[str, Any]) -> str:
    question = {name: value for name, value in request.items() if name not in ("NextToken", "MaxResults")}
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:16]
