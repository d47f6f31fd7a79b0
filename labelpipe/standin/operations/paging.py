"""Pages of a list, and the tokens that lead from one to the next.

A token holds a digest of the question and the key of the last item that was shown: what comes and goes meanwhile moves
no other item, and the token of another question (another project, other names) is refused. It is plain text, because
the API's 1,024 characters are too few for the longest label in base64.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from labelpipe.standin.errors import InvalidPaginationTokenException

Item = TypeVar("Item")
Key = TypeVar("Key", int, str)

DEFAULT = 100
_DIGEST = 16  # characters


def page_after(
    items: Sequence[Item],
    request: Mapping[str, Any],
    key: Callable[[Item], Key],
    read: Callable[[str], Key],
    default: int = DEFAULT,
) -> tuple[list[Item], dict[str, str]]:
    """The page that the request asks for, and NextToken when there is another.

    Args:
        items: in ascending order of their keys, which each keeps.
        read: the reverse of str(key); ValueError for what is no key.
    """
    last = last_key(request, read)
    left = items if last is None else [item for item in items if key(item) > last]
    shown = list(left[: size(request, default)])
    return shown, following(request, key(shown[-1])) if len(shown) < len(left) else {}


def size(request: Mapping[str, Any], default: int = DEFAULT) -> int:
    """How many items the request asks for."""
    return int(request.get("MaxResults", default))


def following(request: Mapping[str, Any], key: int | str) -> dict[str, str]:
    """The NextToken of a page that ends with this key, and that another one follows."""
    return {"NextToken": f"{_question(request)}{key}"}


def last_key(request: Mapping[str, Any], read: Callable[[str], Key]) -> Key | None:
    """Where the page before ended; None is the first page, whose token may be empty, as in AWS's examples."""
    token = request.get("NextToken")
    if not token:
        return None
    if token[:_DIGEST] != _question(request):
        raise InvalidPaginationTokenException()
    try:
        return read(token[_DIGEST:])
    except ValueError as error:
        raise InvalidPaginationTokenException() from error


def whole(text: str) -> int:
    """A key that is a number, and small enough for SQLite."""
    if not re.fullmatch("-?[0-9]{1,18}", text):
        raise ValueError(f"{text} is no key")
    return int(text)


def _question(request: Mapping[str, Any]) -> str:
    question = {name: value for name, value in request.items() if name not in ("NextToken", "MaxResults")}
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:_DIGEST]
