"""DistributeDatasetEntries, and the choice of what is moved."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from labelpipe.standin import contents
from labelpipe.standin.arns import Place
from labelpipe.standin.contents import Contents
from labelpipe.standin.errors import InvalidParameterException
from labelpipe.standin.lifecycle import DatasetStatus
from labelpipe.standin.operations.admission import admit
from labelpipe.standin.operations.dataset_work import carry_out, claimed
from labelpipe.standin.operations.datasets import here
from labelpipe.standin.operations.manifest_import import TerminalError
from labelpipe.standin.service import Service
from labelpipe.standin.state import Dataset, State, Stats

SHARE = 0.2  # "DistributeDatasetEntries moves 20% of the training dataset images" (API reference)


def distribute(service: Service, request: dict[str, Any], place: Place, *, in_vain: bool = False) -> dict[str, Any]:
    """Move a fifth of the TRAIN dataset into the empty TEST dataset of the same project."""
    arns = [here(dataset["Arn"], place) for dataset in request["Datasets"]]
    with service.turn() as state:
        now = service.clock()
        train, test = _pair(state, arns, now)
        for dataset in (train, test):
            state.put(claimed(dataset, DatasetStatus.UPDATE_IN_PROGRESS, now))
    entries = service.store.entries_file(train.revision)
    carry_out(service, [train.arn, test.arn], partial(_divided, entries), in_vain=in_vain)
    return {}


def chosen(images: Mapping[int, Collection[str]], share: float = SHARE) -> set[int]:
    """That share of the images: of every label its share and one at least, as far as may be, while one at least stays.

    Args:
        images: the labels of each.

    Raises:
        TerminalError: no image has a label, or a label has one image only. AWS does not say how many are enough.
    """
    moving = _Moving({image: labels or (_UNLABELED,) for image, labels in images.items()}, share)
    if any(count < 2 for label, count in moving.staying.items() if label) or set(moving.staying) <= {_UNLABELED}:
        raise TerminalError("ERROR_INSUFFICIENT_IMAGES_PER_LABEL_FOR_DISTRIBUTE")
    order = list(images)
    random.Random(0).shuffle(order)  # as if by chance, and always the same
    for image in _rarest_first(moving.images, order):
        if moving.lacks(moving.images[image]):
            moving.move(image)
    for image in order:
        moving.move(image)
    return moving.moved


_UNLABELED = ""  # no label's name is empty


class _Moving:
    """Who moves, and what is left of each label."""

    def __init__(self, images: Mapping[int, Collection[str]], share: float) -> None:
        self.images, self.moved = images, set[int]()
        self.staying = Counter(label for labels in images.values() for label in labels)
        self._missing = {label: max(1, round(share * count)) for label, count in self.staying.items()}
        self._room = max(1, round(share * len(images)))

    def lacks(self, labels: Iterable[str]) -> bool:
        """Whether each of the labels has not given its share yet."""
        return all(self._missing[label] > 0 for label in labels)

    def move(self, image: int) -> None:
        """Move it when there is room and no label of its goes as a whole."""
        labels = self.images[image]
        if self._room == len(self.moved) or image in self.moved or any(self.staying[label] < 2 for label in labels):
            return
        self.moved.add(image)
        for label in labels:
            self.staying[label] -= 1
            self._missing[label] -= 1


def _rarest_first(images: Mapping[int, Collection[str]], order: Iterable[int]) -> Iterator[int]:
    """The images of each label, beginning with the label that has the fewest."""
    having: dict[str, list[int]] = {}
    for image in order:
        for label in images[image]:
            having.setdefault(label, []).append(image)
    for _, its in sorted(having.items(), key=lambda label: (len(label[1]), label[0])):
        yield from its


def _pair(state: State, arns: list[str], now: float) -> tuple[Dataset, Dataset]:
    """The TRAIN and the TEST dataset, in this order."""
    first, second = (state.dataset(arn, now) for arn in arns)
    train, test = (first, second) if first.kind == "TRAIN" else (second, first)
    if (train.kind, test.kind) != ("TRAIN", "TEST") or train.project_arn != test.project_arn:
        raise InvalidParameterException("Datasets must be the training and the test dataset of one project.")
    for dataset in (train, test):
        admit("DistributeDatasetEntries", dataset)
    if test.revision.stats.total:
        raise InvalidParameterException(f"The test dataset {test.arn} is not empty.")
    return train, test


def _divided(entries: Path, stay: Path, go: Path) -> list[Stats]:
    """Make the file of what stays and the file of what goes."""
    with closing(Contents(entries)) as train, entries.open("rb") as old:
        positions = chosen(train.labels_by_position())
        return [contents.leave(stay, old, positions), contents.take(go, old, positions)]
