"""What came back is counted, compared with what was expected, and measured."""

from pathlib import Path

import pytest

from labelpipe.datasets.images import Box, LabelledImage
from labelpipe.local.answers import Answer, macro_f1
from labelpipe.local.report import Summary
from labelpipe.local.uploads import Upload

TRUTH = LabelledImage(Path("a.jpg"), 200, 100, (Box("bee", 20, 10, 40, 20),))


def label(left: float) -> dict:
    box = {"Left": left, "Top": 0.1, "Width": 0.2, "Height": 0.2}
    return {"Name": "bee", "Confidence": 90.0, "Model": "bees", "Geometry": {"BoundingBox": box}}


def answer(status: str | None, *labels: dict, expected: str = "SUCCEEDED") -> Answer:
    error = {"Code": "NotAnImage", "Message": "no image"} if status == "REJECTED" else None
    result = status and {"Status": status, "CustomLabels": list(labels), "Error": error}
    return Answer(Upload("bees/a.jpg", Path("a.jpg"), expected, TRUTH), result or None)


def test_boxes_are_compared_in_pixels_of_the_stored_raster() -> None:
    assert macro_f1([answer("SUCCEEDED", label(0.1))]) == 1
    assert macro_f1([answer("SUCCEEDED", label(0.6))]) == 0


def test_an_image_without_an_answer_has_found_nothing() -> None:
    assert macro_f1([answer(None)]) == 0


def test_f1_is_unknown_where_the_truth_is() -> None:
    assert macro_f1([Answer(Upload("bees/a.jpg", Path("a.jpg"), "SUCCEEDED"), None)]) is None


@pytest.mark.parametrize(
    ("status", "expected", "as_expected"),
    [
        ("SUCCEEDED", "SUCCEEDED", True),
        ("REJECTED", "REJECTED", True),
        ("REJECTED", "SUCCEEDED", False),
        ("FAILED", "SUCCEEDED", False),
        (None, "REJECTED", False),
    ],
)
def test_an_answer_is_expected_or_not(status: str | None, expected: str, as_expected: bool) -> None:
    assert answer(status, expected=expected).expected is as_expected


def test_the_summary_counts_every_upload_once() -> None:
    answers = [answer("SUCCEEDED"), answer("REJECTED", expected="REJECTED"), answer("FAILED"), answer(None)]
    summary = Summary.of(answers, f1=0.91234, seconds=61.26, running_seconds=30)
    assert summary == Summary(
        images=4,
        succeeded=1,
        rejected=1,
        failed=1,
        missing=1,
        unexpected=2,
        f1=0.9123,
        seconds=61.3,
        model_running_minutes=0.5,
    )
