"""Clients of the model controller: every call is small, and a tick has 50 seconds for all of them."""

from typing import TYPE_CHECKING, Any, cast

from labelpipe.aws.clients import Clients

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient


class ControlClients(Clients):
    """Few attempts: what fails now is tried again at the next tick."""

    def rekognition(self) -> "RekognitionClient":
        """The control plane: its 5 calls a second are for the whole account, so that a throttle must be sat out.

        Source: AWS General Reference, "Amazon Rekognition endpoints and quotas".
        """
        return cast("RekognitionClient", self._client("rekognition", attempts=4, read_timeout=5))

    def sagemaker(self) -> Any:
        """Endpoints: few calls, but the service throttles early."""
        return self._client("sagemaker", attempts=4, read_timeout=5)

    def functions(self) -> "LambdaClient":
        """For event source mappings."""
        return cast("LambdaClient", self._client("lambda", attempts=2, read_timeout=8))

    def scheduler(self) -> "EventBridgeSchedulerClient":
        """For leases."""
        return cast("EventBridgeSchedulerClient", self._client("scheduler", attempts=2, read_timeout=8))
