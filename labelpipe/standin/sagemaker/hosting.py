"""Models, configurations and endpoints under one lock, in one file that survives a restart."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.folder import reading
from labelpipe.standin.sagemaker.errors import ValidationException
from labelpipe.standin.sagemaker.resources import (
    Container,
    Endpoint,
    EndpointConfig,
    Model,
    Resource,
    Status,
    Variant,
    arn,
    settled,
)
from labelpipe.standin.store import write_whole

# How errors and ARNs name each kind.
_CALLED = {Model: "model", EndpointConfig: "endpoint configuration", Endpoint: "endpoint"}
_IN_ARN = {Model: "model", EndpointConfig: "endpoint-config", Endpoint: "endpoint"}


class Table:
    """The resources of one Region's account at one time, during a turn."""

    def __init__(self, resources: dict[str, Resource], place: Place, now: float) -> None:
        self.place, self.now, self._resources = place, now, resources

    def arn(self, kind: type[Resource], name: str) -> str:
        return arn(self.place, _IN_ARN[kind], name)

    def find(self, kind: type[Resource], name: str) -> Any:
        """The resource of that name, or ValidationException."""
        if (found := self._resources.get(self.arn(kind, name))) is None:
            raise ValidationException(f'Could not find {_CALLED[kind]} "{self.arn(kind, name)}".')
        return found

    def check_free(self, kind: type[Resource], name: str) -> None:
        if (taken := self.arn(kind, name)) in self._resources:
            raise ValidationException(f'Cannot create already existing {_CALLED[kind]} "{taken}".')

    def put(self, resource: Resource) -> None:
        self._resources[resource.arn] = resource

    def remove(self, resource: Resource) -> None:
        del self._resources[resource.arn]

    def endpoints(self) -> list[Endpoint]:
        return [r for r in self._resources.values() if isinstance(r, Endpoint) and self.place.holds(r.arn)]


class Hosting:
    """What SageMaker hosts, kept in sagemaker.json of the folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "sagemaker.json"
        self._resources = _read(self._file)
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, place: Place, now: float) -> Iterator[Table]:
        """The table, for one operation alone: kept when the turn ends well, forgotten when it does not."""
        with self._lock:
            draft = _settled(self._resources, now)
            yield Table(draft, place, now)
            if draft != self._resources:
                write_whole(self._file, json.dumps([_row(r) for r in draft.values()], indent=1).encode())
                self._resources = draft


def _settled(resources: Mapping[str, Resource], now: float) -> dict[str, Resource]:
    current = (settled(r, now) if isinstance(r, Endpoint) else r for r in resources.values())
    return {resource.arn: resource for resource in current if resource is not None}


def _row(resource: Resource) -> dict[str, Any]:
    return {"kind": type(resource).__name__, **asdict(resource)}


def _read(file: Path) -> dict[str, Resource]:
    if not file.exists():
        return {}
    with reading(file, "remove it, and create models and endpoints anew"):
        return {row["arn"]: _MAKERS[row.pop("kind")](**row) for row in json.loads(file.read_text("utf-8"))}


def _model(container: Mapping[str, Any], **values: Any) -> Model:
    return Model(container=Container(**container), **values)


def _variants(rows: list[dict[str, Any]]) -> tuple[Variant, ...]:
    return tuple(Variant(**row) for row in rows)


def _config(variants: list[dict[str, Any]], **values: Any) -> EndpointConfig:
    return EndpointConfig(variants=_variants(variants), **values)


def _endpoint(variants: list[dict[str, Any]], status: str, becomes: str | None, **values: Any) -> Endpoint:
    then = Status(becomes) if becomes else None
    return Endpoint(variants=_variants(variants), status=Status(status), becomes=then, **values)


_MAKERS = {"Model": _model, "EndpointConfig": _config, "Endpoint": _endpoint}
