"""The model controller: it ticks every minute, and stops what runs before the stack goes."""

from collections.abc import Sequence

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from labelpipe.core import names
from labelpipe.core.environment import ControllerEnvironment
from stacks.functions import Function, Runtime
from stacks.leases import Leases
from stacks.permissions import allow, calls, listing, project_itself, project_versions, role, scheduled
from stacks.route import Route
from stacks.storage import Storage

MEMORY = 512
TICK_TIMEOUT = 50
"""Below the minute between two ticks."""
STOP_TIMEOUT = 15 * 60


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
            statements=[
                *_stopping(routes),
                *_starting(routes, leases),
                *_memory(storage),
                allow("sqs:GetQueueAttributes", *(route.queues.queue.queue_arn for route in routes)),
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
            statements=_stopping(routes),
            timeout=STOP_TIMEOUT,
            memory=MEMORY,
            retry_attempts=0,
        )
        stop = CustomResource(
            self,
            "StopBeforeDelete",
            resource_type="Custom::StopModels",
            service_token=on_delete.function.function_arn,
            service_timeout=Duration.seconds(STOP_TIMEOUT),
        )
        stop.node.add_dependency(on_delete, leases, *routes)
        _every_minute(self, self.function.function_arn).node.add_dependency(stop)


def _every_minute(scope: Construct, function_arn: str) -> scheduler.CfnSchedule:
    """A tick that fails is not repeated: the next one sees the same world, fresher."""
    group = Stack.of(scope).format_arn(service="scheduler", resource="schedule-group", resource_name="default")
    caller = role(scope, "TickRole", scheduled(group), calls(allow("lambda:InvokeFunction", function_arn)))
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
                maximum_retry_attempts=0, maximum_event_age_in_seconds=60
            ),
        ),
    )


def _stopping(routes: Sequence[Route]) -> list[iam.PolicyStatement]:
    """What it takes to find what runs, to hold its queue and to stop it."""
    projects = sorted({project for route in routes for project in route.projects})
    return [
        allow("ssm:GetParameter", *(route.parameter.parameter_arn for route in routes)),
        allow("rekognition:DescribeProjectVersions", *map(project_itself, projects)),
        allow("rekognition:StopProjectVersion", *map(project_versions, projects)),
        allow("lambda:UpdateEventSourceMapping", *(route.inference.mapping_arn for route in routes)),
        # The Service Authorization Reference gives this action no resource type.
        allow("scheduler:ListSchedules", "*"),
    ]


def _starting(routes: Sequence[Route], leases: Leases) -> list[iam.PolicyStatement]:
    projects = sorted({project for route in routes for project in route.projects})
    to_scheduler = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    lease = [f"scheduler:{verb}Schedule" for verb in ("Get", "Create", "Update", "Delete")]
    return [
        allow("ssm:GetParameter", *(route.release.parameter_arn for route in routes)),
        allow("rekognition:StartProjectVersion", *map(project_versions, projects)),
        allow("lambda:GetEventSourceMapping", *(route.inference.mapping_arn for route in routes)),
        allow(lease, leases.schedules_arn),
        allow("iam:PassRole", leases.role.role_arn, when=to_scheduler),
    ]


def _memory(storage: Storage) -> list[iam.PolicyStatement]:
    """Releases, states and overrides in the bucket."""
    bucket = storage.bucket
    records = (names.RELEASES, names.STATES, names.OVERRIDES)
    return [
        allow("s3:GetObject", *(bucket.arn_for_objects(f"{prefix}*") for prefix in records)),
        allow("s3:PutObject", bucket.arn_for_objects(f"{names.STATES}*")),
        listing(bucket, f"{names.OWN_PREFIX}*"),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], storage.key.key_arn),
    ]
