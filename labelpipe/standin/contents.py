"""The entries of a dataset: an SQLite file that is written once, whole, and then only read.

A change makes another file, so that a crash leaves the old entries or the new ones, and a reader never sees half.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from labelpipe.standin.state import Stats

if TYPE_CHECKING:
    import sqlite3  # else where it is used: a server starts without it

_SCHEMA = """
CREATE TABLE entries (
  position INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, labeled INTEGER NOT NULL, faulty INTEGER NOT NULL
);
CREATE TABLE lines (position INTEGER PRIMARY KEY, line TEXT NOT NULL, shown TEXT);
CREATE TABLE uses (
  label TEXT NOT NULL, position INTEGER NOT NULL, boxed INTEGER NOT NULL, PRIMARY KEY (label, position)
) WITHOUT ROWID;
CREATE INDEX uses_of_entry ON uses (position);
"""


@dataclass(frozen=True)
class Line:
    """One image: its JSON Line, its labels (to True those that have a box), and the line as it is listed.

    shown: the line with what is wrong with it; None when nothing is.
    """

    source: str
    line: str
    labels: Mapping[str, bool]
    shown: str | None = None


def write(file: Path, lines: Iterable[Line], old: BinaryIO | None = None) -> Stats:
    """Make the file: what the old one has, and the lines, each in the place of the image's former one or at the end."""
    with _made(file, old) as database:
        for line in lines:
            _put(database, line)
        return _counts(database)


def take(file: Path, old: BinaryIO, positions: Iterable[int]) -> Stats:
    """Make the file from those entries of the old one."""
    return _without(file, old, positions, "NOT IN")


def leave(file: Path, old: BinaryIO, positions: Iterable[int]) -> Stats:
    """Make the file from the other entries of the old one."""
    return _without(file, old, positions, "IN")


class Contents:
    """The entries of such a file; to be closed."""

    def __init__(self, file: Path) -> None:
        import sqlite3  # noqa: PLC0415

        # It stays readable when the file is removed.
        self._database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        self._database.close()

    def page(self, last: int | None, size: int, chosen: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Positions and lines after the last position, of those that the filters of ListDatasetEntries choose."""
        conditions, values = _conditions(chosen)
        found = self._database.execute(
            f"SELECT position FROM entries WHERE position > ?{conditions} ORDER BY position LIMIT ?",  # noqa: S608
            (last or 0, *values, size),
        ).fetchall()
        return [(position, self._shown(position)) for (position,) in found]

    def labels(self, last: str | None, size: int) -> list[tuple[str, int, int]]:
        """Labels by name, after the last: the name, the images that have it, and the images that have it on a box."""
        return self._database.execute(
            "SELECT label, count(*), sum(boxed) FROM uses WHERE label > ? GROUP BY label ORDER BY label LIMIT ?",
            (last or "", size),
        ).fetchall()

    def lines(self) -> Iterator[str]:
        """Every line as it was written."""
        return (line for (line,) in self._database.execute("SELECT line FROM lines ORDER BY position"))

    def labels_by_position(self) -> dict[int, frozenset[str]]:
        found: dict[int, set[str]] = {p: set() for (p,) in self._database.execute("SELECT position FROM entries")}
        for position, label in self._database.execute("SELECT position, label FROM uses"):
            found[position].add(label)
        return {position: frozenset(labels) for position, labels in found.items()}

    def _shown(self, position: int) -> str:
        query = "SELECT coalesce(shown, line) FROM lines WHERE position = ?"
        return str(self._database.execute(query, (position,)).fetchone()[0])


@contextmanager
def _made(file: Path, old: BinaryIO | None) -> Iterator[sqlite3.Connection]:
    """The database that becomes the file: nobody else has it yet, and one that is not finished is thrown away."""
    import sqlite3  # noqa: PLC0415

    _begin(file, old)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + ("" if old else _SCHEMA))
        yield database
        database.execute("COMMIT")


def _begin(file: Path, old: BinaryIO | None) -> None:
    import shutil  # noqa: PLC0415

    with file.open("wb") as copied:
        if old:
            old.seek(0)
            shutil.copyfileobj(old, copied, 2**20)


def _put(database: sqlite3.Connection, line: Line) -> None:
    before = database.execute("SELECT position FROM entries WHERE source = ?", (line.source,)).fetchone()
    if before:
        database.execute("DELETE FROM uses WHERE position = ?", before)
    position = database.execute(
        "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)",
        (*(before or (None,)), line.source, bool(line.labels), line.shown is not None),
    ).lastrowid
    database.execute("INSERT OR REPLACE INTO lines VALUES (?, ?, ?)", (position, line.line, line.shown))
    database.executemany(
        "INSERT INTO uses VALUES (?, ?, ?)", [(label, position, boxed) for label, boxed in line.labels.items()]
    )


def _without(file: Path, old: BinaryIO, positions: Iterable[int], which: str) -> Stats:
    with _made(file, old) as database:
        database.execute("CREATE TEMP TABLE chosen (position INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO chosen VALUES (?)", [(position,) for position in positions])
        for table in ("uses", "lines", "entries"):
            database.execute(f"DELETE FROM {table} WHERE position {which} (SELECT position FROM chosen)")  # noqa: S608
        return _counts(database)


def _counts(database: sqlite3.Connection) -> Stats:
    total, labeled, errors = database.execute(
        "SELECT count(*), coalesce(sum(labeled), 0), coalesce(sum(faulty), 0) FROM entries"
    ).fetchone()
    (labels,) = database.execute("SELECT count(DISTINCT label) FROM uses").fetchone()
    return Stats(labeled, total, labels, errors)


def _conditions(chosen: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The SQL of the filters, and its values. HasErrors False is no filter, as AWS's example of the call has it."""
    conditions = " AND faulty" if chosen.get("HasErrors") else ""
    values: list[Any] = []
    for name, condition in (("Labeled", " AND labeled = ?"), ("SourceRefContains", " AND instr(source, ?)")):
        if name in chosen:
            conditions, values = conditions + condition, [*values, chosen[name]]
    if wanted := chosen.get("ContainsLabels"):
        marks = ", ".join("?" * len(wanted))
        conditions += f" AND position IN (SELECT position FROM uses WHERE label IN ({marks}))"  # noqa: S608
        values = [*values, *wanted]
    return conditions, values
