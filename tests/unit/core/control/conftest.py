"""A route as the controller may see it: one builder whose defaults are a quiet route with one stopped model."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Depth, Model, Observation
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.statuses import Status
from labelpipe.core.wiring import ModelWiring, RouteWiring

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""A Friday."""
PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/bees/1"

Observe = Callable[..., Observation]


def arn(version: str) -> str:
    return f"arn:aws:rekognition:us-east-1:123456789012:project/bees/version/{version}/1"


def lease(version: str, *, left: timedelta = timedelta(minutes=30), age: timedelta = timedelta(minutes=10)) -> Lease:
    return Lease(Kind.VERSION, arn(version), NOW + left, PROJECT, NOW - age)


def spent_lease(version: str) -> Lease:
    """Half of its 30 minutes have passed."""
    return lease(version, left=timedelta(minutes=15), age=timedelta(minutes=15))


def queue_lease(*, left: timedelta = timedelta(minutes=27), age: timedelta = timedelta(minutes=10)) -> Lease:
    return Lease(Kind.QUEUE, "mapping-bees", NOW + left, "", NOW - age)


def observe(
    *statuses: Status | str,
    name: str = "bees",
    waiting: int = 0,
    mapping: str = DISABLED,
    policy: Mapping[str, Any] | None = None,
    memory: Memory | None = None,
    leased: bool | Sequence[Lease | None] = False,
    queue_leased: bool | Lease = False,
    override: Override | None = None,
    refusal: str | None = None,
    models: tuple[Model, ...] | None = None,
    now: datetime = NOW,
) -> Observation:
    """One version per status: v0, v1, …"""
    leases = [lease(f"v{i}") for i in range(len(statuses))] if leased is True else leased or [None] * len(statuses)
    seen = tuple(
        Model(arn(f"v{i}"), PROJECT, Status(status), f"m{i}", 1, held)
        for i, (status, held) in enumerate(zip(statuses, leases, strict=True))
    )
    wiring = RouteWiring(name, f"queue-{name}", f"mapping-{name}", "release", 10 * 86400, 5, (_model(),), {})
    return Observation(
        now=now,
        wiring=wiring,
        policy=Policy.parse(policy or {}),
        depth=Depth(waiting),
        mapping=mapping,
        models=seen if models is None else models,
        refusal=refusal,
        memory=memory or Memory(),
        override=override,
        queue_lease=queue_lease() if queue_leased is True else queue_leased or None,
    )


def _model() -> ModelWiring:
    return ModelWiring("m0", "rekognition", "bees")


class Make:
    """Everything above, for tests that cannot import it."""

    now = NOW
    project = PROJECT
    arn = staticmethod(arn)
    lease = staticmethod(lease)
    spent_lease = staticmethod(spent_lease)
    queue_lease = staticmethod(queue_lease)
    observe = staticmethod(observe)


@pytest.fixture
def make() -> type[Make]:
    return Make
