"""The event source mapping between a route's queue and its function: the tap of the queue."""

from typing import TYPE_CHECKING

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
            return self._set(mapping_id, enabled=False)
        except self._functions.exceptions.ResourceNotFoundException:
            return Outcome.DONE

    def release(self, mapping_id: str) -> Outcome:
        """Ask that the queue be emptied."""
        return self._set(mapping_id, enabled=True)

    def _set(self, mapping_id: str, *, enabled: bool) -> Outcome:
        errors = self._functions.exceptions
        try:
            self._functions.update_event_source_mapping(UUID=mapping_id, Enabled=enabled)
        except (errors.ResourceInUseException, errors.ResourceConflictException):
            return Outcome.BUSY
        return Outcome.DONE
