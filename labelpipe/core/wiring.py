"""A route as the controller sees it: the stack writes it into an SSM parameter, so a deploy takes effect at a tick."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class ModelWiring:
    """One model of a route, as settings name it."""

    name: str
    backend: str
    """core.releases.REKOGNITION or SAGEMAKER."""
    project: str = ""
    """Name of the project: the roles are scoped to its versions."""
    endpoint: str = ""
    """With SageMaker, the endpoint's name instead: the roles are scoped to it."""
    endpoint_config: str = ""
    """Name of the configuration that it is created from."""


@dataclass(frozen=True)
class RouteWiring:
    """One route. Durations in seconds."""

    name: str
    queue_url: str
    mapping_id: str
    """UUID of the event source mapping between queue and function."""
    release_parameter: str
    give_up_after: int
    max_concurrency: int
    models: tuple[ModelWiring, ...]
    policy: dict[str, Any]
    """`[routes.NAME.policy]` of the settings as it stands there: `Policy.parse` reads it."""
    rate: float = 1.0
    """Images a second that the route's models answer with the fewest units, as far as is known."""
    serving_parameter: str = ""
    """Where the controller says which release the function asks; empty: the one of release_parameter."""

    def to_json(self) -> dict[str, Any]:
        """As plain values; CDK tokens in text pass through untouched."""
        return asdict(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of `json.dumps(wiring.to_json())`."""
        value = json.loads(text)
        return cls(**value | {"models": tuple(ModelWiring(**model) for model in value["models"])})
