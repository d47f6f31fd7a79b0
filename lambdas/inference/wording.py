"""What was asked and answered, as a result says it."""

from collections.abc import Iterator
from datetime import datetime

from labelpipe.core.boxes import WayBack
from labelpipe.core.inference.answers import Answer
from labelpipe.core.releases import ReleasedModel
from labelpipe.core.results import AskedModel, Label


def asked_model(model: ReleasedModel, floor: float, answer: Answer) -> AskedModel:
    """The model as it was asked, from the confidence `floor` on."""
    return AskedModel(
        name=model.name,
        backend=model.backend,
        arn=model.version_arn,
        thresholds=model.thresholds,
        default_threshold=model.default_threshold,
        kept_from=floor,
        request_id=answer.request_id,
    )


def found_labels(model: ReleasedModel, answer: Answer, way_back: WayBack) -> Iterator[Label]:
    """Its labels, where they are on the stored raster. What lies wholly in our padding is not on the image."""
    for found in answer.found:
        geometry = found.geometry and way_back.geometry(found.geometry)
        if geometry or not found.geometry:
            yield Label(found.name, found.confidence, model.name, geometry)


def written(time: datetime) -> str:
    """UTC, ISO 8601, to the millisecond."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
