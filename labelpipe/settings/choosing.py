"""A route, or all of them, as people name it on the command line."""

from collections.abc import Mapping
from typing import TypeVar

from labelpipe.core.errors import Problem

_T = TypeVar("_T")


def some_routes(routes: Mapping[str, _T], name: str | None) -> dict[str, _T]:
    """That route, or all of them when none is named. A Problem for a name that no route has."""
    if name is not None and name not in routes:
        raise Problem(f"there is no route '{name}': the routes are {', '.join(routes)}")
    return {each: of for each, of in routes.items() if name in (None, each)}


def one_route(routes: Mapping[str, _T], name: str | None) -> _T:
    """That route, or the only one. A Problem when there are several and none is named."""
    found = some_routes(routes, name)
    if len(found) != 1:
        raise Problem(f"say which route is meant: the routes are {', '.join(routes)}")
    return next(iter(found.values()))
