"""Lines of manifests read into values; what can be wrong with them is in test_training_lines.py."""

import json
from typing import Any

import pytest

from labelpipe.standin.ground_truth.attributes import Box, fits
from labelpipe.standin.ground_truth.manifests import LineError, lines_of, max_images, parse, usable
from labelpipe.standin.state import Location

IMAGE = {"source-ref": "s3://images/a folder/bee 1.jpg"}
SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}
CLASS = SORT | {"type": "groundtruth/image-classification", "class-name": "bee"}
OBJECTS = SORT | {"type": "groundtruth/object-detection", "class-map": {"0": "bee", "1": "wasp"}}
SIZE = {"width": 640, "height": 480, "depth": 3}


def boxes(*annotations: dict[str, Any]) -> dict[str, Any]:
    metadata = OBJECTS | {"objects": [{"confidence": 1}] * len(annotations)}
    return IMAGE | {"bb": {"image_size": [SIZE], "annotations": list(annotations)}, "bb-metadata": metadata}


def box(class_id: int = 0, left: Any = 1, top: Any = 2, width: Any = 30, height: Any = 40) -> dict[str, Any]:
    return {"class_id": class_id, "left": left, "top": top, "width": width, "height": height}


def test_an_image_may_have_several_labels() -> None:
    entry = parse(
        json.dumps(IMAGE | {"a": 1, "a-metadata": CLASS, "b": 0, "b-metadata": CLASS | {"class-name": "wasp"}})
    )
    assert entry.labels == {"bee", "wasp"}
    assert entry.source == Location("images", "a folder/bee 1.jpg")
    assert entry.is_usable


def test_boxes_are_in_pixels_and_named_by_the_class_map() -> None:
    entry = parse(json.dumps(boxes(box(), box(1, 5, 6, 7, 8))))
    assert entry.boxes == (Box("bee", 1, 2, 30, 40, 0), Box("wasp", 5, 6, 7, 8, 1))
    assert entry.names == {"bee", "wasp"}


def test_one_wrong_box_leaves_the_others() -> None:
    entry = parse(json.dumps(boxes(box(left=-1), box(1, 5, 6, 7, 8))))
    assert [each.label for each in entry.boxes] == ["wasp"]
    assert entry.is_usable


def test_boxes_are_held_against_the_image_itself_once_it_is_known() -> None:
    line = json.dumps(boxes(box(left=600, width=40)))
    assert parse(line).is_usable
    assert not parse(line, frame=(620, 480)).is_usable


@pytest.mark.parametrize(("sides", "frame", "is_usable"), [(2, (1280, 960), True), (2, (2560, 960), False)])
def test_a_box_must_be_longer_than_a_pixel_after_the_image_is_scaled_down(sides, frame, is_usable: bool) -> None:
    assert parse(json.dumps(boxes(box(width=sides))), frame).is_usable is is_usable


@pytest.mark.parametrize(
    ("width", "height", "fit"), [(64, 4096, True), (4096, 64, True), (63, 100, False), (100, 4097, False)]
)
def test_an_image_s_sides_have_limits(width: int, height: int, fit: bool) -> None:
    assert fits((width, height)) is fit


@pytest.mark.parametrize(("confidence", "is_usable"), [(0, True), (1, True), (-0.1, False), (1.1, False)])
def test_the_confidence_of_a_label_is_a_share_of_one(confidence: float, is_usable: bool) -> None:
    entry = parse(json.dumps({**IMAGE, "c": 1, "c-metadata": CLASS | {"confidence": confidence}}))
    assert entry.is_usable is is_usable


def test_only_line_feeds_part_lines() -> None:
    assert lines_of("a\u2028b\x85c\r\n\nd\n".encode()) == ["a\u2028b\x85c", "", "d"]
    assert lines_of(b"a") == ["a"]
    assert lines_of(b" a b\t \n  \n") == ["a b", ""]
    assert lines_of(b"") == []


def test_a_dataset_leaves_out_lines_that_name_no_image_and_images_seen_before() -> None:
    lines = [
        json.dumps(boxes(box())),
        "no json",
        "",
        json.dumps(IMAGE),
        json.dumps({"source-ref": "s3://images/b.jpg", "other": 1}),
    ]
    first, second = usable(lines)
    assert (first.uri, second.uri) == ("s3://images/a folder/bee 1.jpg", "s3://images/b.jpg")
    assert [flaw.code for flaw in second.flaws] == ["ERROR_NO_LABEL_ATTRIBUTES"]


HOSTILE = ["[" * 100_000, '{"a":' * 15_000, '{"source-ref": NaN}', "1" * 5_000, "\ud800", '"' + "\\u0000" * 9]


@pytest.mark.parametrize("line", HOSTILE)
def test_hostile_lines_are_no_json_lines(line: str) -> None:
    with pytest.raises(LineError, match="ERROR_INVALID_JSON_LINE"):
        parse(line)


@pytest.mark.parametrize("huge", [10**4000, -(10**4000), 1e308])
@pytest.mark.parametrize("where", ["left", "width", "class_id"])
def test_numbers_of_any_size_are_only_wrong(huge, where: str) -> None:
    assert not parse(json.dumps(boxes(box() | {where: huge}))).is_usable
    assert not parse(json.dumps(boxes(box() | {where: huge})), (640, 480)).is_usable


@pytest.mark.parametrize("size", [{"width": 0, "height": 0}, {"width": 10**4000, "height": 480}, {"width": -5}])
def test_an_image_size_of_any_size_is_only_wrong(size) -> None:
    row = boxes(box(left=0, top=0, width=0, height=0))
    row["bb"]["image_size"] = [SIZE | size]
    assert not parse(json.dumps(row)).is_usable


@pytest.mark.parametrize(
    ("region", "kind", "most"),
    [("us-east-1", "TRAIN", 250_000), ("eu-west-2", "TRAIN", 28_000), ("ap-south-1", "TEST", 7_000)],
)
def test_some_regions_take_fewer_images(region: str, kind: str, most: int) -> None:
    assert max_images(region, kind) == most
