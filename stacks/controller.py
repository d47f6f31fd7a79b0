"""The model controller: it ticks every minute, and stops what runs before the stack goes."""

from collections.abc import Sequence

from aws_cdk import Aws, CustomResource, Duration, Stack
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from labelpipe.core import names
from labelpipe.core.control.leases import TICK_AGE
from labelpipe.core.environment import ControllerEnvironment
from stacks.functions import Function, Runtime
from stacks.leases import Leases
from stacks.permissions import (
    Allow,
    create_endpoints,
    delete_endpoints,
    describe_any_endpoint,
    describe_any_version,
    listing,
    objects,
    on_versions,
    role,
    scheduled,
    stop_any_version,
    use_key,
)
from stacks.route import Route, named
from stacks.storage import Storage

MEMORY = 512
TICK_TIMEOUT = 50
"""Below the minute between two ticks."""
STOP_TIMEOUT = 15 * 60
ANSWER_TIMEOUT = STOP_TIMEOUT + 2 * 60
"""How long CloudFormation waits to hear what came of it."""


_ROOM = "A role's policies have little room, and all routes of the stack are the controller's."


class Controller(Construct):
    """On delete, the ticks end first, then what runs is stopped, then all that this takes may go."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        runtime: Runtime,
        routes: Sequence[Route],
        storage: Storage,
        leases: Leases,
        max_running_models: int,
    ) -> None:
        super().__init__(scope, id)
        environment = ControllerEnvironment(
            bucket=storage.bucket.bucket_name,
            key_arn=storage.key.key_arn,
            route_parameters=tuple(route.parameter.parameter_name for route in routes),
            max_running_models=max_running_models,
            lease_group=leases.group,
            lease_role_arn=leases.role.role_arn,
            lease_dead_letter_queue_arn=leases.dead_letters.queue_arn,
        ).to_env()
        self.function = Function(
            self,
            "Tick",
            runtime=runtime,
            bundle="model_controller",
            handler="lambdas.model_controller.handler.handler",
            description="Starts and stops models, every minute",
            environment=environment,
            calls=[
                *_stopping(routes, leases, storage),
                *_starting(routes, leases),
                *_work(routes, storage),
                *_memory(storage),
            ],
            timeout=TICK_TIMEOUT,
            memory=MEMORY,
            retry_attempts=0,
        ).function
        on_delete = Function(
            self,
            "OnDelete",
            runtime=runtime,
            bundle="model_controller",
            handler="lambdas.model_controller.on_delete.handler",
            description="Stops models before the stack goes",
            environment=environment,
            calls=_stopping(routes, leases, storage),
            timeout=STOP_TIMEOUT,
            memory=MEMORY,
        )
        stop = CustomResource(
            self,
            "StopBeforeDelete",
            resource_type="Custom::StopModels",
            service_token=on_delete.function.function_arn,
            service_timeout=Duration.seconds(ANSWER_TIMEOUT),
        )
        stop.node.add_dependency(on_delete, leases, *routes)
        _every_minute(self, self.function.function_arn).node.add_dependency(stop)


def _every_minute(scope: Construct, function_arn: str) -> scheduler.CfnSchedule:
    """A tick that fails is not repeated: the next one sees the same world, fresher."""
    group = Stack.of(scope).format_arn(service="scheduler", resource="schedule-group", resource_name="default")
    caller = role(scope, "Caller", scheduled(group), [Allow(["lambda:InvokeFunction"], [function_arn])])
    return scheduler.CfnSchedule(
        scope,
        "EveryMinute",
        description="Ticks the model controller",
        schedule_expression="rate(1 minute)",
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=scheduler.CfnSchedule.TargetProperty(
            arn=function_arn,
            role_arn=caller.role_arn,
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_retry_attempts=0, maximum_event_age_in_seconds=TICK_AGE.total_seconds()
            ),
        ),
    )


def _stopping(routes: Sequence[Route], leases: Leases, storage: Storage) -> list[Allow]:
    """What it takes to find what runs, to hold its queue, to stop it and to remove its lease.

    Of any project or endpoint: what was started for a route may still run when the route has left the settings.
    """
    return [
        Allow(["ssm:GetParameter"], [route.parameter.parameter_arn for route in routes]),
        describe_any_version(),
        stop_any_version(),
        describe_any_endpoint(),
        *delete_endpoints(named(routes, "endpoint"), storage.bucket.bucket_name),
        Allow(["lambda:UpdateEventSourceMapping"], [route.inference.mapping_arn for route in routes]),
        Allow(["scheduler:ListSchedules"], ["*"], because="The action knows no resources."),
        leases.calls("Get", "Delete"),
    ]


def _starting(routes: Sequence[Route], leases: Leases) -> list[Allow]:
    to_scheduler = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    return [
        Allow(["ssm:GetParameter"], [_pointers("release")], because=_ROOM),
        Allow(["ssm:GetParameter", "ssm:PutParameter"], [_pointers("serving")], because=_ROOM),
        *_creating(routes),
        Allow(["lambda:GetEventSourceMapping"], [route.inference.mapping_arn for route in routes]),
        leases.calls("Create", "Update"),
        Allow(["iam:PassRole"], [leases.role.role_arn], when=to_scheduler),
    ]


def _pointers(kind: str) -> str:
    """Those to the releases of every route of this stack."""
    return f"arn:{Aws.PARTITION}:ssm:{Aws.REGION}:{Aws.ACCOUNT_ID}:parameter/{Aws.STACK_NAME}/routes/*/{kind}"


def _work(routes: Sequence[Route], storage: Storage) -> list[Allow]:
    """How much waits, and whether it is only noise: that is taken out before a model is paid for."""
    calls = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"]
    queues = [route.queues.queue.queue_arn for route in routes]
    return [Allow(calls, queues), Allow(["kms:Decrypt"], [storage.queue_key.key_arn])]


def _memory(storage: Storage) -> list[Allow]:
    """Releases, states and overrides in the bucket."""
    records = (names.RELEASES, names.STATES, names.OVERRIDES)
    return [
        objects(storage.bucket, ["s3:GetObject"], *(f"{prefix}*" for prefix in records)),
        objects(storage.bucket, ["s3:PutObject"], f"{names.STATES}*"),
        listing(storage.bucket, f"{names.OWN_PREFIX}*"),
        use_key(storage.key.key_arn),
    ]


def _creating(routes: Sequence[Route]) -> list[Allow]:
    """Only what routes have."""
    projects, endpoints, configs = (named(routes, key) for key in ("project", "endpoint", "endpoint_config"))
    start = [on_versions(["rekognition:StartProjectVersion"], projects)] if projects else []
    return [*start, *(create_endpoints(endpoints, configs) if endpoints else [])]
