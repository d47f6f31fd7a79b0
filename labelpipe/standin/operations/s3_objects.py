"""Objects in S3, as requests name them and replies tell them."""

from __future__ import annotations

from typing import Any

from labelpipe.standin.state import Location


def location(value: dict[str, Any]) -> Location:
    """The place that a GroundTruthManifest or an Image names."""
    s3 = value["S3Object"]
    return Location(s3["Bucket"], s3["Name"], s3.get("Version"))


def named(place: Location) -> dict[str, Any]:
    """The reverse."""
    s3 = {"Bucket": place.bucket, "Name": place.key}
    return {"S3Object": s3 if place.version is None else {**s3, "Version": place.version}}
