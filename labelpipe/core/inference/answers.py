"""What a model is given to look at, and what it answers, whatever kind of model it is."""

from dataclasses import dataclass

from labelpipe.core.boxes import Geometry


@dataclass(frozen=True)
class Pinned:
    """One version of an object; without a version, the current one."""

    bucket: str
    key: str
    version_id: str | None


@dataclass(frozen=True)
class Found:
    """One label. Confidence 0 to 100; the geometry is of the picture that was sent."""

    name: str
    confidence: float
    geometry: Geometry | None


@dataclass(frozen=True)
class Answer:
    """All labels that were asked for."""

    found: tuple[Found, ...]
    request_id: str | None
