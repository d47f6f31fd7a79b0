"""GET, PUT and DELETE /_standin/faults: what is to go wrong, read and changed while the server runs."""

from __future__ import annotations

import json
from typing import Any

from labelpipe.standin.errors import InvalidParameterException
from labelpipe.standin.faults import Fault, Faults, Kinds
from labelpipe.standin.findings import Finding
from labelpipe.standin.injection import Injector
from labelpipe.standin.validation import Number, Sequence, Structure, Text

PATH = "/_standin/faults"

_RATIO = Number(0, 1, whole=False)
_SIDES = ("Left", "Top", "Width", "Height")
_BOX = Structure(dict.fromkeys(_SIDES, _RATIO), _SIDES)
_GEOMETRY = Structure({"BoundingBox": _BOX}, ("BoundingBox",))
_LABEL = Structure(
    {"Name": Text(1, 255), "Confidence": Number(0, 100, whole=False), "Geometry": _GEOMETRY}, ("Name", "Confidence")
)
_SHAPE = {
    "seed": Number(),
    "slow_seconds": Number(0, 3600, whole=False),
    "images_per_second": Number(0.001, whole=False),
    "fixed_answer": Sequence(_LABEL),
}


class ControlError(Exception):
    """What was asked for makes no sense; the text says why."""


def control(method: str, body: bytes, injector: Injector, kinds: Kinds) -> tuple[int, dict[str, Any]]:
    """Do what the request asks: the HTTP status, and the faults in force with the counts so far."""
    try:
        if method == "PUT":
            injector.put(parsed(body, kinds))
        elif method == "DELETE":
            injector.put(Faults())
    except ControlError as error:
        return 400, {"error": str(error)}
    return 200, {"faults": _shown(injector.faults), **injector.counts()}


def parsed(text: bytes | str, kinds: Kinds) -> Faults:
    """Faults from their JSON; what is not given is off."""
    given = from_json(text)
    check_names(given, {*_SHAPE, "rates"}, "the faults")
    rates = given.pop("rates", {})
    values = parse(Structure(_SHAPE), given)
    rates = {name: _rates(name, rates[name], kinds[name]) for name in check_names(rates, set(kinds), "rates")}
    if "fixed_answer" in values:
        values["fixed_answer"] = tuple(_finding(label) for label in values["fixed_answer"])
    return Faults(rates=rates, **values)


def _rates(operation: str, given: Any, kinds: frozenset[Fault]) -> dict[Fault, float]:
    path = f"rates.{operation}"
    rates = {Fault(kind): parse(_RATIO, given[kind], f"{path}.{kind}") for kind in check_names(given, set(kinds), path)}
    if sum(rates.values()) > 1 + 1e-9:
        raise ControlError(f"{path} must not add up to more than 1: a call gets one fault at most")
    return rates


def from_json(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ControlError(f"this is not JSON: {error}") from error


def parse(shape: Any, given: Any, path: str = "") -> Any:
    """As the shape does, with an error of ours."""
    try:
        return shape.parse(given, path)
    except InvalidParameterException as error:
        raise ControlError(str(error).removeprefix(f"{InvalidParameterException.message}: ")) from error


def check_names(given: Any, known: set[Any], path: str) -> list[str]:
    """The object's names, or what is wrong with it."""
    if not isinstance(given, dict):
        raise ControlError(f"{path} must be a JSON object")
    for name in given:
        if name not in known:
            names = f"only {', '.join(sorted(map(str, known)))}" if known else "since nothing is there yet"
            raise ControlError(f"{path} cannot have {name}, {names}")
    return list(given)


def _finding(label: dict[str, Any]) -> Finding:
    box = label["Geometry"]["BoundingBox"] if "Geometry" in label else None
    ratios = (box["Left"], box["Top"], box["Width"], box["Height"]) if box else None
    return Finding(label["Name"], label["Confidence"] / 100, ratios)


def _shown(faults: Faults) -> dict[str, Any]:
    answer = faults.fixed_answer
    return {
        "seed": faults.seed,
        "rates": faults.rates,
        "slow_seconds": faults.slow_seconds,
        "images_per_second": faults.images_per_second,
        "fixed_answer": None if answer is None else [finding.told() for finding in answer],
    }
