"""The four forms of an answer, by number."""

import pytest

from labelpipe.standin.findings import Finding
from labelpipe.standin.sagemaker.answers import Form, NoBoxes, answer

LABELS = ["ant", "bee", "wasp"]
FOUND = [
    Finding("wasp", 0.9, (0.1, 0.2, 0.3, 0.4)),
    Finding("ant", 0.25, (0, 0, 1, 0.5)),
    Finding("ant", 0.1, (0, 0, 1, 1)),
]
WHOLE = [Finding("bee", 0.75), Finding("wasp", 0.25)]


def test_ours_is_that_of_detect_custom_labels() -> None:
    first, *_ = answer(Form.LABELPIPE, FOUND, LABELS)["CustomLabels"]
    box = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
    assert first == {"Name": "wasp", "Confidence": 90.0, "Geometry": {"BoundingBox": box}}
    assert answer(Form.LABELPIPE, WHOLE, LABELS)["CustomLabels"][0] == {"Name": "bee", "Confidence": 75.0}


def test_tensorflow_counts_classes_from_one_and_names_the_top_first() -> None:
    (told,) = answer(Form.TENSORFLOW, FOUND, LABELS)["predictions"]
    assert told["detection_boxes"][0] == pytest.approx([0.2, 0.1, 0.6, 0.4])
    assert told["detection_scores"] == [0.9, 0.25, 0.1]
    assert told["detection_classes"] == [3.0, 1.0, 1.0]
    assert told["num_detections"] == 3.0


def test_sagemaker_s_own_counts_classes_from_zero_and_names_the_left_first() -> None:
    first, second, _ = answer(Form.OBJECT_DETECTION, FOUND, LABELS)["prediction"]
    assert first == pytest.approx([2.0, 0.9, 0.1, 0.2, 0.4, 0.6])
    assert second == [0.0, 0.25, 0, 0, 1, 0.5]


@pytest.mark.parametrize(("found", "told"), [(WHOLE, [0.0, 0.75, 0.25]), (FOUND, [0.25, 0.0, 0.9]), ([], [0.0] * 3)])
def test_probabilities_are_one_for_each_label(found: list[Finding], told: list[float]) -> None:
    assert answer(Form.PROBABILITIES, found, LABELS) == told


@pytest.mark.parametrize("form", [Form.TENSORFLOW, Form.OBJECT_DETECTION])
def test_a_form_of_boxes_is_refused_to_a_model_without(form: Form) -> None:
    with pytest.raises(NoBoxes, match="bee"):
        answer(form, WHOLE, LABELS)


@pytest.mark.parametrize("form", sorted(Form))
def test_nothing_found_is_an_answer_in_every_form(form: Form) -> None:
    assert answer(form, [], LABELS)
