"""A deployed pipeline, found by the outputs of its stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import ClientError

from labelpipe.core import names
from labelpipe.core.errors import Problem
from labelpipe.settings import Settings
from labelpipe.settings.choosing import one_route


@dataclass(frozen=True)
class DeployedRoute:
    """A route with the physical names of what serves it."""

    name: str
    prefix: str
    queue_url: str
    dead_letter_queue_url: str
    function_name: str
    release_parameter: str

    @classmethod
    def from_outputs(cls, name: str, prefix: str, outputs: Mapping[str, str]) -> Self:
        """A route that the settings have and the stack has not is a KeyError."""
        return cls(
            name,
            prefix,
            queue_url=outputs[names.route_output("Queue", name)],
            dead_letter_queue_url=outputs[names.route_output("DeadLetterQueue", name)],
            function_name=outputs[names.route_output("Function", name)],
            release_parameter=outputs[names.route_output("Release", name)],
        )


@dataclass(frozen=True)
class Pipeline:
    """A deployed stack."""

    name: str
    bucket: str
    key_arn: str
    controller_function_name: str
    routes: tuple[DeployedRoute, ...]

    @classmethod
    def from_outputs(cls, settings: Settings, outputs: Mapping[str, str]) -> Self:
        """Raise a Problem when the stack was deployed from other settings."""
        try:
            routes = [DeployedRoute.from_outputs(name, each.prefix, outputs) for name, each in settings.routes.items()]
            return cls(
                settings.name,
                outputs[names.BUCKET_OUTPUT],
                outputs[names.KEY_OUTPUT],
                outputs[names.CONTROLLER_OUTPUT],
                tuple(routes),
            )
        except KeyError as missing:
            raise Problem(
                f"the deployed stack '{settings.name}' has no output {missing}: they changed since; run cdk deploy"
            ) from None

    def route(self, name: str | None) -> DeployedRoute:
        """The route of that name; the only one when none is named."""
        return one_route({route.name: route for route in self.routes}, name)


def find_pipeline(cloudformation: Any, settings: Settings) -> Pipeline:
    """Look the stack up by the name in the settings; raise a Problem when it is not deployed there."""
    try:
        stacks = cloudformation.describe_stacks(StackName=settings.name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise Problem(
            f"no stack '{settings.name}' in this account and Region: run cdk deploy, "
            "say --settings with those it was deployed from, or choose another AWS profile"
        ) from None
    return Pipeline.from_outputs(
        settings, {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}
    )
