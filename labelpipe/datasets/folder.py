"""Images in a folder: finding them, their size, and setting some aside for testing."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from labelpipe.core.errors import Problem
from labelpipe.datasets.images import LabelledImage, Split

# The formats that Custom Labels trains on ("Guidelines and quotas in Amazon Rekognition Custom Labels").
SUFFIXES = (".jpg", ".jpeg", ".png")


def find_images(folder: Path) -> list[Path]:
    """Every JPEG and PNG file in the folder and its subfolders, by suffix in any case, sorted; hidden ones left out."""
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise Problem(f"{folder} {what}: name a folder that holds JPEG or PNG images")
    found = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
    images = sorted(path for path in found if not _hidden(path.relative_to(folder)))
    if not images:
        raise Problem(f"{folder} holds no image: add files that end in {', '.join(SUFFIXES)}")
    return images


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def image_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels of the stored raster, read from the header alone."""
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            return image.size
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise Problem(f"{path} cannot be read as JPEG or PNG: replace it or move it out of the folder") from error


def require_whole(path: Path) -> None:
    """Raise a Problem when the image cannot be decoded to its end."""
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as image:
            image.load()
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise Problem(f"{path} is damaged or no image: replace it or move it out of the folder") from error


def split(images: Iterable[LabelledImage], *, test_share: float = 0.25, seed: int = 7) -> Split:
    """Set aside about `test_share` of the images of every label; the same seed and images give the same split.

    Rare labels choose first. A label never leaves training, so one that has a single image is not tested.
    """
    if not 0 < test_share < 1:
        raise Problem(f"test_share is {test_share}: it is a share of the images, between 0 and 1")
    shuffled = sorted(images, key=lambda image: image.path)
    random.Random(seed).shuffle(shuffled)
    test = _choose_test(shuffled, test_share)
    if not test:
        raise Problem(f"{len(shuffled)} images are too few to set any aside: give a label at least 2 images")
    return Split(train=_by_path(set(shuffled) - test), test=_by_path(test))


def _choose_test(images: Sequence[LabelledImage], share: float) -> set[LabelledImage]:
    groups: dict[str, list[LabelledImage]] = {}
    for image in images:
        for label in image.label_set or {""}:  # images that show nothing are a group of their own
            groups.setdefault(label, []).append(image)
    spare = {label: len(group) - 1 for label, group in groups.items()}
    test: set[LabelledImage] = set()
    for group in sorted(groups.values(), key=lambda group: (len(group), group[0].path)):
        wanted = max(1, round(share * len(group))) - len(test.intersection(group))
        for image in group:
            labels = image.label_set or {""}
            if wanted > 0 and image not in test and all(spare[label] > 0 for label in labels):
                test.add(image)
                wanted -= 1
                spare.update({label: spare[label] - 1 for label in labels})
    return test


def _by_path(images: Iterable[LabelledImage]) -> list[LabelledImage]:
    return sorted(images, key=lambda image: image.path)
