"""Routes as the stack has written them, and the pointers to their releases, in SSM parameters."""

from typing import TYPE_CHECKING

from labelpipe.core.names import NO_RELEASE
from labelpipe.core.wiring import RouteWiring

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class Wirings:
    """Errors escape as botocore's ClientError."""

    def __init__(self, parameters: "SSMClient") -> None:
        self._parameters = parameters

    def route(self, parameter: str) -> RouteWiring:
        """One route's wiring."""
        return RouteWiring.from_json(self._value(parameter))

    def release_key(self, parameter: str) -> str | None:
        """The S3 key of the current release's record; None before the first."""
        value = self._value(parameter)
        return None if value == NO_RELEASE else value

    def serve(self, parameter: str, key: str) -> None:
        """From now on, functions ask the release whose record has this key: within half a minute."""
        self._parameters.put_parameter(Name=parameter, Value=key, Type="String", Overwrite=True)

    def _value(self, parameter: str) -> str:
        return self._parameters.get_parameter(Name=parameter)["Parameter"]["Value"]
