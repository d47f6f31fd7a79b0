"""The models of routes, whichever service runs them: the one place where the controller tells them apart."""

from functools import cached_property

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.hosting import Hosting
from labelpipe.aws.versions import Versions
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.observations import Model
from labelpipe.core.releases import endpoint_name


class Models:
    """A service's client is made when the first of its models is met. owner: of the endpoints that are created."""

    def __init__(self, clients: ControlClients, owner: str) -> None:
        self._clients, self._owner = clients, owner

    def describe(self, arn: str, parent_arn: str, name: str = "") -> Model:
        """The model as it is now."""
        return self._of(arn).describe(arn, parent_arn, name)

    def start(self, arn: str, parent_arn: str, units: int, max_units: int) -> Outcome:
        """Ask for a start. Units are of project versions only."""
        if endpoint_name(arn):
            return self._hosting.start(arn, parent_arn)
        return self._versions.start(arn, units, max_units)

    def stop(self, arn: str) -> Outcome:
        """Ask for a stop."""
        return self._of(arn).stop(arn)

    def _of(self, arn: str) -> Hosting | Versions:
        return self._hosting if endpoint_name(arn) else self._versions

    @cached_property
    def _versions(self) -> Versions:
        return Versions(self._clients.rekognition())

    @cached_property
    def _hosting(self) -> Hosting:
        return Hosting(self._clients.sagemaker(), self._owner)
