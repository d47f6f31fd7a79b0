"""Answers of endpoints, in every form, come to the same labels."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelpipe.core.boxes import Box, Geometry
from labelpipe.core.inference.answers import Found
from labelpipe.core.inference.forms import FORMS, read_answer

LABELS = ("bee", "ladybird")
BEE = Found("bee", 90.0, Geometry(Box(0.25, 0.5, 0.25, 0.125)))
LADYBIRD = Found("ladybird", 40.0, Geometry(Box(0.0, 0.0, 0.5, 1.0)))

DETECTIONS = {
    "detection_boxes": [[0.0, 0.0, 1.0, 0.5], [0.5, 0.25, 0.625, 0.5]],
    "detection_scores": [0.4, 0.9],
    "detection_classes": [2.0, 1.0],
    "num_detections": 2.0,
}
BATCH = {name: [value] for name, value in DETECTIONS.items()}
OURS = [
    {
        "Name": "ladybird",
        "Confidence": 40.0,
        "Geometry": {"BoundingBox": {"Left": 0.0, "Top": 0.0, "Width": 0.5, "Height": 1.0}},
    },
    {
        "Name": "bee",
        "Confidence": 90.0,
        "Geometry": {"BoundingBox": {"Left": 0.25, "Top": 0.5, "Width": 0.25, "Height": 0.125}},
    },
]
ROWS = [[1.0, 0.4, 0.0, 0.0, 0.5, 1.0], [0.0, 0.9, 0.25, 0.5, 0.5, 0.625]]


def read(form: str, value: Any, floor: float = 5, labels: tuple[str, ...] = LABELS) -> tuple[Found, ...]:
    return read_answer(form, json.dumps(value).encode(), labels, floor)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("labelpipe", {"CustomLabels": OURS}),
        ("tensorflow", DETECTIONS),
        ("tensorflow", {"predictions": [DETECTIONS]}),
        ("tensorflow", {"outputs": BATCH}),
        ("tensorflow", BATCH),
        ("sagemaker-object-detection", {"prediction": ROWS}),
    ],
)
def test_every_form_of_detections_says_the_same_the_surest_first(form: str, value: Any) -> None:
    assert read(form, value) == (BEE, LADYBIRD)


@pytest.mark.parametrize(
    "value",
    [
        [0.4, 0.9],
        [[0.4, 0.9]],
        {"predictions": [[0.4, 0.9]]},
        {"predictions": [{"probabilities": [0.4, 0.9]}]},
        {"predictions": [{"score": [0.4, 0.9], "predicted_label": 1}]},
        {"probabilities": [0.4, 0.9], "labels": ["a", "b"]},
    ],
    ids=json.dumps,
)
def test_probabilities_are_of_the_labels_in_their_order(value: Any) -> None:
    assert read("probabilities", value) == (Found("ladybird", 90.0, None), Found("bee", 40.0, None))


def test_one_class_has_a_list_of_one() -> None:
    assert read("probabilities", {"predictions": [[0.7]]}, labels=("bee",)) == (Found("bee", 70.0, None),)


@pytest.mark.parametrize("form", FORMS)
def test_no_detections_are_no_labels(form: str) -> None:
    empty: dict[str, Any] = {
        "labelpipe": {"CustomLabels": []},
        "tensorflow": {"detection_boxes": [], "detection_scores": [], "detection_classes": []},
        "sagemaker-object-detection": {"prediction": []},
        "probabilities": [],
    }
    assert read(form, empty[form], labels=()) == ()


def test_an_empty_batch_of_tensors_is_no_label() -> None:
    assert read("tensorflow", {f"detection_{of}": [[]] for of in ("boxes", "scores", "classes")}) == ()


@pytest.mark.parametrize(("floor", "names"), [(0, 2), (40, 2), (40.1, 1), (100, 0)])
def test_what_is_below_the_floor_was_not_asked_for(floor: float, names: int) -> None:
    assert len(read("sagemaker-object-detection", {"prediction": ROWS}, floor)) == names


def test_padding_of_tensors_is_no_object_whatever_its_class_is() -> None:
    padded = {
        "detection_boxes": [[0.5, 0.25, 0.625, 0.5], [0, 0, 1, 1]],
        "detection_scores": [0.9, 0.0],
        "detection_classes": [1, 0],
    }
    assert read("tensorflow", padded, floor=0) == (BEE,)


def test_a_row_that_was_suppressed_is_no_object() -> None:
    assert read("sagemaker-object-detection", {"prediction": [[-1.0, 0.9, 0, 0, 1, 1]]}) == ()


def test_boxes_are_clipped_to_the_picture_and_those_outside_are_left_out() -> None:
    rows = [[0, 0.9, -0.25, 0.5, 0.5, 1.25], [0, 0.9, 1.1, 0, 1.5, 1], [0, 0.9, 0.5, 0.5, 0.5, 0.75]]
    (found,) = read("sagemaker-object-detection", {"prediction": rows})
    assert found.geometry == Geometry(Box(0.0, 0.5, 0.5, 0.5))


def test_our_own_form_may_speak_of_the_whole_image_and_of_polygons() -> None:
    polygon = [{"X": 0.25, "Y": 0.5}, {"X": 1.5, "Y": 0.5}, {"X": 0.25, "Y": 0.625}]
    outlined = OURS[1]["Geometry"] | {"Polygon": polygon}  # type: ignore[operator]
    value = {"CustomLabels": [{"Name": "meadow", "Confidence": 80}, OURS[1] | {"Geometry": outlined}]}
    bee, meadow = read("labelpipe", value, labels=())
    assert bee.geometry == Geometry(Box(0.25, 0.5, 0.25, 0.125), ((0.25, 0.5), (1.0, 0.5), (0.25, 0.625)))
    assert meadow == Found("meadow", 80.0, None)


@pytest.mark.parametrize(
    ("form", "value", "says"),
    [
        ("labelpipe", {"Labels": []}, 'expected {"CustomLabels"'),
        ("labelpipe", {"CustomLabels": [{"Name": "bee", "Confidence": 990}]}, "9.9 is no share"),
        ("labelpipe", {"CustomLabels": [{"Name": 7, "Confidence": 99}]}, "7 is no label's name"),
        ("tensorflow", {"predictions": [[0.1, 0.9]]}, "expected detection_boxes"),
        ("tensorflow", {"predictions": [DETECTIONS, DETECTIONS]}, "expected detection_boxes"),
        ("tensorflow", DETECTIONS | {"detection_classes": [1.0]}, "expected detection_boxes"),
        ("tensorflow", DETECTIONS | {"detection_classes": [0.0, 1.0]}, "class 0, and `labels` names 1 to 2"),
        ("tensorflow", DETECTIONS | {"detection_classes": [3.0, 1.0]}, "class 3, and `labels` names 1 to 2"),
        ("tensorflow", DETECTIONS | {"detection_scores": [40, 90]}, "40 is no share from 0 to 1"),
        ("tensorflow", DETECTIONS | {"detection_boxes": [[10, 20, 300, 400]] * 2}, "not in ratios"),
        ("sagemaker-object-detection", {"prediction": [[0, 0.9, 0, 0, 1]]}, "xmin, ymin, xmax, ymax"),
        ("sagemaker-object-detection", {"prediction": [[2, 0.9, 0, 0, 1, 1]]}, "class 2, and `labels` names 0 to 1"),
        ("sagemaker-object-detection", {"prediction": [[0.5, 0.9, 0, 0, 1, 1]]}, "class 0.5"),
        ("sagemaker-object-detection", {"predictions": []}, 'expected {"prediction"'),
        ("probabilities", [0.1, 0.2, 0.7], "3 probabilities, and `labels` names 2"),
        ("probabilities", [3.5, -1.0], "3.5 is no share from 0 to 1"),
        ("probabilities", {"predictions": [{"score": 0.4}]}, "expected a list of probabilities"),
        ("probabilities", ["0.4", "0.9"], "expected a list of probabilities"),
    ],
)
def test_an_answer_of_another_form_says_what_was_expected(form: str, value: Any, says: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        read(form, value)
    assert says in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[NaN, 0.1]", b"[Infinity, 0.1]", b"[" * 100_000])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_json_says_what_was_expected(form: str, body: bytes) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_answer(form, body, LABELS, 5)


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("labelpipe", f'{{"CustomLabels": [{{"Name": "bee", "Confidence": 1{"0" * 400}}}]}}'),
        ("labelpipe", r'{"CustomLabels": [{"Name": "\ud800", "Confidence": 90}]}'),
        ("labelpipe", f'{{"CustomLabels": [{{"Name": "{"b" * 256}", "Confidence": 90}}]}}'),
        ("sagemaker-object-detection", '{"prediction": [[1e400, 0.9, 0, 0, 1, 1]]}'),
        ("sagemaker-object-detection", f'{{"prediction": [[1{"0" * 400}, 0.9, 0, 0, 1, 1]]}}'),
        ("sagemaker-object-detection", f'{{"prediction": [[0, 1{"0" * 400}, 0, 0, 1, 1]]}}'),
    ],
)
def test_numbers_beyond_counting_and_names_that_cannot_be_written_say_what_was_expected(form: str, body: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_answer(form, body, LABELS, 5)


def test_a_polygon_alone_is_clipped_too_and_no_place_at_all_is_the_whole_image() -> None:
    outlined = {"Polygon": [{"X": -0.5, "Y": 0}, {"X": 1, "Y": 2}]}
    labels = [{"Name": name, "Confidence": 80, "Geometry": each} for name, each in (("bee", outlined), ("day", {}))]
    found = [each.geometry for each in read("labelpipe", {"CustomLabels": labels}, labels=())]
    assert found == [Geometry(None, ((0.0, 0.0), (1.0, 1.0))), None]


def test_a_polygon_has_numbers_only() -> None:
    polygon = '{"BoundingBox": {"Left": 0, "Top": 0, "Width": 1, "Height": 1}, "Polygon": [{"X": NaN, "Y": 0}]}'
    body = f'{{"CustomLabels": [{{"Name": "bee", "Confidence": 90, "Geometry": {polygon}}}]}}'
    with pytest.raises(ValueError, match="NaN is no number"):
        read_answer("labelpipe", body, (), 5)


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats(-2, 2) | st.integers(-3, 3) | st.text(max_size=3),
    lambda inside: (
        st.lists(inside, max_size=6)
        | st.dictionaries(
            st.sampled_from(
                [
                    "CustomLabels",
                    "Name",
                    "Confidence",
                    "Geometry",
                    "BoundingBox",
                    "prediction",
                    "predictions",
                    "outputs",
                ]
                + ["detection_boxes", "detection_scores", "detection_classes", "probabilities", "score"]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from(sorted(FORMS)), JUNK)
@settings(max_examples=300, deadline=None)
def test_whatever_is_answered_is_labels_on_the_picture_or_a_value_error(form: str, value: Any) -> None:
    try:
        found = read(form, value, floor=0)
    except ValueError:
        return
    for each in found:
        assert 0 <= each.confidence <= 100
        if each.geometry and each.geometry.box:
            box = each.geometry.box
            assert 0 <= box.left < box.left + box.width <= 1 + 1e-9
            assert 0 <= box.top < box.top + box.height <= 1 + 1e-9
