"""A manifest, or the changes of an update, become lines of a dataset, or fail as a whole.

Errors: "Debugging terminal dataset errors".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from labelpipe.standin import contents
from labelpipe.standin.contents import Line
from labelpipe.standin.ground_truth.flaws import LISTED, with_flaws, without_flaws
from labelpipe.standin.ground_truth.manifests import MAX_INVALID, MAX_LABELS, MAX_LINE, Entry, lines_of, usable
from labelpipe.standin.state import Stats

_MESSAGES = {
    "ERROR_MANIFEST_INACCESSIBLE_OR_UNSUPPORTED_FORMAT": "The manifest file extension or contents are invalid.",
    "ERROR_MANIFEST_SIZE_TOO_LARGE": "The manifest file size exceeds the maximum supported size.",
    "ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM": "The manifest file has too many rows.",
    "ERROR_TOO_MANY_RECORDS_IN_ERROR": "The manifest file has too many terminal errors.",
    "ERROR_MANIFEST_TOO_MANY_LABELS": "The manifest file has too many labels.",
    "ERROR_INSUFFICIENT_IMAGES_PER_LABEL_FOR_DISTRIBUTE": (
        "The manifest file doesn't have enough labeled images to distribute the dataset."
    ),
}


class TerminalError(Exception):
    """The operation fails; the text, a code with its message, becomes the dataset's StatusMessage."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code}: {_MESSAGES[code]}")


@dataclass(frozen=True)
class Manifest:
    """A manifest in S3: its key, and its content unless that is too large."""

    key: str
    content: bytes | None

    def written(self, file: Path, most: int) -> Stats:
        """As write. Its file name must have an extension."""
        if "." not in self.key.rpartition("/")[2]:
            raise TerminalError("ERROR_MANIFEST_INACCESSIBLE_OR_UNSUPPORTED_FORMAT")
        if self.content is None:
            raise TerminalError("ERROR_MANIFEST_SIZE_TOO_LARGE")
        return write(file, self.content, most)


def write(file: Path, manifest: bytes, most: int, old: BinaryIO | None = None) -> Stats:
    """Make the file of the manifest's entries, or of the old file's with those as changes; TerminalError."""
    rows = lines_of(manifest)
    if len(rows) > most:
        raise TerminalError("ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM")
    stats = contents.write(file, _lines(rows), old)
    if stats.labels > MAX_LABELS:
        raise TerminalError("ERROR_MANIFEST_TOO_MANY_LABELS")
    if stats.total > most:
        raise TerminalError("ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM")
    return stats


def _lines(rows: Sequence[str]) -> Iterator[Line]:
    """The usable ones; at the end, TerminalError when more than a fifth were none.

    AWS does not say what a manifest without any usable line is; here its contents are invalid.
    """
    used = 0
    for entry in usable(rows):
        used += 1
        yield _line(entry)
    if not used:
        raise TerminalError("ERROR_MANIFEST_INACCESSIBLE_OR_UNSUPPORTED_FORMAT")
    if len(rows) - used > MAX_INVALID * len(rows):
        raise TerminalError("ERROR_TOO_MANY_RECORDS_IN_ERROR")


def _line(entry: Entry) -> Line:
    boxed = {box.label for box in entry.boxes}
    errors = [flaw for flaw in entry.flaws if not flaw.is_warning]
    line = without_flaws(entry.line)
    shown = with_flaws(line, errors, LISTED) if errors else None
    if shown and len(shown) > MAX_LINE:
        shown = line  # the API tells no longer one
    return Line(entry.uri, line, {name: name in boxed for name in entry.names}, shown)
