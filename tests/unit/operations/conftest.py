"""A route as the controller may see it, with no AWS behind it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Depth, Model, Observation
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.statuses import Status
from labelpipe.core.wiring import ModelWiring, RouteWiring

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""A Friday."""
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/{}/1"


def observe(status: str, *, name: str = "bees", waiting: int = 0, mapping: str = DISABLED, **more: Any) -> Observation:
    """One model; it answers one image a second. policy: as in the settings."""
    arn = more.pop("arn", ARN.format("v1"))
    wiring = RouteWiring(name, "queue", f"mapping-{name}", "release", 864000, 5, (ModelWiring("m", "rekognition"),), {})
    lease = Lease(Kind.of(arn), arn, NOW + timedelta(minutes=30), "project", NOW - timedelta(minutes=10))
    return Observation(
        now=NOW,
        wiring=wiring,
        policy=Policy.parse(more.pop("policy", {})),
        depth=more.pop("depth", Depth(waiting)),
        mapping=mapping,
        models=() if more.get("refusal") else (Model(arn, "project", Status(status), "m", 1, lease),),
        memory=more.pop("memory", Memory()),
        **more,
    )


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def see() -> Callable[..., Observation]:
    return observe
