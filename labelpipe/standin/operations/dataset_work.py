"""Work on the entries of a dataset: in a thread of its own, and what its row is told of it.

A dataset is claimed first: it is in a passing status that does not pass by itself. When the work is done it does, and
when a crash comes before, the dataset has failed once the server is back.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from labelpipe.standin.errors import ResourceNotFoundException
from labelpipe.standin.lifecycle import DatasetStatus
from labelpipe.standin.operations.manifest_import import TerminalError
from labelpipe.standin.service import Service
from labelpipe.standin.state import Dataset, Revision, Stats, failed

PATIENCE = 5.0  # seconds that an answer waits for the work, so that what is small is done when it is answered
THREAD = "dataset work"

Work = Callable[..., Sequence[Stats]]  # makes the files that it is given, one for each dataset

# AWS does not publish its words for what is under way or went well.
_MESSAGES: Mapping[DatasetStatus, str] = {
    DatasetStatus.CREATE_IN_PROGRESS: "The dataset is being created.",
    DatasetStatus.CREATE_COMPLETE: "The dataset was created.",
    DatasetStatus.UPDATE_IN_PROGRESS: "The dataset is being updated.",
    DatasetStatus.UPDATE_COMPLETE: "The dataset was updated.",
    DatasetStatus.DELETE_IN_PROGRESS: "The dataset is being deleted.",
}


def claimed(dataset: Dataset, status: DatasetStatus, now: float) -> Dataset:
    """The dataset, which is at rest, in a passing status that has no end yet."""
    return replace(dataset, status=status, updated=now)


def carry_out(service: Service, arns: Sequence[str], work: Work, *, in_vain: bool = False) -> None:
    """Begin the work of the claimed datasets, and wait for it a little. In vain: as Fault.FAILED wants it."""
    thread = threading.Thread(target=_carry_out, args=(service, arns, work, in_vain), name=THREAD, daemon=True)
    thread.start()
    thread.join(PATIENCE)


def told_status(dataset: Dataset) -> dict[str, Any]:
    """The members of a description that are about the last operation."""
    ended_badly = dataset.status in (DatasetStatus.CREATE_FAILED, DatasetStatus.UPDATE_FAILED)
    return {
        "Status": dataset.status,
        "StatusMessage": dataset.failure if ended_badly else _MESSAGES[dataset.status],
        "StatusMessageCode": dataset.failure_code if ended_badly else "SUCCESS",
    }


def _carry_out(service: Service, arns: Sequence[str], work: Work, in_vain: bool) -> None:
    try:
        with ExitStack() as drafts:
            files = [drafts.enter_context(service.store.new_entries()) for _ in arns]
            endings, complaint = _attempt(files, work, in_vain)
            with service.turn() as state:
                before = [state.dataset(arn, service.clock()) for arn in arns]
                for dataset, ending in zip(before, endings, strict=True):
                    state.put(_ended(dataset, ending, service.delays.dataset))
    except ResourceNotFoundException:
        return  # its project was deleted meanwhile, perhaps from under the work
    if complaint:
        print(complaint, file=sys.stderr, end="", flush=True)
    for dataset, ending in zip(before, endings, strict=True):
        if isinstance(ending, Revision):
            service.store.drop_entries(dataset)


Ending = Revision | tuple[str, str]  # what the dataset has then, or why it has failed and whose fault it is


def _attempt(files: Sequence[Path], work: Work, in_vain: bool) -> tuple[Sequence[Ending], str]:
    """The endings of the datasets of those files, and what the log is to hear."""
    why, complaint = ("The service failed: try again later.", "SERVICE_ERROR"), ""
    try:
        stats = work(*files)
        if not in_vain:
            return [Revision(file.name, its) for file, its in zip(files, stats, strict=True)], ""
    except TerminalError as error:
        why = str(error), "CLIENT_ERROR"
    except Exception:  # noqa: BLE001  the last net, as the server's: a bug or a full disk must not leave it claimed
        complaint = traceback.format_exc()
    for file in files:
        file.unlink(missing_ok=True)
    return [why for _ in files], complaint


def _ended(dataset: Dataset, ending: Ending, seconds: float) -> Dataset:
    done = replace(dataset, due=dataset.updated + seconds)
    return replace(done, coming=ending) if isinstance(ending, Revision) else failed(done, *ending)
