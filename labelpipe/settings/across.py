"""Faults that no single key shows: overlapping prefixes, too many rules for S3, models that cannot run together."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from labelpipe.core.names import EXTENSIONS, OWN_PREFIX, suffixes
from labelpipe.core.releases import REKOGNITION
from labelpipe.settings.backends import backend_of, models_of, of_backends
from labelpipe.settings.faults import Fault
from labelpipe.settings.model import RouteSettings, Settings
from labelpipe.settings.sizes import MAX_INLINE, MAX_MANAGED, controller_policy, uploaders_policy

MAX_RULES = 100
"""Notification rules of one bucket. Source: AWS General Reference, "Amazon S3 endpoints and quotas"."""

MAX_ROUTES = 12
"""So many fit into the controller's policy with a project each, where names are of ordinary length."""


def across(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Read what can be read of a file that may have other faults, so that one kind does not hide another."""
    tables = raw.get("routes")
    routes = {
        name: table for name, table in (tables if isinstance(tables, dict) else {}).items() if isinstance(table, dict)
    }
    prefixes = {name: table["prefix"] for name, table in routes.items() if _is_prefix(table.get("prefix"))}
    yield from of_backends(routes)
    yield from _overlaps(prefixes)
    yield from _too_many_rules({name: _formats(table) for name, table in routes.items()})
    yield from _too_many_routes(len(routes))
    yield from _too_long_for_the_controller(raw.get("name", Settings.model_fields["name"].default), routes)
    yield from _too_long_for_uploaders(prefixes.values())
    yield from _too_many_models(raw.get("max_running_models", 2), routes)


def _overlaps(prefixes: dict[str, str]) -> Iterator[Fault]:
    for name, prefix in prefixes.items():
        if _overlap(prefix, OWN_PREFIX):
            yield Fault(
                f"routes.{name}.prefix", f"'{prefix}' overlaps '{OWN_PREFIX}', which labelpipe keeps for itself"
            )
    for (first, one), (second, other) in combinations(prefixes.items(), 2):
        if _overlap(one, other):
            yield Fault(
                f"routes.{second}.prefix",
                f"'{other}' overlaps '{one}' of routes.{first}; an image may belong to one route only",
            )


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _is_prefix(value: Any) -> bool:
    return isinstance(value, str) and value.endswith("/")


def _formats(table: Mapping[str, Any]) -> tuple[str, ...]:
    given = table.get("formats", RouteSettings.model_fields["formats"].default)
    return tuple(each for each in given if each in EXTENSIONS) if isinstance(given, (list, tuple)) else ()


def _too_many_rules(formats: dict[str, tuple[str, ...]]) -> Iterator[Fault]:
    count = sum(len(suffixes(each)) for each in formats.values())
    if count > MAX_RULES:
        used = [name for name in EXTENSIONS if any(name in each for each in formats.values())]
        costs = ", ".join(f"{name} {len(suffixes([name]))}" for name in used)
        yield Fault(
            "routes",
            f"{count} notification rules are {count - MAX_RULES} more than the {MAX_RULES} that S3 allows per bucket; "
            f"take formats away (each costs a route: {costs})",
        )


def _too_many_routes(count: int) -> Iterator[Fault]:
    if count > MAX_ROUTES:
        yield Fault(
            "routes", f"{count} routes are more than the {MAX_ROUTES} that one deployment can have; split the file"
        )


def _too_long_for_the_controller(stack: Any, routes: Mapping[str, Any]) -> Iterator[Fault]:
    size = controller_policy(
        str(stack), routes, _named(routes, "project"), _named(routes, "endpoint"), _named(routes, "endpoint_config")
    )
    if size > MAX_INLINE:
        yield Fault(
            "routes",
            f"the controller's permissions would take {size} characters, and IAM allows {MAX_INLINE}; "
            "write shorter names (of the deployment, of routes, of projects and endpoints) or split the file",
        )


def _named(routes: Mapping[str, Any], key: str) -> set[str]:
    """What the models of all routes name."""
    return {name for model in models_of(routes).values() if isinstance(name := model.get(key), str)}


def _too_long_for_uploaders(prefixes: Iterable[str]) -> Iterator[Fault]:
    size = uploaders_policy(prefixes)
    if size > MAX_MANAGED:
        yield Fault(
            "routes",
            f"the uploaders' permissions would take {size} characters, and IAM allows {MAX_MANAGED}; "
            "write shorter prefixes or split the file",
        )


def _too_many_models(slots: Any, routes: Mapping[str, Any]) -> Iterator[Fault]:
    for name, table in routes.items():
        count = sum(backend_of(model) == REKOGNITION for model in models_of({name: table}).values())
        if isinstance(slots, int) and count > slots >= 1:
            yield Fault(
                f"routes.{name}.models",
                f"{count} models run together, and max_running_models is {slots}; raise it or split the route",
            )
