"""Drawn pictures, and the manifests that describe them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.contract.s3 import FakeS3


@dataclass(frozen=True)
class Picture:
    """A drawn JPEG with its boxes: (label, left, top, width, height) in pixels."""

    content: bytes
    boxes: tuple[tuple[str, int, int, int, int], ...]


def draw(number: int) -> Picture:
    """A red disc and a blue square somewhere on noise, by number."""
    random = np.random.default_rng(number)
    picture = Image.fromarray(random.integers(90, 150, (120, 160, 3), np.uint8))
    pen, boxes, file = ImageDraw.Draw(picture), [], io.BytesIO()
    for column, (label, colour) in enumerate([("disc", (200, 40, 40)), ("square", (40, 40, 210))]):
        side = int(random.integers(20, 36))
        left, top = 8 + column * 80 + int(random.integers(0, 30)), int(random.integers(4, 80))
        (pen.ellipse if label == "disc" else pen.rectangle)((left, top, left + side, top + side), fill=colour)
        boxes.append((label, left, top, side, side))
    picture.save(file, "JPEG", quality=95)
    return Picture(file.getvalue(), tuple(boxes))


_SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}


def boxed_line(key: str, picture: Picture, bucket: str = "images") -> str:
    names = ["disc", "square"]
    annotations = [
        {"class_id": names.index(label), "left": left, "top": top, "width": width, "height": height}
        for label, left, top, width, height in picture.boxes
    ]
    size = [{"width": 160, "height": 120, "depth": 3}]
    sure = [{"confidence": 1}] * len(annotations)
    kind = _SORT | {"type": "groundtruth/object-detection", "class-map": dict(enumerate(names)), "objects": sure}
    row = {"source-ref": f"s3://{bucket}/{key}", "bb": {"image_size": size, "annotations": annotations}}
    return json.dumps(row | {"bb-metadata": kind})


def labelled_line(key: str, label: str) -> str:
    kind = _SORT | {"type": "groundtruth/image-classification", "class-name": label}
    return json.dumps({"source-ref": f"s3://images/{key}", "c": 1, "c-metadata": kind})


def manifest(s3: FakeS3, name: str, lines: list[str]) -> dict[str, Any]:
    """Put the lines into S3; the GroundTruthManifest that names them."""
    s3.put("images", name, "\n".join(lines).encode())
    return {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": name}}}
