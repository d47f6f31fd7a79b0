"""The event source mapping between a route's queue and its function: the tap of the queue."""

from typing import TYPE_CHECKING, Any

from labelpipe.core.control.actions import Outcome

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class Mappings:
    """Errors other than being busy escape as botocore's ClientError."""

    def __init__(self, functions: "LambdaClient") -> None:
        self._functions = functions

    def state(self, mapping_id: str) -> str:
        """`Enabled`, `Disabled`, or a state on the way: `Enabling`, `Disabling`, `Updating`…"""
        return self._functions.get_event_source_mapping(UUID=mapping_id)["State"]

    def hold(self, mapping_id: str) -> Outcome:
        """Ask that nothing more be taken from the queue. A mapping that is gone takes nothing."""
        try:
            return self._set(mapping_id, Enabled=False)
        except self._functions.exceptions.ResourceNotFoundException:
            return Outcome.DONE

    def release(self, mapping_id: str, concurrency: int) -> Outcome:
        """Ask that the queue be emptied, by so many environments at once (2 to 1000)."""
        return self._set(mapping_id, Enabled=True, ScalingConfig={"MaximumConcurrency": concurrency})

    def _set(self, mapping_id: str, **changes: Any) -> Outcome:
        errors = self._functions.exceptions
        try:
            self._functions.update_event_source_mapping(UUID=mapping_id, **changes)
        except (errors.ResourceInUseException, errors.ResourceConflictException):
            return Outcome.BUSY
        return Outcome.DONE
