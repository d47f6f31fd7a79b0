"""SageMaker endpoints as a release needs to know them: is there a configuration to create them from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from labelpipe.core.errors import Problem
from labelpipe.settings import ModelSettings


@dataclass(frozen=True)
class PlannedEndpoint:
    """An endpoint that could answer once it is created."""

    arn: str
    config_arn: str


def find_endpoints(sagemaker: Any, models: Iterable[ModelSettings]) -> dict[str, PlannedEndpoint]:
    """By the model's name; raise a Problem for a configuration that is not there. Other models are left out."""
    return {model.name: _find(sagemaker, model) for model in models if model.endpoint}


def _find(sagemaker: Any, model: ModelSettings) -> PlannedEndpoint:
    try:
        found = sagemaker.describe_endpoint_config(EndpointConfigName=model.endpoint_config)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        raise Problem(
            f"there is no endpoint configuration '{model.endpoint_config}' in this account and Region: "
            "create it with 'aws sagemaker create-endpoint-config', or choose another AWS profile"
        ) from None
    config_arn = found["EndpointConfigArn"]
    return PlannedEndpoint(f"{config_arn.partition(':endpoint-config/')[0]}:endpoint/{model.endpoint}", config_arn)
