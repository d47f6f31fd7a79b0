"""Everything that can be wrong with a line of a manifest: a row for each code, told where it should be."""

import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labelpipe.standin.ground_truth.flaws import MEANINGS, Flaw, is_invalid, with_flaws
from labelpipe.standin.ground_truth.manifests import LineError, parse
from labelpipe.standin.trainings.material import checked

SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}
CLASS = SORT | {"type": "groundtruth/image-classification", "class-name": "bee"}
OBJECTS = SORT | {"type": "groundtruth/object-detection", "class-map": {"0": "bee", "1": "wasp"}}
SIZE = {"width": 160, "height": 120, "depth": 3}
BOX = {"class_id": 0, "left": 10, "top": 10, "width": 30, "height": 40}
SURE = {"confidence": 1}


def image(key: str = "160x120.png", **attributes: Any) -> dict[str, Any]:
    return {"source-ref": f"s3://images/{key}", **{name.replace("_", "-"): value for name, value in attributes.items()}}


def label(value: Any = 1, key: str = "160x120.png", **changed: Any) -> dict[str, Any]:
    return image(key, c=value, c_metadata=CLASS | {name.replace("_", "-"): it for name, it in changed.items()})


def boxes(*annotations: Any, key: str = "160x120.png", size: Any = None, **changed: Any) -> dict[str, Any]:
    metadata = OBJECTS | {"objects": [SURE] * len(annotations)} | {k.replace("_", "-"): v for k, v in changed.items()}
    return image(key, b={"image_size": size or [SIZE], "annotations": list(annotations)}, b_metadata=metadata)


def several(count: int) -> dict[str, Any]:
    row = image()
    for number in range(count):
        row |= {f"c{number}": 1, f"c{number}-metadata": CLASS | {"class-name": f"label {number}"}}
    return row


NO_LEFT = {"class_id": 0, "top": 10, "width": 30, "height": 40}
UNMAPPED = BOX | {"class_id": 7}
BAD = "ERROR_NO_VALID_LABEL_ATTRIBUTES"
FORMAT, METADATA = "ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT", "ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT"
CONFIDENCE, CLASS_MAP = "ERROR_MISSING_BOUNDING_BOX_CONFIDENCE", "ERROR_MISSING_CLASS_MAP_ID"
NONE_VALID, TOO_MANY = "ERROR_NO_VALID_ANNOTATIONS", "ERROR_TOO_MANY_BOUNDING_BOXES"
OFF, SMALL, LONG = "ERROR_INVALID_BOUNDING_BOX", "ERROR_BOUNDING_BOX_TOO_SMALL", "ERROR_INVALID_LABEL_NAME_LENGTH"

# A line, and what the validation manifest has: each code with the path to the object that has its array.
ROWS: list[tuple[Any, dict[str, str]]] = [
    ("no json", {"ERROR_INVALID_JSON_LINE": ""}),
    ("", {"ERROR_INVALID_JSON_LINE": ""}),
    ("[1]", {"ERROR_INVALID_JSON_LINE": ""}),
    (label() | {"x": "y" * 100_000}, {"ERROR_INVALID_JSON_LINE": ""}),
    ({"c": 1, "c-metadata": CLASS}, {"ERROR_MISSING_SOURCE_REF": ""}),
    ({"source-ref": "https://images/a.jpg", "c": 1, "c-metadata": CLASS}, {"ERROR_INVALID_SOURCE_REF_FORMAT": ""}),
    ({"source-ref": "s3://images/\ud800", "c": 1, "c-metadata": CLASS}, {"ERROR_INVALID_JSON_LINE": ""}),
    (image(c=1, c_metadata=CLASS | {"class-name": "\ud800"}), {"ERROR_INVALID_JSON_LINE": ""}),
    (image(c=1, c_metadata=CLASS | {"class-name": "\U0001f41d"}), {}),
    ({"source-ref": 7}, {"ERROR_INVALID_SOURCE_REF_FORMAT": ""}),
    (image(c=1), {"ERROR_NO_LABEL_ATTRIBUTES": ""}),
    (image(c_metadata=CLASS), {"ERROR_NO_LABEL_ATTRIBUTES": ""}),
    (label("one"), {FORMAT: "/c-metadata", BAD: ""}),
    (boxes(NO_LEFT), {FORMAT: "/b", BAD: ""}),
    (boxes(BOX | {"left": 1.5}), {FORMAT: "/b", BAD: ""}),
    (boxes(BOX, size=[{"width": 160, "height": 120}]), {FORMAT: "/b", BAD: ""}),
    (image(b=None, b_metadata=OBJECTS | {"objects": []}), {FORMAT: "/b-metadata", BAD: ""}),
    (image(c=1, c_metadata=7), {METADATA: "", BAD: ""}),
    (label(human_annotated="perhaps"), {METADATA: "/c-metadata", BAD: ""}),
    (label(creation_date=None), {METADATA: "/c-metadata", BAD: ""}),
    (label(type=None), {METADATA: "/c-metadata", BAD: ""}),
    (label(confidence=2), {METADATA: "/c-metadata", BAD: ""}),
    (label(class_name=None), {METADATA: "/c-metadata", BAD: ""}),
    (boxes(BOX, objects=None), {METADATA: "/b-metadata", BAD: ""}),
    (boxes(BOX, class_map={"0": 7}), {METADATA: "/b-metadata", BAD: ""}),
    (label(type="groundtruth/wrongtype"), {"ERROR_UNSUPPORTED_USE_CASE_TYPE": "/c-metadata", BAD: ""}),
    (label(class_name="b" * 256), {LONG: "/c-metadata", BAD: ""}),
    (label(class_name=""), {LONG: "/c-metadata", BAD: ""}),
    (boxes(BOX, class_map={"0": "b" * 256}), {LONG: "/b-metadata", BAD: ""}),
    (several(51), {BAD: ""}),
    (boxes(BOX, BOX, objects=[SURE]), {CONFIDENCE: "/b-metadata"}),
    (boxes(BOX, objects=[{}]), {CONFIDENCE: "/b-metadata", NONE_VALID: "/b", BAD: ""}),
    (boxes(BOX, UNMAPPED), {CLASS_MAP: "/b-metadata"}),
    (boxes(BOX, UNMAPPED, UNMAPPED), {CLASS_MAP: "/b-metadata"}),
    (boxes(UNMAPPED, UNMAPPED), {CLASS_MAP: "/b-metadata", NONE_VALID: "/b", BAD: ""}),
    (boxes(BOX, BOX | {"left": -1}), {OFF: "/b/annotations/1"}),
    (boxes(BOX | {"left": 131}, BOX), {OFF: "/b/annotations/0"}),
    (boxes(BOX, BOX | {"top": 100}), {OFF: "/b/annotations/1"}),
    (boxes(BOX, BOX | {"width": 1, "height": 1}), {SMALL: "/b/annotations/1"}),
    (boxes(BOX, BOX | {"width": 0}), {SMALL: "/b/annotations/1"}),
    (boxes(BOX, BOX | {"width": 3}, key="4000x2000.png"), {SMALL: "/b/annotations/1"}),
    (boxes(*[BOX] * 51), {TOO_MANY: "/b", BAD: ""}),
    (label(key="absent.png"), {"ERROR_INVALID_IMAGE": ""}),
    (label(key="text.png"), {"ERROR_INVALID_IMAGE": ""}),
    (label(key="cut.png"), {"ERROR_INVALID_IMAGE": ""}),
    (label(key="big.png"), {"ERROR_INVALID_IMAGE": ""}),
    (label(key="60x100.png"), {"ERROR_INVALID_IMAGE": ""}),
    (label(key="64x1281.png"), {"ERROR_INVALID_IMAGE": ""}),
    (boxes(BOX, key="60x100.png"), {"ERROR_INVALID_IMAGE_DIMENSION": ""}),
    (boxes(BOX, key="4097x100.png"), {"ERROR_INVALID_IMAGE_DIMENSION": ""}),
    (boxes(BOX, key="64x1281.png"), {"ERROR_INVALID_IMAGE": ""}),
    (
        boxes(BOX, key="absent.png", size=[SIZE | {"width": 63}]),
        {"ERROR_INVALID_IMAGE_DIMENSION": "", "ERROR_INVALID_IMAGE": ""},
    ),
    (image(), {"WARNING_UNANNOTATED_RECORD": ""}),
    (image("absent.png"), {"WARNING_UNANNOTATED_RECORD": ""}),
    (boxes(), {"WARNING_NO_ATTRIBUTE_ANNOTATIONS": "/b", "WARNING_NO_ANNOTATIONS": ""}),
    (boxes() | {"b": {"image_size": [SIZE]}}, {"WARNING_NO_ATTRIBUTE_ANNOTATIONS": "/b", "WARNING_NO_ANNOTATIONS": ""}),
    (label() | boxes(), {"WARNING_NO_ATTRIBUTE_ANNOTATIONS": "/b"}),
    (label(), {}),
    (boxes(BOX), {}),
    (boxes(*[BOX] * 50), {}),
    (several(50), {}),
    (label(key="64x1280.png"), {}),
    (boxes(BOX | {"width": 150, "height": 110}), {}),
    (boxes(BOX | {"width": 4, "height": 4}, key="4000x2000.png"), {}),
    (label() | {"d": 1}, {}),
]


@pytest.fixture(scope="module")
def pictures() -> dict[tuple[str, str], bytes]:
    """Images named by their sides in pixels, and some that are none."""
    content = {}
    for width, height in [(160, 120), (60, 100), (4097, 100), (64, 1280), (64, 1281), (4000, 2000)]:
        file = io.BytesIO()
        Image.fromarray(np.zeros((height, width), np.uint8)).save(file, "PNG")
        content["images", f"{width}x{height}.png"] = file.getvalue()
    whole = content["images", "160x120.png"]
    content["images", "cut.png"] = whole[: len(whole) // 2]
    content["images", "text.png"] = b"no image"
    content["images", "big.png"] = whole + bytes(15 * 1024**2)
    return content


@pytest.fixture
def objects(standin, pictures):
    standin.objects.content.update(pictures)
    return standin.objects


def told(row: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Code, message and path of everything that a validated line says."""
    if isinstance(row, dict):
        for kind in ("errors", "warnings"):
            yield from ((each["code"], each["message"], path) for each in row.get(kind, []))
        for key, value in row.items():
            if key not in ("errors", "warnings"):
                yield from told(value, f"{path}/{key}")
    elif isinstance(row, list):
        for number, value in enumerate(row):
            yield from told(value, f"{path}/{number}")


@pytest.mark.parametrize(("row", "expected"), ROWS)
def test_what_is_wrong_with_a_line_is_told_where_aws_tells_it(objects, row: Any, expected: dict[str, str]) -> None:
    (line,) = checked([row if isinstance(row, str) else json.dumps(row)], objects)
    found = list(told(json.loads(with_flaws(line.text, line.flaws)))) if expected else []
    assert {code: path for code, _, path in found} == expected
    assert len(found) == len(expected) == len(line.flaws)
    at_line = {code for code, path in expected.items() if not path and code != METADATA}
    assert line.is_invalid == any(code.startswith("ERROR") for code in at_line)
    assert line.is_ignored == any(code.startswith("WARNING") for code in at_line)
    assert bool(line.example) == (not at_line)


def test_every_code_has_a_row() -> None:
    assert {code for _, expected in ROWS for code in expected} == set(MEANINGS)


def test_messages_name_the_attribute(objects) -> None:
    (line,) = checked([json.dumps(boxes(NO_LEFT))], objects)
    assert line.flaws[0].message == "The format of the label attribute b is invalid."


def test_the_later_line_of_an_image_is_wrong(objects) -> None:
    first, second = checked([json.dumps(label()), json.dumps(boxes(BOX))], objects)
    assert not first.flaws
    assert [(flaw.code, flaw.detail) for flaw in second.flaws] == [
        ("ERROR_INVALID_SOURCE_REF_FORMAT", "The image is in an earlier line already.")
    ]
    assert second.is_invalid
    assert not second.example


def test_a_line_that_is_no_json_is_replaced_and_one_without_flaws_is_left_as_it_is() -> None:
    replaced = with_flaws("[1, 2", [Flaw("ERROR_INVALID_JSON_LINE")])
    assert json.loads(replaced) == {
        "errors": [{"code": "ERROR_INVALID_JSON_LINE", "message": "The JSON Line has an invalid format."}]
    }
    assert with_flaws('{"a" :1}', []) == '{"a" :1}'


def test_what_an_earlier_training_said_is_replaced() -> None:
    line = json.dumps(label(value="one") | {"errors": "hostile"})
    row = json.loads(with_flaws(line, [Flaw(FORMAT, "c"), Flaw(METADATA, "c"), Flaw(BAD)]))
    assert [each["code"] for each in row["errors"]] == [BAD]
    assert [each["code"] for each in row["c-metadata"]["errors"]] == [FORMAT, METADATA]


def test_a_dataset_tells_its_errors_under_another_name() -> None:
    assert "cl-errors" in json.loads(with_flaws(json.dumps(image()), [Flaw(BAD)], "cl-"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
PATHS = [
    *[(key,) for key in ("source-ref", "b", "b-metadata", "c", "c-metadata", "errors")],
    *[("b", key) for key in ("image_size", "annotations", "errors")],
    *[("b", "annotations", 0, key) for key in ("class_id", "left", "height", "errors")],
    *[("b-metadata", key) for key in ("objects", "class-map", "type", "human-annotated", "creation-date", "errors")],
    *[("c-metadata", key) for key in ("confidence", "class-name", "type", "warnings")],
    *[("b", "image_size", 0), ("b", "annotations", 0), ("b-metadata", "objects", 0), ("b-metadata", "class-map", "0")],
]


@given(st.lists(st.tuples(st.sampled_from(PATHS), JSON), max_size=3))
def test_a_line_with_anything_anywhere_is_read_or_told(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    row = json.loads(json.dumps(boxes(BOX, BOX | {"left": -1}) | label()))
    for (*path, last), value in changes:
        place = row
        for step in path:
            place = place[step] if isinstance(place, dict) and step in place else {}
        if isinstance(place, dict):
            place[last] = value
    text = json.dumps(row)
    try:
        entry = parse(text)
    except LineError as error:
        flaws = (Flaw(str(error)),)
    else:
        flaws = entry.flaws
        assert entry.is_usable == bool(entry.names and not is_invalid(flaws))
    said = with_flaws(text, flaws)
    assert all(json.loads(said) and f'"code": "{flaw.code}", "message": ' in said for flaw in flaws)
