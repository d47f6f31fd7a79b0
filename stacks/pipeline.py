"""The stack, as a table of contents."""

from aws_cdk import CfnOutput, CliCredentialsStackSynthesizer, Stack, Tags
from constructs import Construct

from labelpipe.core import names
from labelpipe.settings import Settings
from stacks.access import Access
from stacks.alarms import Alarms
from stacks.controller import Controller
from stacks.events import ResultEvents
from stacks.functions import Runtime
from stacks.leases import Leases
from stacks.local import LocalMode
from stacks.notifications import allow_notifications
from stacks.route import Route
from stacks.storage import Storage


class PipelineStack(Stack):
    """Account and Region are those of whoever deploys. No name is fixed, so several may live side by side."""

    def __init__(self, scope: Construct, *, settings: Settings, local: LocalMode | None = None) -> None:
        super().__init__(
            scope,
            settings.name,
            description="labelpipe: images in, labels out, with Amazon Rekognition Custom Labels",
            synthesizer=CliCredentialsStackSynthesizer() if local else None,
        )
        runtime = Runtime.of(settings.function, local)
        self.storage = Storage(self, "Storage", on_destroy=settings.bucket.on_destroy)
        allow_notifications(self.storage.queue_key, self.storage.bucket)
        self.events = ResultEvents(self, "Events", key=self.storage.queue_key) if settings.result_events else None
        self.routes = [
            Route(
                self,
                f"Route{names.camel(name)}",
                runtime=runtime,
                name=name,
                route=route,
                storage=self.storage,
                events=self.events,
            )
            for name, route in settings.routes.items()
        ]
        self.leases = Leases(self, "Leases", routes=self.routes, storage=self.storage)
        self.controller = Controller(
            self,
            "Controller",
            runtime=runtime,
            routes=self.routes,
            storage=self.storage,
            leases=self.leases,
            max_running_models=settings.max_running_models,
        )
        self.access = Access(self, "Access", storage=self.storage, prefixes=[route.prefix for route in self.routes])
        Alarms(
            self,
            "Alarms",
            routes=self.routes,
            bucket=self.storage.bucket,
            lease_dead_letters=self.leases.dead_letters,
            controller=self.controller.function,
        )
        for name, value in self._outputs().items():
            CfnOutput(self, name, value=value)
        for tag, value in settings.tags.items():
            # Not on the stack, whose tags CloudFormation hands to all it makes, nor on parameters (stacks/route.py).
            Tags.of(self).add(tag, value, exclude_resource_types=["aws:cdk:stack", "AWS::SSM::Parameter"])

    def _outputs(self) -> dict[str, str]:
        return {
            names.BUCKET_OUTPUT: self.storage.bucket.bucket_name,
            names.KEY_OUTPUT: self.storage.key.key_arn,
            names.CONTROLLER_OUTPUT: self.controller.function.function_name,
            names.LEASE_GROUP_OUTPUT: self.leases.group,
            names.UPLOADERS_OUTPUT: self.access.uploaders.managed_policy_arn,
            names.READERS_OUTPUT: self.access.readers.managed_policy_arn,
            **({names.EVENTS_OUTPUT: self.events.name} if self.events else {}),
        } | {
            names.route_output(kind, route.name): value
            for route in self.routes
            for kind, value in route.outputs.items()
        }
