"""What the demo leaves to look at: a table, a contact sheet and a summary for programs."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.local.answers import Answer
from labelpipe.pictures.boxes import DrawnBox
from labelpipe.pictures.sheet import Tile, contact_sheet

COLOURS = {"SUCCEEDED": "green", "REJECTED": "yellow", "FAILED": "red", "MISSING": "red"}


@dataclass(frozen=True)
class Summary:
    """Counts of uploads by what came back. f1: 0 to 1, None when the truth is unknown."""

    images: int
    succeeded: int
    rejected: int
    failed: int
    missing: int
    unexpected: int
    f1: float | None
    seconds: float
    model_running_minutes: float

    @classmethod
    def of(cls, answers: Sequence[Answer], *, f1: float | None, seconds: float, running_seconds: float) -> "Summary":
        """Count the answers."""
        statuses = Counter(answer.status for answer in answers)
        return cls(
            images=len(answers),
            succeeded=statuses["SUCCEEDED"],
            rejected=statuses["REJECTED"],
            failed=statuses["FAILED"],
            missing=statuses["MISSING"],
            unexpected=sum(not answer.expected for answer in answers),
            f1=None if f1 is None else round(f1, 4),
            seconds=round(seconds, 1),
            model_running_minutes=round(running_seconds / 60, 2),
        )

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


def keep(answers: Sequence[Answer], folder: Path) -> None:
    """Write every result into a file named by its key."""
    for answer in answers:
        if answer.result:
            path = folder / f"{answer.upload.key}{RESULT_SUFFIX}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(answer.result, indent=1, ensure_ascii=False))


def specimen(answers: Sequence[Answer]) -> str:
    """The shortest result that has labels, a member a line; empty when there is none."""
    labelled = [answer for answer in answers if answer.labels]
    if not labelled:
        return ""
    answer = min(labelled, key=lambda each: len(json.dumps(each.result)))
    lines = [
        f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in (answer.result or {}).items()
    ]
    return f"{answer.upload.key}{RESULT_SUFFIX}\n{{\n" + ",\n".join(lines) + "\n}"


def table(answers: Sequence[Answer]) -> Table:
    """One row an upload: its key, what came back, and why it was interesting."""
    rows = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("key", "status", "labels", "note"):
        rows.add_column(heading, overflow="fold")
    for answer in answers:
        rows.add_row(answer.upload.key, _status(answer), _labels(answer), _note(answer))
    return rows


def _status(answer: Answer) -> Text:
    text = Text(answer.status, style=COLOURS[answer.status])
    return text if answer.expected else text.append(f" (expected {answer.upload.expected})", style="bold red")


def _labels(answer: Answer) -> str:
    counts = Counter(str(label["Name"]) for label in answer.labels)
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "-"


def _note(answer: Answer) -> Text:
    intended = answer.expected and answer.status == "REJECTED"
    parts = [answer.upload.note, answer.reason.partition(":")[0], "refused, as intended" if intended else ""]
    return Text("; ".join(part for part in parts if part), style="dim")


def draw_sheet(answers: Sequence[Answer], summary: Summary, path: Path) -> None:
    """Every upload with its boxes, in one picture."""
    f1 = "" if summary.f1 is None else f" · F1 {summary.f1:.2f}"
    subtitle = f"{summary.succeeded} labelled, {summary.rejected} refused, {summary.failed} failed, "
    subtitle += f"{summary.missing} missing{f1}"
    sheet = contact_sheet(
        [_tile(answer) for answer in answers], title="labelpipe: images in, JSON out", subtitle=subtitle
    )
    sheet.save(path)


def _tile(answer: Answer) -> Tile:
    picture = answer.upload.path if answer.status == "SUCCEEDED" else None
    boxes = [_box(label) for label in answer.labels if "Geometry" in label]
    whole = ", ".join(
        f"{label['Name']} {label['Confidence']:.0f} %" for label in answer.labels if "Geometry" not in label
    )
    code, _, reason = answer.reason.partition(": ")
    return Tile(picture, answer.upload.key, answer.status, boxes, reason or whole or answer.upload.note, code)


def _box(label: dict[str, object]) -> DrawnBox:
    box = label["Geometry"]["BoundingBox"]  # type: ignore[index]
    return DrawnBox(label["Name"], label["Confidence"], box["Left"], box["Top"], box["Width"], box["Height"])  # type: ignore[arg-type]
