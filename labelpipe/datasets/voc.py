"""Pascal VOC annotations: one XML file per image, matched to it by file stem."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree  # noqa: S405 - the parser below refuses what could harm

from labelpipe.core.errors import Problem
from labelpipe.datasets.folder import find_images, image_size
from labelpipe.datasets.images import Box, LabelledImage


@dataclass(frozen=True)
class Imported:
    """What an import brought: images with their boxes, images still to be labelled, and one line per box left out."""

    labelled: list[LabelledImage]
    unlabelled: list[Path]
    remarks: tuple[str, ...] = ()


def read_voc(images: Path, annotations: Path) -> Imported:
    """Read every `STEM.xml` in `annotations` as the boxes of `STEM.jpg`, `.jpeg` or `.png` in `images`.

    Boxes are clipped to the image; one with nothing left is dropped and told in `remarks`. Images without an
    annotation are `unlabelled`; a `Problem` is an annotation without its image, or one that cannot be read.
    """
    by_stem = _images_by_stem(images)
    files = _annotation_files(annotations)
    if not by_stem.keys() & {file.stem for file in files}:
        raise Problem(
            f"no annotation in {annotations} has the name of an image in {images}: bee1.xml belongs to bee1.jpg"
        )
    remarks: list[str] = []
    labelled = [_read(file, by_stem, remarks) for file in files]
    unlabelled = sorted(set(by_stem.values()) - {image.path for image in labelled})
    return Imported(labelled, unlabelled, tuple(remarks))


def _images_by_stem(folder: Path) -> dict[str, Path]:
    by_stem: dict[str, Path] = {}
    for path in find_images(folder):
        if other := by_stem.get(path.stem):
            raise Problem(f"{path} and {other} share one annotation name, {path.stem}.xml: rename one of them")
        by_stem[path.stem] = path
    return by_stem


def _annotation_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise Problem(f"{folder} is not a folder: name the folder that holds the Pascal VOC .xml files")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".xml" and not path.name.startswith("."))
    if not files:
        raise Problem(f"{folder} holds no .xml file: name the folder that holds the Pascal VOC annotations")
    return files


def _read(file: Path, by_stem: dict[str, Path], remarks: list[str]) -> LabelledImage:
    path = by_stem.get(file.stem)
    if path is None:
        raise Problem(f"{file} has no image {file.stem}.jpg, .jpeg or .png: add the image or remove the annotation")
    root, (width, height) = _parse(file), image_size(path)
    _check_size(file, root, width, height)
    boxes = []
    for number, item in enumerate(root.iterfind("object"), 1):
        box = _box(file, number, item).clipped(width, height)
        if box.area:
            boxes.append(box)
        else:
            remarks.append(f"{file}: object {number} ({box.label}) has no area inside the image and was left out")
    return LabelledImage(path, width, height, tuple(boxes))


class _PlainTree(ElementTree.TreeBuilder):
    """Refuses declarations: by them XML reads other files, or grows without end. Entities stand inside a DOCTYPE."""

    def doctype(self, name: str, public_id: str | None, system: str | None) -> None:
        raise ValueError("it declares a DOCTYPE, which annotations never need")


def _parse(file: Path) -> ElementTree.Element:
    parser = ElementTree.XMLParser(target=_PlainTree())  # noqa: S314 - it refuses what could harm
    try:
        parser.feed(file.read_bytes())
        root = parser.close()
    except (OSError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise Problem(f"{file} is not readable XML ({error}): mend it or export it again") from error
    if root.tag != "annotation":
        raise Problem(f"{file} holds <{root.tag}>, not a Pascal VOC <annotation>: export it again as Pascal VOC")
    return root


def _check_size(file: Path, root: ElementTree.Element, width: int, height: int) -> None:
    said = (root.findtext("size/width") or "0").strip(), (root.findtext("size/height") or "0").strip()
    if said not in (("0", "0"), (str(width), str(height))):
        raise Problem(
            f"{file} was drawn on {said[0]} x {said[1]} pixels but the image has {width} x {height}: "
            "restore that image, or annotate this one (a photo turned by its EXIF tag must be turned for good first)"
        )


def _box(file: Path, number: int, item: ElementTree.Element) -> Box:
    """Pixels are counted from 1 in Pascal VOC, and the last one belongs to the box ("VOC2012 Development Kit")."""
    label = (item.findtext("name") or "").strip()
    try:
        left, top, right, bottom = (
            round(float(item.findtext(f"bndbox/{side}", ""))) for side in ("xmin", "ymin", "xmax", "ymax")
        )
    except (ValueError, OverflowError) as error:
        raise Problem(f"{file}: object {number} needs numbers for xmin, ymin, xmax, ymax: mend its bndbox") from error
    if not label:
        raise Problem(f"{file}: object {number} has no name: give it a label")
    empty = right <= left or bottom <= top
    return Box(label, left - 1, top - 1, 0 if empty else right - left + 1, 0 if empty else bottom - top + 1)
