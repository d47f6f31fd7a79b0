"""State on disk: one JSON file for the tables, one folder for each dataset and version."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from labelpipe.standin import arns
from labelpipe.standin.folder import reading
from labelpipe.standin.lifecycle import FAILING, VANISHING, DatasetStatus, ProjectStatus, Status
from labelpipe.standin.state import (
    Dataset,
    Location,
    Policy,
    Project,
    Resource,
    Revision,
    Stats,
    Training,
    Version,
    failed,
)

_ENTRIES = re.compile("[0-9a-f]{32}")  # the names of files of entries


class Store:
    """Everything that survives a restart, under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows: dict[str, tuple[Resource, str]] = {}  # by ARN, as last saved

    def load(self) -> tuple[Resource, ...]:
        """What was saved last, or nothing. Unusable: it is damaged, of another version of this code, or no state."""
        file = self.folder / "state.json"
        if not file.exists():
            return ()
        with reading(file, f"name another folder with --state, or remove {self.folder} to begin anew"):
            resources = _resources(json.loads(file.read_text("utf-8")))
        self._sweep(resources)
        return resources

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

    def entries_file(self, revision: Revision) -> Path:
        """The entries of a dataset's revision."""
        return self._made("datasets") / revision.file

    @contextmanager
    def new_entries(self) -> Iterator[Path]:
        """A file for a revision to come; gone again when what follows does not end well."""
        file = self._made("datasets") / uuid4().hex
        try:
            yield file
        except BaseException:
            file.unlink(missing_ok=True)
            raise

    def drop_entries(self, dataset: Dataset) -> None:
        """Remove every file of the dataset, once its row needs none of them."""
        for revision in (dataset.revision, dataset.coming):
            if revision and revision.file:
                self.entries_file(revision).unlink(missing_ok=True)

    def model_folder(self, version_arn: str) -> Path:
        """What a version was trained on and what it learnt."""
        return self._made(f"models/{arns.stamp(version_arn)}")

    def _sweep(self, resources: Iterable[Resource]) -> None:
        """Remove entries that no dataset needs: a crash came between their file and the dataset's row.

        In a folder that a person shares with us, by mistake or not, their files in datasets/ stay.
        """
        datasets = [r for r in resources if isinstance(r, Dataset) and r.status not in VANISHING]
        known = {(dataset.coming or dataset.revision).file for dataset in datasets}
        for file in self._made("datasets").iterdir():
            if _ENTRIES.fullmatch(file.name) and file.name not in known:
                file.unlink()

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def write_whole(file: Path, content: bytes) -> None:
    """Write all or nothing, so that a crash leaves the old content."""
    fresh = file.with_name(file.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(file)


def _resources(tables: Any) -> tuple[Resource, ...]:
    if set(tables) != set(_MAKERS):
        raise ValueError("it has other tables")
    return tuple(_MAKERS[kind](**values) for kind, rows in tables.items() for values in rows)


def _project(
    status: str = "CREATED", becomes: str | None = None, policies: Iterable[Mapping[str, Any]] = (), **values: Any
) -> Project:
    return Project(
        status=ProjectStatus(status),
        becomes=ProjectStatus(becomes) if becomes else None,
        policies=tuple(Policy(**policy) for policy in policies),
        **values,
    )


def _dataset(
    status: str,
    revision: Mapping[str, Any],
    coming: Mapping[str, Any] | None = None,
    becomes: str | None = None,
    **values: Any,
) -> Dataset:
    dataset = Dataset(
        status=DatasetStatus(status),
        becomes=DatasetStatus(becomes) if becomes else None,
        revision=_revision(revision),
        coming=_revision(coming) if coming else None,
        **values,
    )
    if dataset.status not in FAILING or dataset.due is not None:
        return dataset
    stopped = failed(dataset, "The service was stopped meanwhile: try again.", "SERVICE_ERROR")
    return replace(stopped, due=dataset.updated)


def _revision(values: Mapping[str, Any]) -> Revision:
    return Revision(values["file"], Stats(**values["stats"]))


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


_MAKERS = {"Project": _project, "Dataset": _dataset, "Version": _version}
