"""What stops a model when our code is dead: schedules in a group, and the role that they act as."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.permissions import Allow, acknowledge, delete_endpoints, role, scheduled, stop_any_version, use_key
from stacks.queues import encrypted_queue
from stacks.route import Route, named
from stacks.storage import Storage


class Leases(Construct):
    """The group is empty here: the controller writes a schedule into it before it starts a model."""

    def __init__(self, scope: Construct, id: str, *, routes: Sequence[Route], storage: Storage) -> None:
        super().__init__(scope, id)
        group = scheduler.CfnScheduleGroup(self, "Group")
        self.group = group.ref
        self.dead_letters = encrypted_queue(self, "DeadLetters", key=storage.queue_key, days=14)
        acknowledge(self.dead_letters, "AwsSolutions-SQS3", "It is the dead-letter queue of schedules.")
        self.role = role(
            self,
            "Role",
            scheduled(group.attr_arn),
            [
                stop_any_version(),
                *delete_endpoints(named(routes, "endpoint"), storage.bucket.bucket_name),
                Allow(["lambda:UpdateEventSourceMapping"], [route.inference.mapping_arn for route in routes]),
                Allow(["sqs:SendMessage"], [self.dead_letters.queue_arn]),
                use_key(storage.queue_key.key_arn),
            ],
        )

    def calls(self, *verbs: str) -> Allow:
        """What may be done with the schedules of the group: Get, Create, Update, Delete."""
        arn = Stack.of(self).format_arn(service="scheduler", resource="schedule", resource_name=f"{self.group}/*")
        actions = [f"scheduler:{verb}Schedule" for verb in verbs]
        return Allow(actions, [arn], because="A lease is named by what it ends, which a release chooses.")
