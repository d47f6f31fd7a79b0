"""State on disk: one JSON file for the tables, one folder for each dataset and version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labelpipe.standin import arns
from labelpipe.standin.lifecycle import DatasetStatus, Status
from labelpipe.standin.state import Dataset, Location, Project, Resource, Training, Version


class Store:
    """Everything that survives a restart, under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows: dict[str, tuple[Resource, str]] = {}  # by ARN, as last saved
        folder.mkdir(parents=True, exist_ok=True)

    def load(self) -> tuple[Resource, ...]:
        file = self.folder / "state.json"
        if not file.exists():
            return ()
        tables = json.loads(file.read_text("utf-8"))
        return tuple(_MAKERS[kind](**values) for kind, rows in tables.items() for values in rows)

    def save(self, resources: Iterable[Resource]) -> None:
        """Write all; only those that are not the ones of the last time are put into JSON anew. For one at a time."""
        rows = {resource.arn: (resource, self._row(resource)) for resource in resources}
        tables: dict[str, list[str]] = {kind: [] for kind in _MAKERS}
        for resource, row in rows.values():
            tables[type(resource).__name__].append(row)
        lists = (f'"{kind}": [\n' + ",\n".join(table) + "]" for kind, table in tables.items())
        write_whole(self.folder / "state.json", ("{" + ",\n".join(lists) + "}\n").encode())
        self._rows = rows

    def _row(self, resource: Resource) -> str:
        same, row = self._rows.get(resource.arn, (None, ""))
        return row if same is resource else json.dumps(asdict(resource))

    def dataset_file(self, dataset_arn: str) -> Path:
        """The manifest lines of a dataset."""
        return self._made("datasets") / f"{arns.stamp(dataset_arn)}.manifest"

    def model_folder(self, version_arn: str) -> Path:
        """What a version was trained on and what it learnt."""
        return self._made(f"models/{arns.stamp(version_arn)}")

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def write_whole(file: Path, content: bytes) -> None:
    """Write all or nothing, so that a crash leaves the old content."""
    fresh = file.with_name(file.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(file)


def _dataset(status: str, **values: Any) -> Dataset:
    return Dataset(status=DatasetStatus(status), **values)


def _version(
    status: str,
    inputs: Mapping[str, Any],
    training: Mapping[str, Any] | None,
    becomes: str | None = None,
    **values: Any,
) -> Version:
    return Version(
        status=Status(status),
        becomes=Status(becomes) if becomes else None,
        inputs={kind: tuple(Location(**place) for place in places) for kind, places in inputs.items()},
        training=training_from(training) if training else None,
        **values,
    )


def training_from(values: Mapping[str, Any]) -> Training:
    """The reverse of asdict."""
    summary, manifests = values["summary"], values["manifests"]
    return Training(
        **{
            **values,
            "summary": Location(**summary) if summary else None,
            "manifests": {name: Location(**place) for name, place in manifests.items()},
        }
    )


_MAKERS = {"Project": Project, "Dataset": _dataset, "Version": _version}
