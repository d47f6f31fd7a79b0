"""A running local AWS as its clients see it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "000000000000"
REGION = "us-east-1"
_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""The local AWS accepts any keys."""
_OF_MODELS = ("rekognition", "sagemaker", "sagemaker-runtime")


@dataclass(frozen=True)
class Cloud:
    """Where the services answer. rekognition: the stand-in's endpoint, or that of another service in its place.

    SageMaker is asked there too.
    """

    endpoint: str
    rekognition: str

    @property
    def port(self) -> int:
        """Of the endpoint."""
        return int(self.endpoint.rpartition(":")[2])

    def client(self, service: str) -> Any:
        """A boto3 client that reads neither the person's profile nor their environment."""
        return boto3.client(
            service,
            endpoint_url=self.rekognition if service in _OF_MODELS else self.endpoint,
            region_name=REGION,
            aws_access_key_id=_KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_KEYS["AWS_SECRET_ACCESS_KEY"],
            config=Config(
                connect_timeout=5,
                read_timeout=70,
                retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": "path"},
            ),
        )

    def exports(self) -> dict[str, str]:
        """The variables with which any other AWS client reaches the same services."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            **{f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}": self.rekognition for service in _OF_MODELS},
            "AWS_DEFAULT_REGION": REGION,
            **_KEYS,
        }

    def environment(self, own: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The person's environment with all that concerns AWS put aside, and these services in its place."""
        kept = {name: value for name, value in own.items() if not name.startswith(("AWS_", "CDK_"))}
        nobody = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        trust = {"AWS_CA_BUNDLE": own["AWS_CA_BUNDLE"]} if "AWS_CA_BUNDLE" in own else {}
        return kept | nobody | trust | self.exports() | {"AWS_REGION": REGION}
