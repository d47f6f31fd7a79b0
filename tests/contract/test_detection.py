"""DetectCustomLabels as a caller sees it."""

import io
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image


def find(asked: Any, arn: str, image: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return asked.detect_custom_labels(ProjectVersionArn=arn, Image=image, **more)["CustomLabels"]


def encoded(size: tuple[int, int], kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind)
    return file.getvalue()


def overlap(found: dict[str, float], box: tuple[str, int, int, int, int]) -> float:
    left, top, right, bottom = box[1] / 160, box[2] / 120, (box[1] + box[3]) / 160, (box[2] + box[4]) / 120
    width = min(found["Left"] + found["Width"], right) - max(found["Left"], left)
    height = min(found["Top"] + found["Height"], bottom) - max(found["Top"], top)
    shared = max(width, 0) * max(height, 0)
    return shared / (found["Width"] * found["Height"] + (right - left) * (bottom - top) - shared)


def test_what_was_drawn_is_found_where_it_was_drawn(asked, running: str, picture) -> None:
    found = find(asked, running, {"Bytes": picture(50).content})
    assert sorted(label["Name"] for label in found) == ["disc", "square"]
    drawn = {box[0]: box for box in picture(50).boxes}
    for label in found:
        assert overlap(label["Geometry"]["BoundingBox"], drawn[label["Name"]]) > 0.5


def test_bytes_and_an_object_give_the_same(asked, s3, running: str, picture) -> None:
    s3.put("images", "in/a b+ü.jpg", picture(51).content)
    image = {"S3Object": {"Bucket": "images", "Name": "in/a b+ü.jpg"}}
    assert find(asked, running, image) == find(asked, running, {"Bytes": picture(51).content})


def test_a_named_version_of_an_object_is_read(asked, s3, running: str, picture) -> None:
    first = s3.put("images", "in/changed.jpg", picture(52).content)
    s3.put("images", "in/changed.jpg", b"no image any more")
    image = {"S3Object": {"Bucket": "images", "Name": "in/changed.jpg"}}
    assert find(asked, running, {"S3Object": image["S3Object"] | {"Version": first}})
    with pytest.raises(asked.exceptions.InvalidImageFormatException):
        find(asked, running, image)


def test_everything_is_told_at_a_confidence_of_zero_surest_first(asked, running: str, picture) -> None:
    image = {"Bytes": picture(53).content}
    everything = [label["Confidence"] for label in find(asked, running, image, MinConfidence=0)]
    assert everything == sorted(everything, reverse=True)
    assert len(everything) >= 2
    surest = find(asked, running, image, MinConfidence=0, MaxResults=1)
    assert [label["Confidence"] for label in surest] == everything[:1]


def test_labels_of_whole_images_have_no_geometry(target, asked, s3, classifier: str) -> None:
    asked.start_project_version(ProjectVersionArn=classifier, MinInferenceUnits=1)
    target.clock.now += 600
    image = {"S3Object": {"Bucket": "images", "Name": "light/0.png"}}
    found = find(asked, classifier, image, MinConfidence=0)
    assert [(label["Name"], "Geometry" in label) for label in found] == [("dark", False), ("bright", False)]
    asked.stop_project_version(ProjectVersionArn=classifier)


@pytest.mark.parametrize(
    ("image", "error"),
    [
        ({"Bytes": b"no image"}, "InvalidImageFormatException"),
        ({"Bytes": encoded((100, 100), "GIF")}, "InvalidImageFormatException"),
        ({"Bytes": encoded((100, 100))[:-40]}, "InvalidImageFormatException"),
        ({"Bytes": bytes(4 * 1024**2 + 1)}, "ImageTooLargeException"),
        ({"Bytes": encoded((4097, 300))}, "ImageTooLargeException"),
        ({"Bytes": encoded((63, 64))}, "InvalidParameterException"),
        ({"Bytes": encoded((1281, 64))}, "InvalidParameterException"),
        ({"S3Object": {"Bucket": "images", "Name": "absent.jpg"}}, "InvalidS3ObjectException"),
        ({"S3Object": {"Bucket": "images", "Name": "large.jpg"}}, "ImageTooLargeException"),
        ({"S3Object": {"Bucket": "images"}}, "InvalidParameterException"),
        ({}, "InvalidParameterException"),
        ({"Bytes": b"x", "S3Object": {"Bucket": "images", "Name": "k"}}, "InvalidParameterException"),
    ],
)
def test_an_image_that_cannot_be_used_is_sorted(asked, s3, running: str, image: dict, error: str) -> None:
    s3.put("images", "large.jpg", bytes(15 * 1024**2 + 1))
    with pytest.raises(ClientError) as caught:
        find(asked, running, image)
    assert caught.value.response["Error"]["Code"] == error


@pytest.mark.usefixtures("invalid_requests")
@pytest.mark.parametrize("more", [{"MinConfidence": 500}, {"MinConfidence": 100.1}])
def test_a_confidence_out_of_range_is_refused(asked, running: str, picture, more: dict) -> None:
    with pytest.raises(asked.exceptions.InvalidParameterException):
        find(asked, running, {"Bytes": picture(50).content}, **more)


def test_an_orientation_is_not_applied(asked, running: str, picture) -> None:
    """Boxes are in the stored raster: the answer to a picture that says that it is turned is the same."""
    turned, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.open(io.BytesIO(picture(50).content)).save(turned, "PNG", exif=exif)
    plain = io.BytesIO()
    Image.open(io.BytesIO(picture(50).content)).save(plain, "PNG")
    assert find(asked, running, {"Bytes": turned.getvalue()}) == find(asked, running, {"Bytes": plain.getvalue()})
