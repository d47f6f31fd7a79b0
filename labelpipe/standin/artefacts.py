"""What a training leaves in S3: the evaluation summary and the manifests as they were understood.

Shapes: "Accessing the evaluation summary file" and "Getting the validation results" in the Custom Labels guide.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from labelpipe.standin.jobs import Job
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import Location

if TYPE_CHECKING:
    from labelpipe.standin.engine.evaluation import LabelScore
    from labelpipe.standin.training import Line


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def summary(job: Job, scores: Sequence[LabelScore], trained: int, tested: int, boxes: bool) -> dict[str, Any]:
    """The evaluation summary; overall numbers are means over the labels, and labels come by F1, best first."""
    overall = {
        "Precision": mean([score.precision for score in scores]),
        "Recall": mean([score.recall for score in scores]),
        "F1Score": mean([score.f1 for score in scores]),
    }
    if boxes:
        overall["AveragePrecision"] = mean([score.average_precision for score in scores])
    return {
        "Version": 1,
        "EvaluationDetails": {
            "ProjectVersionArn": job.version_arn,
            "EvaluationEndTimestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "Labels": [score.label for score in scores],
            "NumberOfTrainingImages": trained,
            "NumberOfTestingImages": tested,
        },
        "AggregatedEvaluationResults": overall,
        "LabelEvaluationResults": [
            {
                "Label": score.label,
                "NumberOfTestingImages": score.images,
                "Metrics": {
                    "Threshold": score.threshold,
                    "Precision": score.precision,
                    "Recall": score.recall,
                    "F1Score": score.f1,
                },
            }
            for score in sorted(scores, key=lambda score: -score.f1)
        ],
    }


def write(
    objects: Objects, job: Job, summary: dict[str, Any], train: Sequence[Line], test: Sequence[Line]
) -> dict[str, Location]:
    """Write all of it under the job's output; tells where each thing is."""
    contents = {
        "Evaluation": (f"EvaluationResultSummary-{job.project}-{job.version}.json", _json(summary)),
        "Train": ("training_manifest.json", _lines(train)),
        "Test": ("testing_manifest.json", _lines(test)),
        "TrainValidation": ("training_manifest_with_validation.json", _validated(train)),
        "TestValidation": ("testing_manifest_with_validation.json", _validated(test)),
        "Summary": ("manifest_summary.json", _json(_manifest_summary(train, test))),
    }
    folder = "/".join(part for part in (job.output.key.strip("/"), job.project, job.version) if part)
    places = {name: Location(job.output.bucket, f"{folder}/{file}") for name, (file, _) in contents.items()}
    for name, place in places.items():
        objects.write(place, contents[name][1])
    return places


def _manifest_summary(train: Sequence[Line], test: Sequence[Line]) -> dict[str, Any]:
    return {"errors": [], "statistics": {"training": _statistics(train), "testing": _statistics(test)}}


def _statistics(lines: Sequence[Line]) -> dict[str, Any]:
    wrong = [i for i, line in enumerate(lines) if line.error]
    boxed = any(line.entry.boxes for line in lines if line.entry)
    return {
        "use_case": "OBJECT_LOCALIZATION" if boxed else "IMAGE_LEVEL_LABELS",
        "total_json_lines": len(lines),
        "valid_json_lines": len(lines) - len(wrong),
        "invalid_json_lines": len(wrong),
        "ignored_json_lines": 0,
        "error_json_line_indices": wrong,
        "errors": sorted({line.error for line in lines if line.error}),
    }


def _lines(lines: Sequence[Line]) -> bytes:
    return "".join(line.text + "\n" for line in lines if not line.error).encode()


def _validated(lines: Sequence[Line]) -> bytes:
    return "".join(_with_error(line) + "\n" for line in lines).encode()


def _with_error(line: Line) -> str:
    if not line.error:
        return line.text
    try:
        row = json.loads(line.text)
    except ValueError:
        row = {"invalid-json-line": line.text}
    return json.dumps({**(row if isinstance(row, dict) else {"invalid-json-line": row}), "errors": [line.error]})


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, indent=2).encode()
