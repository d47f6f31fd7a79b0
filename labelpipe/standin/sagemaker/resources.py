"""What SageMaker remembers: models, endpoint configurations and endpoints, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from labelpipe.standin.arns import ACCOUNT, Place


class Status(StrEnum):
    """Those statuses of an endpoint that the stand-in knows; one that is deleted has none."""

    CREATING = "Creating"
    IN_SERVICE = "InService"
    DELETING = "Deleting"
    FAILED = "Failed"


@dataclass(frozen=True)
class Container:
    image: str | None
    model_data_url: str | None
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Model:
    arn: str
    name: str
    created: float  # epoch seconds, as everywhere here
    container: Container
    role: str | None


@dataclass(frozen=True)
class Variant:
    name: str
    model: str
    instances: int
    instance_type: str
    weight: float


@dataclass(frozen=True)
class EndpointConfig:
    arn: str
    name: str
    created: float
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Endpoint:
    """Its first variant answers, as the container's environment says; both are the configuration's at creation."""

    arn: str
    name: str
    config: str
    created: float
    modified: float
    variants: tuple[Variant, ...]
    environment: Mapping[str, str]
    status: Status
    due: float | None = None
    becomes: Status | None = None  # once due; None: it is gone


Resource = Model | EndpointConfig | Endpoint


def arn(place: Place, kind: str, name: str) -> str:
    """The ARN of a model, endpoint-config or endpoint. Names that differ in case alone have the same."""
    return f"arn:aws:sagemaker:{place.region}:{ACCOUNT}:{kind}/{name.lower()}"


def settled(endpoint: Endpoint, now: float) -> Endpoint | None:
    """The endpoint as it is now, or None when it is gone."""
    if endpoint.due is None or now < endpoint.due:
        return endpoint
    if endpoint.becomes is None:
        return None
    return replace(endpoint, status=endpoint.becomes, modified=endpoint.due, due=None, becomes=None)
