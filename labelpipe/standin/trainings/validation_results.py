"""What a training says of its manifests: copies with the errors in them, and a summary.

Shapes: "Understanding training and testing validation result manifests" and "Understanding the manifest summary".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from labelpipe.standin.ground_truth.content_errors import MESSAGES, UseCase
from labelpipe.standin.ground_truth.flaws import with_flaws
from labelpipe.standin.trainings.material import Line
from labelpipe.standin.trainings.split import Material, Part


def results(material: Material) -> Mapping[str, bytes]:
    """The contents of the three files, by what artefacts calls them."""
    return {
        "TrainValidation": _copy(material.train.lines),
        "TestValidation": _copy(material.test.lines),
        "Summary": json.dumps(summary(material), indent=2).encode(),
    }


def summary(material: Material) -> dict[str, Any]:
    """The manifest summary."""
    return {
        "errors": _told(material.errors),
        "statistics": {
            "training": _statistics(material.train, material.case),
            "testing": _statistics(material.test, material.case),
        },
    }


def _statistics(part: Part, case: UseCase) -> dict[str, Any]:
    """Counts of the lines. In AWS's example the numbers of lines begin with 1.

    AWS does not say whether a line that is of the other kind of model, or partly wrong, is a valid one; here it is, and
    one that is partly wrong is listed with the errors all the same.
    """
    invalid = sum(line.is_invalid for line in part.lines)
    ignored = sum(line.is_ignored for line in part.lines)
    return {
        "use_case": case,
        "total_json_lines": len(part.lines),
        "valid_json_lines": len(part.lines) - invalid - ignored,
        "invalid_json_lines": invalid,
        "ignored_json_lines": ignored,
        "error_json_line_indices": [
            number for number, line in enumerate(part.lines, start=1) if any(not flaw.is_warning for flaw in line.flaws)
        ],
        "errors": _told(part.errors),
    }


def _told(codes: Sequence[str]) -> list[dict[str, str]]:
    return [{"code": code, "message": MESSAGES[code]} for code in codes]


def _copy(lines: Sequence[Line]) -> bytes:
    return "".join(with_flaws(line.text, line.flaws) + "\n" for line in lines).encode()
