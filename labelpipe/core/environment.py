"""What each function is told by its environment. The names are written once: the stack writes, the function reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

_READ: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: lambda text: text == "true",
    tuple[str, ...]: lambda text: tuple(text.split(",")) if text else (),
}


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


class _Environment:
    """A dataclass as environment variables: `queue_url` is QUEUE_URL. Tuples are joined by commas."""

    def to_env(self) -> dict[str, str]:
        """Every field as a variable. CDK tokens in text pass through untouched."""
        return {field.name.upper(): _write(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """The inverse of to_env. A missing variable is a KeyError: the template, not a person, has forgotten it."""
        return cls(**{f.name: _READ[f.type](environment[f.name.upper()]) for f in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class InferenceEnvironment(_Environment):
    """One route, as its inference function needs to know it. Durations in seconds, confidences 0 to 100."""

    route: str
    prefix: str
    bucket: str
    key_arn: str
    """The KMS key that results are encrypted with."""
    queue_url: str
    dead_letter_queue_url: str
    release_parameter: str
    """Name of the SSM parameter that holds the S3 key of the record of the release to ask, or NO_RELEASE."""
    formats: tuple[str, ...]
    upright: bool
    keep_from: float
    attempts: int
    give_up_after: int
    max_concurrency: int
    """Environments of this function that work at once, at most, where the models have the fewest units."""
    rate: float
    """Images a second that the route's models answer, as far as is known: where pacing begins."""
    event_bus: str
    """Name of the bus that hears of finished images; empty when nobody wants to."""


@dataclass(frozen=True)
class ControllerEnvironment(_Environment):
    """What the model controller needs to find everything else."""

    bucket: str
    key_arn: str
    route_parameters: tuple[str, ...]
    """Names of the SSM parameters that each hold a RouteWiring."""
    max_running_models: int
    lease_group: str
    """Name of the EventBridge Scheduler group that the stack owns: every lease in it is ours."""
    lease_role_arn: str
    """What a lease's schedule acts as: StopProjectVersion on our projects, UpdateEventSourceMapping on our mappings."""
    lease_dead_letter_queue_arn: str
