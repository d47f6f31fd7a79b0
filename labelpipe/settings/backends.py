"""Faults of models that depend on who answers: which keys belong to which backend, and what endpoints share."""

from collections.abc import Iterator, Mapping
from typing import Any

from labelpipe.core.releases import REKOGNITION, SAGEMAKER
from labelpipe.settings.faults import Fault

_KEYS = {
    REKOGNITION: {"project": '"bees"'},
    SAGEMAKER: {
        "endpoint": '"bees"',
        "endpoint_config": '"bees-v3"',
        "answer": '"tensorflow"',
        "labels": '["bee", "ladybird"]',
    },
}
"""With an example of each."""

Models = Mapping[str, Mapping[str, Any]]
"""Tables of models, by their key in the file."""


def models_of(routes: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The tables that can be read."""
    lists = {name: table.get("models") for name, table in routes.items()}
    return {
        f"routes.{name}.models[{number}]": model
        for name, models in lists.items()
        for number, model in enumerate(models if isinstance(models, list) else [])
        if isinstance(model, dict)
    }


def of_backends(routes: Mapping[str, Any]) -> Iterator[Fault]:
    """Every fault of this kind."""
    models = models_of(routes)
    for key, model in models.items():
        if backend_of(model) in (REKOGNITION, SAGEMAKER):
            yield from _missing(key, model)
            yield from _foreign(key, model)
    yield from _shared(models)
    yield from _twice(models)
    yield from _units(routes)


def backend_of(model: Mapping[str, Any]) -> Any:
    """As written, or the default."""
    return model.get("backend", REKOGNITION)


def _missing(key: str, model: Mapping[str, Any]) -> Iterator[Fault]:
    for name, example in _KEYS[backend_of(model)].items():
        named_by_model = name == "labels" and model.get("answer") == "labelpipe"
        if name not in model and not named_by_model:
            yield Fault(f"{key}.{name}", f"is missing; write {name} = {example}")
        if name in model and named_by_model:
            yield Fault(f"{key}.{name}", 'answer = "labelpipe" names its labels itself; take this away')


def _foreign(key: str, model: Mapping[str, Any]) -> Iterator[Fault]:
    given = backend_of(model)
    for backend, keys in _KEYS.items():
        for name in (each for each in keys if each in model and backend != given):
            yield Fault(f"{key}.{name}", f'is for backend = "{backend}", and this model\'s is "{given}"')


def _shared(models: Models) -> Iterator[Fault]:
    """Models may share an endpoint, which has one configuration."""
    first: dict[str, str] = {}
    for key, model in models.items():
        name, config = model.get("endpoint"), model.get("endpoint_config")
        if isinstance(name, str) and first.setdefault(name, config) != config:
            text = f"endpoint '{name}' has '{first[name]}' already; name another endpoint"
            yield Fault(f"{key}.endpoint_config", text)


def _twice(models: Models) -> Iterator[Fault]:
    """One of them would be answered by what the other makes of the answer."""
    met = set[tuple[str, str]]()
    for key, model in models.items():
        route, name = key.rpartition(".models")[0], model.get("endpoint")
        if isinstance(name, str) and (route, name) in met:
            yield Fault(f"{key}.endpoint", f"'{name}' answers for another model of this route already")
        met.add((route, str(name)))


def _units(routes: Mapping[str, Any]) -> Iterator[Fault]:
    text = "are of Rekognition: an endpoint has the instances that its configuration names; take this away"
    for name, table in routes.items():
        policy, backends = table.get("policy"), {backend_of(model) for model in models_of({name: table}).values()}
        if backends == {SAGEMAKER} and isinstance(policy, dict) and "units" in policy:
            yield Fault(f"routes.{name}.policy.units", text)
