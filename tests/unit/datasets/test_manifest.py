import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.datasets.images import Box, LabelledImage
from labelpipe.datasets.manifest import manifest_line, read_manifest, write_manifest

WHEN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def test_a_line_with_boxes_is_as_the_guide_shows_it() -> None:
    image = LabelledImage(Path("k.jpg"), 640, 480, (Box("Echo", 86, 65, 220, 334), Box("Dot", 1, 2, 3, 4)))
    assert json.loads(manifest_line(image, "s3://b/k.jpg", created=WHEN)) == {
        "source-ref": "s3://b/k.jpg",
        "boxes": {
            "image_size": [{"width": 640, "height": 480, "depth": 3}],
            "annotations": [
                {"class_id": 1, "left": 86, "top": 65, "width": 220, "height": 334},
                {"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4},
            ],
        },
        "boxes-metadata": {
            "objects": [{"confidence": 1}, {"confidence": 1}],
            "class-map": {"0": "Dot", "1": "Echo"},
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": "2026-11-20T10:00:00",
            "job-name": "labelpipe",
        },
    }


def test_a_line_with_labels_has_an_attribute_for_each() -> None:
    line = json.loads(
        manifest_line(LabelledImage(Path("k.jpg"), 9, 9, labels=("Cap", "Hat")), "s3://b/k.jpg", created=WHEN)
    )
    assert [name for name in line if not name.endswith("-metadata")] == ["source-ref", "label-0", "label-1"]
    assert line["label-1-metadata"] == {
        "confidence": 1,
        "class-name": "Hat",
        "type": "groundtruth/image-classification",
        "human-annotated": "yes",
        "creation-date": "2026-11-20T10:00:00",
        "job-name": "labelpipe",
    }


def test_the_time_is_written_in_utc() -> None:
    created = WHEN.astimezone(timezone(timedelta(hours=9)))
    assert "2026-11-20T10:00:00" in manifest_line(LabelledImage(Path("k.jpg"), 9, 9), "s3://b/k.jpg", created=created)


def test_a_line_that_the_service_would_refuse_as_too_long_is_a_problem() -> None:
    boxes = tuple(Box("bee", n, n, 9, 9) for n in range(2000))
    with pytest.raises(Problem, match=r"k\.jpg needs a line of \d+ characters, over 100000"):
        manifest_line(LabelledImage(Path("k.jpg"), 9, 9, boxes), "s3://b/k.jpg")


def test_what_is_written_is_read_again(make_image, tmp_path: Path) -> None:
    images = [
        LabelledImage(make_image("images/a.jpg"), 100, 80, (Box("bee", 1, 2, 3, 4), Box("蜂", 0, 0, 100, 80))),
        LabelledImage(make_image("images/deep/a.jpg"), 100, 80, labels=("cap", "hat")),
        LabelledImage(make_image("images/b c+é.png", (64, 65)), 64, 65),
    ]
    refs = ["s3://b/set/a.jpg", "s3://b/set/deep/a.jpg", "s3://b/set/b c+é.png"]
    write_manifest(tmp_path / "m.manifest", images, refs)
    with pytest.raises(Problem, match=r"s3://b/set/a\.jpg may be .*a\.jpg or .*a\.jpg: keep one"):
        read_manifest(tmp_path / "m.manifest", tmp_path / "images")
    images[0].path.rename(tmp_path / "images/c.jpg")
    images[0] = LabelledImage(tmp_path / "images/c.jpg", 100, 80, images[0].boxes)
    write_manifest(tmp_path / "m.manifest", images, ["s3://b/set/c.jpg", *refs[1:]])
    assert read_manifest(tmp_path / "m.manifest", tmp_path / "images") == images


def test_two_images_of_one_key_are_not_written(tmp_path: Path) -> None:
    images = [LabelledImage(Path("a.jpg"), 9, 9), LabelledImage(Path("b.jpg"), 9, 9)]
    with pytest.raises(Problem, match=r"s3://b/a\.jpg stands for 2 images"):
        write_manifest(tmp_path / "m", images, ["s3://b/a.jpg"] * 2)


def test_images_of_two_buckets_are_not_written(tmp_path: Path) -> None:
    images = [LabelledImage(Path("a.jpg"), 9, 9), LabelledImage(Path("b.jpg"), 9, 9)]
    with pytest.raises(Problem, match="one bucket, not of b and c"):
        write_manifest(tmp_path / "m", images, ["s3://b/a.jpg", "s3://c/b.jpg"])


def boxes(**changes: object) -> dict:
    """A valid record with changes to its box or its metadata."""
    box = {"class_id": 0, "left": 1, "top": 2, "width": 30, "height": 40}
    size = {"width": 100, "height": 80, "depth": 3}
    metadata = {"class-map": {"0": "bee"}, "type": "groundtruth/object-detection", "objects": [{"confidence": 1}]}
    for name, value in changes.items():
        (box if name in box else metadata)[name] = value
    return {"source-ref": "s3://b/a.jpg", "x": {"image_size": [size], "annotations": [box]}, "x-metadata": metadata}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is not a JSON object"),
        ({}, 'it has no "source-ref"'),
        ({"source-ref": 7}, 'it has no "source-ref"'),
        (boxes() | {"source-ref": "s3://b/none.jpg"}, r"s3://b/none\.jpg has no image 'none\.jpg' in .*: add it"),
        ({"source-ref": "s3://b/a.jpg"}, "it has no labels or boxes: label the image or remove the line"),
        (
            boxes(type="groundtruth/image-classification-multilabel"),
            ".* which Custom Labels does not read: use groundtruth/",
        ),
        (boxes(left=90), "a box of bee is outside the image or empty"),
        (boxes(height=0), "a box of bee is outside the image or empty"),
        (boxes(left=-1), "a box of bee is outside the image or empty"),
        (boxes(width=float("inf")), '"x" is not as groundtruth/object-detection needs it'),
        (boxes(left=None), '"x" is not as groundtruth/object-detection needs it'),
        (boxes(class_id=4), '"x" is not as groundtruth/object-detection needs it .*KeyError'),
        (boxes() | {"x": 3}, '"x" is not as groundtruth/object-detection needs it'),
        (
            {"source-ref": "s3://b/a.jpg", "x": 1, "x-metadata": {"type": "groundtruth/image-classification"}},
            '"x" is not as groundtruth/image-classification needs it .*class-name',
        ),
    ],
)
def test_a_wrong_line_is_named(make_image, tmp_path: Path, record: object, said: str) -> None:
    make_image("images/a.jpg")
    make_image("images/first.jpg")
    first = json.dumps(boxes() | {"source-ref": "s3://b/first.jpg"})
    line = record if isinstance(record, str) else json.dumps(record)
    (tmp_path / "m.manifest").write_text(f"{first}\n\n{line}\n")
    with pytest.raises(Problem, match=rf"m\.manifest line 3: {said}"):
        read_manifest(tmp_path / "m.manifest", tmp_path / "images")


def test_a_size_other_than_the_images_is_named(make_image, tmp_path: Path) -> None:
    make_image("images/a.jpg", (80, 100))
    (tmp_path / "m").write_text(json.dumps(boxes()))
    with pytest.raises(Problem, match="line 1: it was drawn on 100 x 80 pixels but the image has 80 x 100"):
        read_manifest(tmp_path / "m", tmp_path / "images")


def test_an_image_that_two_lines_name_is_a_problem(make_image, tmp_path: Path) -> None:
    make_image("images/a.jpg")
    (tmp_path / "m").write_text(f"{json.dumps(boxes())}\n" * 2)
    with pytest.raises(Problem, match="m line 2: it has the same image as line 1"):
        read_manifest(tmp_path / "m", tmp_path / "images")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\x00"])
def test_a_manifest_with_nothing_in_it_is_a_problem(make_image, tmp_path: Path, content: bytes) -> None:
    make_image("images/a.jpg")
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(Problem, match="m (is empty|cannot be read as a manifest)"):
        read_manifest(tmp_path / "m", tmp_path / "images")


def test_a_manifest_that_is_not_there_is_a_problem(make_image, tmp_path: Path) -> None:
    make_image("images/a.jpg")
    with pytest.raises(Problem, match="none cannot be read as a manifest"):
        read_manifest(tmp_path / "none", tmp_path / "images")
