"""Everything that one route has for itself."""

import json
from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from labelpipe.core import names
from labelpipe.core.wiring import ModelWiring, RouteWiring
from labelpipe.settings import RouteSettings
from stacks.events import ResultEvents
from stacks.functions import Runtime
from stacks.inference import Inference
from stacks.notifications import notify
from stacks.queues import RouteQueues
from stacks.storage import Storage


class Route(Construct):
    """A prefix of the bucket: what is uploaded there waits in a queue until the route's models run."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        runtime: Runtime,
        name: str,
        route: RouteSettings,
        storage: Storage,
        events: ResultEvents | None,
    ) -> None:
        super().__init__(scope, id)
        self.name, self.prefix, self.models = name, route.prefix, route.models
        self.queues = RouteQueues(self, "Queues", key=storage.queue_key, function_timeout=runtime.settings.timeout)
        notify(storage.bucket, self.queues.queue, prefix=route.prefix, suffixes=names.suffixes(route.formats))
        self.release = self._pointer("Release", "Key of the current release's record")
        self.serving = self._pointer("Serving", "Key of the release that answers: the current one once its models run")
        self.inference = Inference(
            self,
            "Inference",
            runtime=runtime,
            name=name,
            route=route,
            storage=storage,
            queues=self.queues,
            release=self.serving,
            events=events,
        )
        self.parameter = ssm.StringParameter(
            self,
            "Wiring",
            parameter_name=self._parameter_name("wiring"),
            simple_name=False,
            description=f"What the model controller knows of route {name}",
            string_value=json.dumps(self._wiring(route).to_json()),
        )

    def _pointer(self, id: str, description: str) -> ssm.StringParameter:
        """No property of it may ever change, nor its tags: at any change CloudFormation writes the template's value
        too, over the release that was set since. Source: AWS::SSM::Parameter, whose update calls PutParameter.
        """
        return ssm.StringParameter(
            self,
            id,
            parameter_name=self._parameter_name(id.lower()),
            simple_name=False,
            description=description,
            string_value=names.NO_RELEASE,
        )

    def _parameter_name(self, kind: str) -> str:
        """Below the stack's own name: people look for these, and two stacks never have the same."""
        return f"/{Aws.STACK_NAME}/routes/{self.name}/{kind}"

    def _wiring(self, route: RouteSettings) -> RouteWiring:
        return RouteWiring(
            name=self.name,
            queue_url=self.queues.queue.queue_url,
            mapping_id=self.inference.mapping_id,
            release_parameter=self.release.parameter_name,
            give_up_after=route.give_up_after,
            max_concurrency=route.max_concurrency,
            models=tuple(
                ModelWiring(model.name, model.backend, model.project, model.endpoint, model.endpoint_config)
                for model in route.models
            ),
            policy=route.policy.to_raw(),
            rate=route.rate,
            serving_parameter=self.serving.parameter_name,
        )

    @property
    def outputs(self) -> dict[str, str]:
        """By kind, as core/names.py lists them."""
        return {
            "Queue": self.queues.queue.queue_url,
            "DeadLetterQueue": self.queues.dead_letters.queue_url,
            "Function": self.inference.function.function_name,
            "Release": self.release.parameter_name,
        }


def named(routes: Sequence[Route], key: str) -> list[str]:
    """What the models of these routes name, each once. key: project, endpoint or endpoint_config."""
    return sorted({getattr(model, key) for route in routes for model in route.models} - {""})
