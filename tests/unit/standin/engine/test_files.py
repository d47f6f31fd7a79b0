"""A model's file: strangers' files are refused in one line, and nothing in them is executed."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labelpipe.standin.engine import BrokenModel, Model, load, save
from labelpipe.standin.engine.classifier import CELLS, WINDOWS, Classifier
from labelpipe.standin.engine.features import CHANNELS

FEATURES = CELLS * CELLS * CHANNELS
BLACK = np.zeros((64, 64, 3), np.uint8)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    codes = tuple(np.zeros((1, FEATURES), np.float32) for _ in WINDOWS)
    bias = np.array([0, 1], np.float32)
    weights = np.zeros((2 * len(WINDOWS), 2), np.float32)
    model = Model(
        Classifier(("bee", "wasp"), False, np.ones(FEATURES, np.float32), codes, weights, bias),
        {"bee": 0.4, "wasp": 0.6},
    )
    save(model, tmp_path / "model.npz")
    return tmp_path / "model.npz"


def altered(file: Path, **parts: Any) -> None:
    """Write the file again with other parts; a part that is None is left out."""
    with np.load(file) as arrays:
        whole = {**arrays, **parts}
    np.savez(file, allow_pickle=True, **{name: part for name, part in whole.items() if part is not None})


def test_what_was_saved_is_loaded(file: Path) -> None:
    model = load(file)
    assert model.thresholds == {"bee": 0.4, "wasp": 0.6}
    assert [finding.label for finding in model.find(BLACK)] == ["wasp", "bee"]


def test_the_version_of_scikit_learn_does_not_matter(file: Path) -> None:
    altered(file, scikit_learn="0.1")
    assert load(file).labels == ("bee", "wasp")


class Evil:
    """Writes a file where it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("where", ["whole", "before", "format", "kind", "engine.labels", "thresholds"])
def test_code_in_a_file_is_not_run(file: Path, tmp_path: Path, where: str) -> None:
    evil, trace = Evil(tmp_path / "trace"), tmp_path / "trace"
    if where == "whole":
        file.write_bytes(pickle.dumps(evil))
    elif where == "before":  # a ZIP file may begin with anything
        file.write_bytes(pickle.dumps(evil) + file.read_bytes())
    else:
        altered(file, **{where: np.array([evil, evil], object)})
    with pytest.raises(BrokenModel):
        load(file)
    assert not trace.exists()


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused(file: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    with pytest.raises(BrokenModel, match=r"model\.npz is not a model .* train the version again"):
        load(file)


@pytest.mark.parametrize(
    "parts",
    [
        {"format": 0},
        {"format": None},
        {"kind": "oracle"},
        {"kind": "detector"},
        {"thresholds": np.zeros(3)},
        {"thresholds": np.float32(1)},
        {"engine.weights": np.zeros((5, 2), np.float32)},
        {"engine.bias": np.array(["a", "b"])},
        {"engine.scale": None},
        {"engine.codes.2": None},
    ],
)
def test_parts_that_do_not_fit_together_are_refused(file: Path, parts: dict[str, Any]) -> None:
    altered(file, **parts)
    with pytest.raises(BrokenModel):
        load(file)


def test_another_array_is_refused(file: Path) -> None:
    with file.open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(BrokenModel):
        load(file)


def test_a_part_that_claims_to_be_enormous_is_refused_before_it_is_unpacked(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered(file, **{"engine.bias": np.zeros(2, np.float32)})
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("engine.more.npy", bytes(3_000_000))
    monkeypatch.setattr("labelpipe.standin.engine.model.LARGEST", 2_000_000)
    with pytest.raises(BrokenModel, match="more than 1 MB"):
        load(file)


def test_a_shape_without_the_numbers_for_it_is_refused(file: Path) -> None:
    header = io.BytesIO()
    shape = {"descr": "<f4", "fortran_order": False, "shape": (10**13,)}
    np.lib.format.write_array_header_1_0(header, shape)
    altered(file, **{"engine.bias": None})
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("engine.bias.npy", header.getvalue())
    with pytest.raises(BrokenModel):
        load(file)


def test_a_file_that_is_missing_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "model.npz")
