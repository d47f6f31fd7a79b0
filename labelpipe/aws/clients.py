"""AWS clients with explicit retries and timeouts: the defaults change between versions and differ between machines.

Made by botocore itself: boto3 would add its import and nothing that we call.
"""

from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config

from labelpipe.aws.trust import read_authorities_once

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

_CONNECTIONS = 40
"""More than the threads of a batch, each of which may ask several models; what has no place is closed after use."""


class Clients:
    """One session, so that the loader's and credentials' caches are shared. Clients may be used by any thread."""

    def __init__(self) -> None:
        read_authorities_once()
        self._session = botocore.session.get_session()

    def s3(self) -> "S3Client":
        """At most 2 x (2 + 8) s for a call, and back-off: a third try is the message's."""
        return cast("S3Client", self._client("s3", attempts=2, read_timeout=8))

    def sqs(self) -> "SQSClient":
        """Calls that end a message's work: short."""
        return cast("SQSClient", self._client("sqs", attempts=3, read_timeout=5))

    def ssm(self) -> "SSMClient":
        """One small read."""
        return cast("SSMClient", self._client("ssm", attempts=3, read_timeout=5))

    def rekognition(self) -> "RekognitionClient":
        """Detection takes long. Never repeated here: pacing must hear of each throttle, and retries are decided on."""
        return cast("RekognitionClient", self._client("rekognition", attempts=1, read_timeout=15))

    def endpoints(self) -> Any:
        """As for Rekognition."""
        return self._client("sagemaker-runtime", attempts=1, read_timeout=15)

    def events(self) -> "EventBridgeClient":
        """One small event after each result."""
        return cast("EventBridgeClient", self._client("events", attempts=3, read_timeout=5))

    def _client(self, service: str, *, attempts: int, read_timeout: float) -> Any:
        # What botocore would do beyond that costs a fifth of a call's CPU time (measured), and S3's trailing checksum
        # an extra round trip for each result. TLS and the signature guard the bytes.
        config = Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=2,
            read_timeout=read_timeout,
            max_pool_connections=_CONNECTIONS,
            parameter_validation=False,
            user_agent="labelpipe",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return self._session.create_client(service, config=config)
