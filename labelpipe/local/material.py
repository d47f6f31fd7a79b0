"""What a demo trains on and what it uploads: the drawn sample, or a person's own images."""

from dataclasses import dataclass
from pathlib import Path

from labelpipe.core.errors import Problem
from labelpipe.datasets.folder import find_images, require_whole, split
from labelpipe.datasets.images import LabelledImage, Split
from labelpipe.datasets.manifest import read_manifest
from labelpipe.datasets.sample import draw_sample
from labelpipe.datasets.voc import read_voc
from labelpipe.local.uploads import Upload, mixed, ordinary


@dataclass(frozen=True)
class Material:
    """training is split for the service: what it learns from, and what it chooses thresholds with."""

    route: str
    training: Split
    uploads: list[Upload]
    drawn: bool
    """F1 is promised on the drawn sample only: nobody knows how hard a person's own images are."""
    remarks: tuple[str, ...] = ()

    @property
    def training_size(self) -> int:
        """Images to learn from, with those for the thresholds."""
        return len(self.training.train) + len(self.training.test)


def drawn_material(folder: Path) -> Material:
    """Bees on flowers, the same ones every time."""
    sample = draw_sample(folder)
    return Material("bees", split(sample.train), mixed("bees/", sample.test, folder), drawn=True)


def own_material(images: Path, annotations: Path | None) -> Material:
    """A person's images. Without annotations named, they are looked for among the images."""
    labelled, unlabelled, remarks = _read(images, annotations or images)
    if len(labelled) < 4:
        raise Problem(
            f"{images}: {len(labelled)} labelled images are too few to learn from and to test on: begin with 10"
        )
    for path in [image.path for image in labelled] + unlabelled:
        require_whole(path)
    parts = split(labelled)
    uploads = ordinary("images/", parts.test) + [
        Upload(f"images/{path.name}", path, "SUCCEEDED") for path in unlabelled
    ]
    return Material("images", split(parts.train), uploads, drawn=False, remarks=remarks)


def _read(images: Path, annotations: Path) -> tuple[list[LabelledImage], list[Path], tuple[str, ...]]:
    """A manifest, or a folder of Pascal VOC files."""
    find_images(images)
    if annotations.is_file():
        return read_manifest(annotations, images), [], ()
    if not annotations.is_dir():
        raise Problem(
            f"{annotations}: no such file or folder; --annotations takes a folder of Pascal VOC files or a manifest"
        )
    imported = read_voc(images, annotations)
    return imported.labelled, imported.unlabelled, imported.remarks
