"""A learnt model and its file: arrays and their names, which no library's version can make unreadable."""

from __future__ import annotations

import dataclasses
import io
import struct
import typing
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from labelpipe.standin.engine.classifier import Classifier, fit_classifier
from labelpipe.standin.engine.detector import Detector
from labelpipe.standin.engine.detector_training import DetectorTraining
from labelpipe.standin.engine.evaluation import LabelScore, evaluate
from labelpipe.standin.engine.values import Example, Pixels
from labelpipe.standin.findings import Finding

FORMAT = 1
LARGEST = 256 * 1024**2  # bytes, unpacked; 250 labels take some 20 MB
_KINDS: Mapping[str, type[Any]] = {"detector": Detector, "classifier": Classifier}
# What zipfile, numpy and the engine say of a file that is cut off, altered or somebody else's.
_DAMAGE = (
    *(ArithmeticError, EOFError, LookupError, MemoryError, RuntimeError, TypeError, ValueError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)


class BrokenModel(ValueError):
    """The file holds no model that this engine can use; the text tells why and what to do."""


@dataclass(frozen=True)
class Model:
    """A detector or a classifier with the assumed threshold (0 to 1) of each label."""

    engine: Detector | Classifier
    thresholds: Mapping[str, float]

    @property
    def labels(self) -> tuple[str, ...]:
        return self.engine.labels

    def find(self, pixels: Pixels) -> list[Finding]:
        """Everything that the model sees, surest first, whatever the thresholds."""
        return self.engine.find(pixels)


def learn(train: Sequence[Example], test: Sequence[Example], boxes: bool) -> tuple[Model, list[LabelScore]]:
    """Learn from the first, choose thresholds on the second, and tell how good the model is there."""
    import sklearn.ensemble  # noqa: F401, PLC0415  loads the libraries whose threads are limited

    with threadpool_limits(1):  # on a busy machine more threads wait for each other
        engine = DetectorTraining(train).run() if boxes else fit_classifier(train)
        scores = evaluate(engine.labels, [engine.find(example.pixels) for example in test], test)
    return Model(engine, {score.label: score.threshold for score in scores}), scores


def save(model: Model, file: Path) -> None:
    """Write the model as one npz of plain arrays, with the scikit-learn version that fitted it."""
    import sklearn  # noqa: PLC0415

    kind = next(name for name, maker in _KINDS.items() if isinstance(model.engine, maker))
    content = io.BytesIO()
    np.savez_compressed(
        content,
        format=FORMAT,
        kind=kind,
        scikit_learn=sklearn.__version__,
        thresholds=np.array([model.thresholds[label] for label in model.labels]),
        **dict(_flat(model.engine, "engine")),
    )
    file.write_bytes(content.getvalue())


def load(file: Path) -> Model:
    """The reverse of save; nothing in the file is executed, and no version of scikit-learn matters.

    Raises:
        BrokenModel: not a model, of another format, cut off, or its parts do not fit together.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                raise ValueError(f"more than {LARGEST // 1024**2} MB")
        with np.load(file, allow_pickle=False) as arrays:
            return _read(arrays)
    except _DAMAGE as error:
        raise BrokenModel(
            f"{file} is not a model that this engine can use ({error}): train the version again"
        ) from error


def _read(arrays: Any) -> Model:
    if int(arrays["format"]) != FORMAT:
        raise ValueError(f"format {arrays['format']}, not {FORMAT}")
    engine = _built(_KINDS[str(arrays["kind"])], "engine", arrays)
    model = Model(engine, dict(zip(engine.labels, arrays["thresholds"].tolist(), strict=True)))
    model.find(np.zeros((64, 64, 3), np.uint8))  # parts that do not fit together fail here, not at the first image
    return model


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The arrays in a dataclass of dataclasses, tuples, arrays and numbers, each with its path."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _flat(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, tuple) and isinstance(value[0], np.ndarray):
        for i, item in enumerate(value):
            yield f"{path}.{i}", item
    else:
        yield path, np.array(value)


def _built(kind: Any, path: str, arrays: Any) -> Any:
    """The reverse of _flat, for a value of that type."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _built(hints[name], f"{path}.{name}", arrays) for name in hints})  # type: ignore[operator]
    if kind == tuple[str, ...]:
        return tuple(arrays[path].tolist())
    if typing.get_origin(kind) is tuple:
        count = sum(name.startswith(f"{path}.") for name in arrays)
        return tuple(arrays[f"{path}.{i}"] for i in range(count))
    return arrays[path].item() if kind in (float, bool) else arrays[path]
