"""What may be done to a dataset in each of its statuses: one table, and whoever asks it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from labelpipe.standin.errors import (
    InvalidParameterException,
    ResourceInUseException,
    ResourceNotReadyException,
    ServiceError,
)
from labelpipe.standin.lifecycle import DatasetStatus
from labelpipe.standin.state import Dataset

_IN_USE, _NOT_READY, _INVALID, _OK = ResourceInUseException, ResourceNotReadyException, InvalidParameterException, None

# AWS says in words only that a dataset cannot be deleted while it is created or updated (API reference,
# DeleteDataset). For the rest it gives each operation's errors, and which it is, or whether, is ours:
# a failed creation can only be described and deleted; a failed update leaves what was there before it.
# CreateDataset and CreateProjectVersion are the operations that read the dataset.
_DATASETS: Mapping[str, tuple[type[ServiceError] | None, ...]] = MappingProxyType(
    {
        #                            ------- CREATE_ -------  ------- UPDATE_ -------  DELETE_
        #                            IN_PROG  COMPL.  FAILED  IN_PROG  COMPL.  FAILED  IN_PROGRESS
        "DescribeDataset": (_OK, _OK, _OK, _OK, _OK, _OK, _OK),
        "ListDatasetEntries": (_NOT_READY, _OK, _NOT_READY, _IN_USE, _OK, _OK, _IN_USE),
        "ListDatasetLabels": (_NOT_READY, _OK, _NOT_READY, _IN_USE, _OK, _OK, _IN_USE),
        "UpdateDatasetEntries": (_IN_USE, _OK, _IN_USE, _IN_USE, _OK, _OK, _IN_USE),
        "DistributeDatasetEntries": (_NOT_READY, _OK, _NOT_READY, _NOT_READY, _OK, _OK, _NOT_READY),
        "DeleteDataset": (_IN_USE, _OK, _OK, _IN_USE, _OK, _OK, _IN_USE),
        "CreateDataset": (_INVALID, _OK, _INVALID, _INVALID, _OK, _OK, _INVALID),
        "CreateProjectVersion": (_IN_USE, _OK, _INVALID, _IN_USE, _OK, _OK, _IN_USE),
    }
)


def admit(operation: str, dataset: Dataset) -> Dataset:
    """The dataset, when the operation may have it now; the table's error when not."""
    refused = _DATASETS[operation][[*DatasetStatus].index(dataset.status)]
    if refused:
        raise refused(f"{operation} is not possible: the {dataset.kind} dataset is {dataset.status}.")
    return dataset
