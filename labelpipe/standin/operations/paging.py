"""Pages of a list, and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from labelpipe.standin.errors import InvalidPaginationTokenException

Item = TypeVar("Item")
DEFAULT = 100


def page(items: Sequence[Item], request: Mapping[str, Any]) -> tuple[list[Item], dict[str, str]]:
    """The page that the request asks for, and NextToken when there is another."""
    start = _offset(request["NextToken"]) if "NextToken" in request else 0
    end = start + request.get("MaxResults", DEFAULT)
    token = base64.b64encode(f"from {end}".encode()).decode()
    return list(items[start:end]), {"NextToken": token} if end < len(items) else {}


def _offset(token: str) -> int:
    try:
        words = base64.b64decode(token, validate=True).decode().split()
        if words[0] != "from" or not words[1].isdigit():
            raise InvalidPaginationTokenException()
        return int(words[1])
    except (ValueError, IndexError) as error:
        raise InvalidPaginationTokenException() from error
