import json
from typing import Any

import pytest

from labelpipe.standin.manifests import Box, LineError, parse, usable
from labelpipe.standin.state import Location

IMAGE = {"source-ref": "s3://images/a folder/bee 1.jpg"}
SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}
CLASS = SORT | {"type": "groundtruth/image-classification", "class-name": "bee"}
OBJECTS = SORT | {"type": "groundtruth/object-detection", "class-map": {"0": "bee", "1": "wasp"}, "objects": [{}]}


def boxes(*annotations: dict[str, Any]) -> dict[str, Any]:
    return IMAGE | {"bb": {"image_size": [], "annotations": list(annotations)}, "bb-metadata": OBJECTS}


def box(class_id: int = 0, left: Any = 1, top: Any = 2, width: Any = 30, height: Any = 40) -> dict[str, Any]:
    return {"class_id": class_id, "left": left, "top": top, "width": width, "height": height}


def test_an_image_may_have_several_labels() -> None:
    entry = parse(
        json.dumps(IMAGE | {"a": 1, "a-metadata": CLASS, "b": 0, "b-metadata": CLASS | {"class-name": "wasp"}})
    )
    assert entry.labels == {"bee", "wasp"}
    assert entry.source == Location("images", "a folder/bee 1.jpg")


def test_boxes_are_in_pixels_and_named_by_the_class_map() -> None:
    entry = parse(json.dumps(boxes(box(), box(1, 5, 6, 7, 8))))
    assert entry.boxes == (Box("bee", 1, 2, 30, 40), Box("wasp", 5, 6, 7, 8))


def test_an_image_marked_as_empty_differs_from_one_that_nobody_looked_at() -> None:
    assert parse(json.dumps(boxes())).has_box_attribute
    assert not parse(json.dumps(IMAGE)).has_box_attribute


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("no json", "ERROR_INVALID_JSON_LINE"),
        ("[1]", "ERROR_INVALID_JSON_LINE"),
        (json.dumps(IMAGE | {"x": "y" * 100_000}), "ERROR_INVALID_JSON_LINE"),
        ("{}", "ERROR_MISSING_SOURCE_REF"),
        (json.dumps({"source-ref": "bee.jpg"}), "ERROR_INVALID_SOURCE_REF_FORMAT"),
        (json.dumps({"source-ref": 7}), "ERROR_INVALID_SOURCE_REF_FORMAT"),
        (json.dumps(boxes(box(7))), "ERROR_MISSING_CLASS_MAP_ID"),
        (json.dumps(boxes(box(left=-1))), "ERROR_INVALID_BOUNDING_BOX"),
        (json.dumps(boxes(box(width=0))), "ERROR_INVALID_BOUNDING_BOX"),
        (json.dumps(boxes(box(top="2"))), "ERROR_INVALID_BOUNDING_BOX"),
        (json.dumps(boxes({"class_id": 0})), "ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT"),
        (json.dumps(IMAGE | {"bb": None, "bb-metadata": OBJECTS}), "ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT"),
        (json.dumps(IMAGE | {"a-metadata": CLASS | {"class-name": ""}}), "ERROR_INVALID_LABEL_NAME_LENGTH"),
        (json.dumps(IMAGE | {"a-metadata": CLASS | {"class-name": "b" * 256}}), "ERROR_INVALID_LABEL_NAME_LENGTH"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: str, code: str) -> None:
    with pytest.raises(LineError, match=f"^{code}$"):
        parse(line)


def test_a_dataset_leaves_out_bad_lines_and_images_seen_before() -> None:
    lines = [
        json.dumps(boxes(box())),
        "no json",
        "",
        json.dumps(IMAGE),
        json.dumps({"source-ref": "s3://images/b.jpg"}),
    ]
    assert [entry.uri for entry in usable(lines)] == ["s3://images/a folder/bee 1.jpg", "s3://images/b.jpg"]
