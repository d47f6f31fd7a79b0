"""What a version is trained on: the manifests and every line of them, checked with its image.

File errors: "Terminal manifest file errors"; they have messages and no codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labelpipe.standin import images
from labelpipe.standin.engine import BrokenImage, Example, TrueBox, pixels_of
from labelpipe.standin.errors import ImageTooLargeException, InvalidS3ObjectException, ServiceError
from labelpipe.standin.ground_truth.attributes import Frame, fits
from labelpipe.standin.ground_truth.flaws import Flaw, is_ignored, is_invalid
from labelpipe.standin.ground_truth.manifests import MAX_BYTES, Entry, LineError, lines_of, parse
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import Location


class FileError(Exception):
    """The training ends before any line is looked at; the text becomes the version's StatusMessage."""


@dataclass(frozen=True)
class Line:
    """A line of a manifest with what is wrong with it.

    entry: when the line names an image.
    example, frame: when something of it can be used; the example has all of that, the frame the image's own pixels.
    refusal: the HTTP status with which S3 refused the image.
    """

    text: str
    flaws: tuple[Flaw, ...] = ()
    entry: Entry | None = None
    example: Example | None = None
    frame: Frame = (0, 0)
    refusal: int = 0

    @property
    def is_invalid(self) -> bool:
        return is_invalid(self.flaws)

    @property
    def is_ignored(self) -> bool:
        return is_ignored(self.flaws) and not self.is_invalid

    def labels(self, boxes: bool) -> frozenset[str]:
        """Those of its boxes, or of the whole image, that can be used."""
        if not self.example:
            return frozenset()
        return frozenset(true.label for true in self.example.boxes) if boxes else self.example.labels


def texts_of(file: Path, manifests: Sequence[Location], objects: Objects) -> list[str]:
    """The lines of a dataset's file, or where there is none, of manifests in S3; FileError."""
    if file.exists():
        found = lines_of(file.read_bytes())
    else:
        found = [text for manifest in manifests for text in lines_of(_manifest(manifest, objects))]
    if not found:
        raise FileError("The manifest file is empty.")
    return found


def checked(texts: Sequence[str], objects: Objects) -> Iterator[Line]:
    """Every line with its image. AWS names no error for an image that is in two lines; here its later line has it."""
    seen = set()
    for text in texts:
        line = _line(text, objects)
        if line.entry and line.entry.source in seen:
            again = Flaw("ERROR_INVALID_SOURCE_REF_FORMAT", detail="The image is in an earlier line already.")
            line = Line(text, (*line.flaws, again), line.entry)
        elif line.entry:
            seen.add(line.entry.source)
        yield line


def _manifest(place: Location, objects: Objects) -> bytes:
    where = f"(s3://{place.bucket}/{place.key})"
    if "." not in place.key.rpartition("/")[2]:
        raise FileError(f"The manifest file extension or contents are invalid. {where}")
    try:
        return objects.read(place, limit=MAX_BYTES)
    except ImageTooLargeException as error:
        raise FileError(f"The manifest file size exceeds the maximum supported size. {where}") from error
    except InvalidS3ObjectException as error:
        if _status(error) == 403:
            raise FileError(f"The S3 bucket permissions are incorrect. {where}") from error
        raise FileError(f"The manifest file extension or contents are invalid. {where}") from error


def _line(text: str, objects: Objects) -> Line:
    try:
        entry = parse(text)
    except LineError as error:
        return Line(text, (Flaw(str(error)),))
    if is_ignored(entry.flaws):
        return Line(text, entry.flaws, entry)
    try:
        image = objects.read(entry.source, limit=images.MAX_OBJECT_BYTES)
        return _with_image(entry, image, images.size(image))
    except InvalidS3ObjectException as error:
        return Line(text, (*entry.flaws, Flaw("ERROR_INVALID_IMAGE")), entry, refusal=_status(error))
    except (ServiceError, BrokenImage):
        return Line(text, (*entry.flaws, Flaw("ERROR_INVALID_IMAGE")), entry)


def _with_image(entry: Entry, image: bytes, frame: Frame) -> Line:
    """The line, its boxes held against the image itself: AWS does not say what a wrong image_size is."""
    entry = parse(entry.line, frame)
    if not fits(frame):
        code = "ERROR_INVALID_IMAGE_DIMENSION" if entry.boxes else "ERROR_INVALID_IMAGE"
        return Line(entry.line, (*entry.flaws, Flaw(code)), entry)
    if max(frame) > images.MAX_RATIO * min(frame):
        return Line(entry.line, (*entry.flaws, Flaw("ERROR_INVALID_IMAGE")), entry)
    pixels = pixels_of(image)
    if not entry.is_usable:
        return Line(entry.line, entry.flaws, entry)
    width, height = frame
    boxes = tuple(
        TrueBox(box.label, (box.left / width, box.top / height, box.width / width, box.height / height))
        for box in entry.boxes
    )
    return Line(entry.line, entry.flaws, entry, Example(pixels, entry.labels, boxes), frame)


def _status(error: InvalidS3ObjectException) -> int:
    """The HTTP status of S3's answer."""
    response = getattr(error.__cause__, "response", {})
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 404))
