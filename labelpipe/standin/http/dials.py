"""What a person or a test may turn while the server runs: /_standin/faults, /_standin/clock, /_standin/limits ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from labelpipe.standin.faults import Kinds
from labelpipe.standin.http import control
from labelpipe.standin.http.control import ControlError, check_names, from_json, parse
from labelpipe.standin.lifecycle import Status
from labelpipe.standin.limits import NAMES, Limits
from labelpipe.standin.service import Service
from labelpipe.standin.state import State, Version
from labelpipe.standin.validation import Number, Structure, Text

FOLDER = "/_standin/"
Told = tuple[int, dict[str, Any]]  # an HTTP status and the body

_YEARS = 10 * 366 * 86400.0  # seconds
_CLOCK = {"forward": Number(0, _YEARS, whole=False), "speed": Number(0, 1_000_000, whole=False)}
_LIMITS = Structure({name: Number(0, whole=not name.endswith("per_second")) for name in NAMES})
_STATUS = Text(values=tuple(Status))


def turn(service: Service, path: str, method: str, body: bytes, kinds: Kinds) -> Told | None:
    """Do what the request asks of the dial: the HTTP status and what is in force now; None: there is no such dial."""
    if path == control.PATH:
        return control.control(method, body, service.injector, kinds)
    if path not in _DIALS:
        return None
    try:
        return 200, _DIALS[path](service, method, body)
    except ControlError as error:
        return 400, {"error": str(error)}


def paths() -> list[str]:
    return [control.PATH, *_DIALS]


def limits_from(text: bytes | str) -> Limits:
    """Limits from their JSON, or from the word off: null is no limit, and what is not given is the service's own."""
    if text in ("off", b"off"):
        return Limits.off()
    given = from_json(text)
    check_names(given, set(NAMES), "the limits")
    set_ones = parse(_LIMITS, given)
    return Limits(**{**set_ones, **dict.fromkeys(name for name in given if given[name] is None)})


def _clock(service: Service, method: str, body: bytes) -> dict[str, Any]:
    """PUT {"forward": seconds, "speed": seconds of the service in a real one}; either may be left out."""
    if method == "PUT":
        given = from_json(body)
        check_names(given, set(_CLOCK), "the clock")
        service.clock.turn(**parse(Structure(_CLOCK), given))
    elif method == "DELETE":
        service.clock.turn(speed=1.0)
    return {"time": service.clock(), "speed": service.clock.speed}


def _limits(service: Service, method: str, body: bytes) -> dict[str, Any]:
    """PUT the limits or "off"; DELETE: the service's own again."""
    if method == "PUT":
        service.limits = limits_from(body)
    elif method == "DELETE":
        service.limits = Limits()
    return asdict(service.limits)


def _statuses(service: Service, method: str, body: bytes) -> dict[str, Any]:
    """PUT {ARN of a version: status}: it stays so until an operation or another PUT changes it."""
    given = from_json(body) if method == "PUT" else {}
    with service.turn() as state:
        known = {version.arn: version for version in state.versions(service.clock())}
        for arn in check_names(given, set(known), "the statuses"):
            _put(state, known[arn], Status(parse(_STATUS, given[arn], arn)))
        return {version.arn: version.status for version in state.versions(service.clock())}


def _put(state: State, version: Version, status: Status) -> None:
    units = version.min_units or (1 if status is Status.RUNNING else None)
    state.put(replace(version, status=status, due=None, becomes=None, message="", min_units=units))


_DIALS: Mapping[str, Callable[[Service, str, bytes], dict[str, Any]]] = MappingProxyType(
    {"/_standin/clock": _clock, "/_standin/limits": _limits, "/_standin/statuses": _statuses}
)
