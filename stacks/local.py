"""The local mode: the same stack for a local AWS, where a stand-in answers for Rekognition and SageMaker."""

import json
import os
from dataclasses import dataclass
from typing import Any, Self

from labelpipe.core.errors import Problem

LOCAL_ACCOUNT = "000000000000"


@dataclass(frozen=True)
class LocalMode:
    """Given as the context value `labelpipe:local`, as JSON."""

    rekognition_endpoint: str
    """Of SageMaker too: the stand-in tells them apart."""
    python: str
    """The interpreter that runs the functions: their wheels are chosen for it."""

    def to_env(self) -> dict[str, str]:
        """Where the functions find the models' services. Source: AWS SDKs Reference, "Service-specific endpoints"."""
        services = ("REKOGNITION", "SAGEMAKER", "SAGEMAKER_RUNTIME")
        return {f"AWS_ENDPOINT_URL_{service}": self.rekognition_endpoint for service in services}

    @classmethod
    def from_context(cls, value: Any) -> Self | None:
        """None without the value. A real account is refused: its calls must not go to somebody's endpoint."""
        if value is None:
            return None
        account = os.environ.get("CDK_DEFAULT_ACCOUNT") or LOCAL_ACCOUNT
        if account != LOCAL_ACCOUNT:
            raise Problem(f"labelpipe:local is for a local AWS, and this is account {account}; leave the value out")
        try:
            return cls(**json.loads(value) if isinstance(value, str) else value)
        except (TypeError, ValueError) as error:
            raise Problem(
                'labelpipe:local: must be JSON, like {"rekognition_endpoint": "http://127.0.0.1:4777", '
                f'"python": "/path/to/.venv-local/bin/python"}}: {error}'
            ) from error
