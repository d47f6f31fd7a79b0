"""The event that tells of a finished image. Published in docs/results.md."""

from typing import Any

from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.core.results import SCHEMA_VERSION, Result

SOURCE, DETAIL_TYPE = "labelpipe", "Image finished"
_MOST_LABELS = 10
"""With names of 255 letters and a key of 1024 bytes, an event stays far below the 256 KB that targets take."""


def detail_of(result: Result) -> dict[str, Any]:
    """What is most asked for; the rest is in the result."""
    image = result.image
    return {
        "SchemaVersion": SCHEMA_VERSION,
        "Status": result.status.value,
        "Route": result.route,
        "Release": result.release,
        "Bucket": image.bucket,
        "Key": image.key,
        "VersionId": image.version_id,
        "ResultKey": image.key + RESULT_SUFFIX,
        "Code": result.error and result.error.code.value,
        "Labels": [
            {"Name": label.name, "Confidence": label.confidence, "Model": label.model}
            for label in result.labels[:_MOST_LABELS]
        ],
    }
