"""The result beside an image: what was found, or why nothing was. Published in docs/results.md."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self, TypeVar

from labelpipe.core.boxes import Box, Geometry
from labelpipe.core.codes import Code, NewerCode
from labelpipe.core.releases import ReleasedModel

SCHEMA_VERSION = "1.0"
_T = TypeVar("_T")


class Status(StrEnum):
    """How it ended."""

    SUCCEEDED = "SUCCEEDED"
    REJECTED = "REJECTED"
    """This image can never work."""
    FAILED = "FAILED"
    """We gave up: the image is in the dead-letter queue with its cause."""


@dataclass(frozen=True)
class Image:
    """The object that the result speaks of. None is unknown."""

    bucket: str
    key: str
    version_id: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    bytes: int | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    orientation: int | None = None

    def same_version(self, other: "Image") -> bool:
        """Whether both are the same upload. ETags decide where the bucket keeps no versions."""
        if self.version_id not in (None, "null"):  # what wrote a message may know no ETag
            return self.version_id == other.version_id
        return (self.version_id, self.etag) == (other.version_id, other.etag)


@dataclass(frozen=True)
class AskedModel:
    """A model as it was asked. Confidences 0 to 100; nothing below `kept_from` was asked for."""

    name: str
    backend: str
    arn: str
    thresholds: dict[str, float]
    default_threshold: float
    kept_from: float
    request_id: str | None

    def threshold(self, label: str) -> float:
        """From this confidence on, label counts."""
        return self.thresholds.get(label, self.default_threshold)


@dataclass(frozen=True)
class Label:
    """Confidence 0 to 100. The geometry is of the stored raster, before EXIF; labels of whole images have none."""

    name: str
    confidence: float
    model: str
    geometry: Geometry | None = None


@dataclass(frozen=True)
class Transform:
    """What was asked instead of the image itself. Width and height in pixels."""

    steps: tuple[str, ...]
    format: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True)
class Error:
    """Why there are no labels. `cause` is known of FAILED only."""

    code: Code | NewerCode
    cause: str | None = None


@dataclass(frozen=True)
class Times:
    """UTC, ISO 8601. Received: by the function, the last time."""

    uploaded: str | None
    received: str
    finished: str


@dataclass(frozen=True)
class Trace:
    """Where to look in logs."""

    message_id: str | None
    receive_count: int | None
    function_request_id: str | None


@dataclass(frozen=True)
class Result:
    """One per image. Labels from the highest confidence down."""

    status: Status
    route: str
    image: Image
    times: Times
    trace: Trace
    release: str | None = None
    models: tuple[AskedModel, ...] = ()
    labels: tuple[Label, ...] = ()
    below: tuple[Label, ...] = ()
    transform: Transform | None = None
    error: Error | None = None

    def to_json(self) -> str:
        """As it is published: every member always present, each on a line of its own."""
        value = {
            "SchemaVersion": SCHEMA_VERSION,
            "Status": self.status.value,
            "Route": self.route,
            "Release": self.release,
            "Image": _write(self.image),
            "Models": [_write(model) for model in self.models],
            "CustomLabels": [_write_label(label) for label in self.labels],
            "BelowThreshold": [_write_label(label) for label in self.below],
            "Transform": self.transform and _write(self.transform),
            "Error": self.error and _write_error(self.error),
            "Times": _write(self.times),
            "Trace": _write(self.trace),
        }
        members = (
            f'"{name}": {json.dumps(member, ensure_ascii=False, allow_nan=False)}' for name, member in value.items()
        )
        return "{" + ",\n ".join(members) + "}\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of to_json. Raise ValueError when text is no result of ours: it may be anyone's JSON.

        Of a newer 1.x, members that are unknown here are left out, and an unknown code is a NewerCode.
        """
        try:
            return cls._from_value(json.loads(text))
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"no result of labelpipe: {type(error).__name__} {error}") from error

    @classmethod
    def _from_value(cls, value: dict[str, Any]) -> Self:
        if value["SchemaVersion"].split(".")[0] != SCHEMA_VERSION.split(".")[0]:
            raise ValueError(f"a result of schema {value['SchemaVersion']}: this labelpipe reads {SCHEMA_VERSION}")
        transform = value["Transform"]
        return cls(
            status=Status(value["Status"]),
            route=value["Route"],
            release=value["Release"],
            image=_read(Image, value["Image"]),
            models=tuple(_read(AskedModel, model) for model in value["Models"]),
            labels=tuple(map(_read_label, value["CustomLabels"])),
            below=tuple(map(_read_label, value["BelowThreshold"])),
            transform=transform and _read(Transform, transform | {"Steps": tuple(transform["Steps"])}),
            error=value["Error"] and Error(_read_code(value["Error"]), value["Error"].get("Cause")),
            times=_read(Times, value["Times"]),
            trace=_read(Trace, value["Trace"]),
        )


def kept_from(model: ReleasedModel, floor: float) -> float:
    """The confidence to ask a model from: low enough for every threshold of the release to decide."""
    return min((floor, model.default_threshold, *model.thresholds.values()))


def split(
    labels: Iterable[Label], models: Iterable[ReleasedModel | AskedModel]
) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """Labels at or above their threshold, and the others; the surest first."""
    thresholds = {model.name: model.threshold for model in models}
    ordered = sorted(labels, key=lambda label: -label.confidence)
    counts = [label.confidence >= thresholds[label.model](label.name) for label in ordered]
    return (
        tuple(label for label, count in zip(ordered, counts, strict=True) if count),
        tuple(label for label, count in zip(ordered, counts, strict=True) if not count),
    )


_IRREGULAR = {"etag": "ETag"}


def _member(name: str) -> str:
    return _IRREGULAR.get(name) or "".join(part.capitalize() for part in name.split("_"))


def _write(record: Any) -> dict[str, Any]:
    return {_member(field.name): getattr(record, field.name) for field in fields(record)}


def _read(kind: type[_T], value: dict[str, Any]) -> _T:
    return kind(**{field.name: value[_member(field.name)] for field in fields(kind)})  # type: ignore[arg-type]


def _write_error(error: Error) -> dict[str, str]:
    value = {"Code": error.code.value, "Message": error.code.message, "NextStep": error.code.next_step}
    return value | ({"Cause": error.cause} if error.cause else {})


def _read_code(error: dict[str, Any]) -> Code | NewerCode:
    if error["Code"] in (code.value for code in Code):
        return Code(error["Code"])
    texts = (error["Code"], error["Message"], error["NextStep"])
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"the error is {error!r}")
    return NewerCode(*texts)


def _write_label(label: Label) -> dict[str, Any]:
    """With the API's own members: as there, Geometry is absent, not null, for labels of whole images."""
    value: dict[str, Any] = {"Name": label.name, "Confidence": label.confidence, "Model": label.model}
    if label.geometry:
        geometry: dict[str, Any] = {}
        if label.geometry.box:
            geometry["BoundingBox"] = _write(label.geometry.box)
        if label.geometry.polygon:
            geometry["Polygon"] = [{"X": x, "Y": y} for x, y in label.geometry.polygon]
        value["Geometry"] = geometry
    return value


def read_geometry(value: dict[str, Any] | None) -> Geometry | None:
    """From the API's own form."""
    if not value:
        return None
    box = value.get("BoundingBox")
    return Geometry(_read(Box, box) if box else None, tuple((p["X"], p["Y"]) for p in value.get("Polygon", ())))


def _read_label(value: dict[str, Any]) -> Label:
    return Label(value["Name"], value["Confidence"], value["Model"], read_geometry(value.get("Geometry")))
