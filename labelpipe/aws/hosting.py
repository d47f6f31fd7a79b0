"""SageMaker's endpoints: what they are doing, creating and deleting them."""

from typing import Any

from botocore.exceptions import ClientError

from labelpipe.aws.errors import error_code
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.observations import Model
from labelpipe.core.control.statuses import Status
from labelpipe.core.names import ENDPOINT_TAG

# Each of botocore's shape EndpointStatus; what is not here answers with some configuration, wanted or not.
# Sources: SageMaker API Reference, "DescribeEndpoint"; "DeleteEndpoint is the only operation that can be performed on
# a failed endpoint".
_STATUSES = {
    "Creating": Status.STARTING,
    "Deleting": Status.STOPPING,
    "Failed": Status.BROKEN,
    "OutOfService": Status.BROKEN,
    "UpdateRollbackFailed": Status.OUTDATED,
}
_SERVING = ("InService", "Updating", "SystemUpdating", "RollingBack")

_INVALID = "ValidationException"
"""What the service says of an endpoint that is not there, is there already, or is being changed; it lists no error of
its own for these. That it means "not there" of DescribeEndpoint is how botocore's waiter EndpointDeleted reads it."""


class Hosting:
    """owner: what endpoints are tagged with. Errors that no outcome names escape as botocore's ClientError."""

    def __init__(self, sagemaker: Any, owner: str) -> None:
        self._sagemaker = sagemaker
        self._tags = [{"Key": ENDPOINT_TAG, "Value": owner}]

    def describe(self, arn: str, config_arn: str, name: str = "") -> Model:
        """The endpoint as it is now. Without config_arn, any configuration is the right one."""
        try:
            found = self._sagemaker.describe_endpoint(EndpointName=_last(arn))
        except ClientError as error:
            if error_code(error) != _INVALID:
                raise
            return Model(arn, config_arn, Status.STOPPED, name)
        return Model(arn, config_arn, _status(found, _last(config_arn)), name)

    def start(self, arn: str, config_arn: str) -> Outcome:
        """Create it; InService comes minutes later."""
        try:
            self._sagemaker.create_endpoint(
                EndpointName=_last(arn), EndpointConfigName=_last(config_arn), Tags=self._tags
            )
        except self._sagemaker.exceptions.ResourceLimitExceeded:
            return Outcome.NO_SLOT
        except ClientError as error:
            if error_code(error) != _INVALID or self.describe(arn, config_arn).status is Status.STOPPED:
                raise  # it is not there, so it is its configuration that is missing
            return Outcome.BUSY
        return Outcome.DONE

    def stop(self, arn: str) -> Outcome:
        """Delete it. One that is being created or updated is BUSY, and so is one that is gone."""
        try:
            self._sagemaker.delete_endpoint(EndpointName=_last(arn))
        except ClientError as error:
            if error_code(error) != _INVALID:
                raise
            return Outcome.BUSY
        return Outcome.DONE


def _status(found: Any, config: str) -> Status:
    status = found["EndpointStatus"]
    if status not in _SERVING:
        return _STATUSES.get(status, Status.UNKNOWN)
    return Status.RUNNING if config in ("", found["EndpointConfigName"]) else Status.OUTDATED


def _last(arn: str) -> str:
    """The name in an ARN."""
    return arn.rpartition("/")[2]
