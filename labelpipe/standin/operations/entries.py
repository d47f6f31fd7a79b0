"""ListDatasetEntries, ListDatasetLabels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.contents import Contents
from labelpipe.standin.operations.admission import admit
from labelpipe.standin.operations.paging import following, last_key, size, whole
from labelpipe.standin.service import Service


def listed(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    """JSON Lines in the order in which their images came into the dataset; AWS does not say in which they come."""
    last, most = last_key(request, whole), size(request)
    with _contents(service, request, "ListDatasetEntries") as contents:
        found = contents.page(last, most + 1, request)
    token = following(request, found[most - 1][0]) if len(found) > most else {}
    return {"DatasetEntries": [line for _, line in found[:most]], **token}


def labels(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    """Labels by name; AWS does not say in which order they come."""
    last, most = last_key(request, str), size(request)
    with _contents(service, request, "ListDatasetLabels") as contents:
        found = contents.labels(last, most + 1)
    described = [
        {"LabelName": name, "LabelStats": {"EntryCount": images, "BoundingBoxCount": boxed}}
        for name, images, boxed in found[:most]
    ]
    token = following(request, found[most - 1][0]) if len(found) > most else {}
    return {"DatasetLabelDescriptions": described, **token}


@contextmanager
def _contents(service: Service, request: dict[str, Any], operation: str) -> Iterator[Contents]:
    """The dataset's entries, opened within the turn, for an update may then remove the file, and read outside it."""
    with service.turn() as state:
        dataset = admit(operation, state.dataset(request["DatasetArn"], service.clock()))
        contents = Contents(service.store.entries_file(dataset.revision))
    with closing(contents):
        yield contents
