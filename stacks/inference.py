"""A route's inference function, and the mapping that feeds it from the route's queue."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from labelpipe.core import names
from labelpipe.core.control.capacity import proportional
from labelpipe.core.environment import InferenceEnvironment
from labelpipe.settings import RouteSettings
from stacks.bundling import inference_bundle
from stacks.events import ResultEvents
from stacks.functions import Function, Runtime
from stacks.permissions import Allow, invoke, listing, listing_versions, objects, on_versions, use_key
from stacks.queues import RouteQueues
from stacks.storage import Storage


class Inference(Construct):
    """The mapping is created disabled: the controller enables it while every model of the route runs."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        runtime: Runtime,
        name: str,
        route: RouteSettings,
        storage: Storage,
        queues: RouteQueues,
        release: ssm.StringParameter,
        events: ResultEvents | None,
    ) -> None:
        super().__init__(scope, id)
        units = route.policy.units
        at_first = proportional(route.max_concurrency, units.min, units)
        environment = InferenceEnvironment(
            route=name,
            prefix=route.prefix,
            bucket=storage.bucket.bucket_name,
            key_arn=storage.key.key_arn,
            queue_url=queues.queue.queue_url,
            dead_letter_queue_url=queues.dead_letters.queue_url,
            release_parameter=release.parameter_name,
            formats=route.formats,
            upright=route.upright,
            keep_from=route.keep_from,
            attempts=route.attempts,
            give_up_after=route.give_up_after,
            max_concurrency=at_first,
            rate=route.pace,
            event_bus=events.name if events else "",
        )
        self.function = Function(
            self,
            "Inference",
            runtime=runtime,
            bundle=inference_bundle(route.formats),
            handler="lambdas.inference.handler.handler",
            description=f"Answers images under {route.prefix}",
            # The name of its log lines; the controller's functions name themselves.
            environment={**environment.to_env(), "POWERTOOLS_SERVICE_NAME": "inference"},
            calls=[
                *_bucket(storage, name, route.prefix),
                *_queues(storage, queues),
                Allow(["ssm:GetParameter"], [release.parameter_arn]),
                *_models(route),
                *([events.put] if events else []),
            ],
            timeout=runtime.settings.timeout,
            memory=runtime.settings.memory_mb,
        ).function
        mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=self.function,
            event_source_arn=queues.queue.queue_arn,
            enabled=False,
            batch_size=route.batch,
            report_batch_item_failures=True,
            max_concurrency=at_first,
        )
        self.mapping_id = mapping.event_source_mapping_id
        self.mapping_arn = Stack.of(self).format_arn(
            service="lambda",
            resource="event-source-mapping",
            resource_name=self.mapping_id,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )


def _models(route: RouteSettings) -> list[Allow]:
    """Only what the route has."""
    projects = [model.project for model in route.models if model.project]
    endpoints = [model.endpoint for model in route.models if model.endpoint]
    detect = [on_versions(["rekognition:DetectCustomLabels"], projects)] if projects else []
    return [*detect, *([invoke(endpoints)] if endpoints else [])]


def _bucket(storage: Storage, name: str, prefix: str) -> list[Allow]:
    bucket, releases = storage.bucket, f"{names.RELEASES}{name}/*"
    return [
        objects(bucket, ["s3:GetObject", "s3:GetObjectVersion"], f"{prefix}*"),
        objects(bucket, ["s3:GetObject"], releases),
        objects(bucket, ["s3:PutObject"], f"{prefix}*{names.RESULT_SUFFIX}"),
        listing(bucket, f"{prefix}*", releases),
        listing_versions(bucket, f"{prefix}*"),
        use_key(storage.key.key_arn),
    ]


def _queues(storage: Storage, queues: RouteQueues) -> list[Allow]:
    consume = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
    return [
        Allow(consume, [queues.queue.queue_arn]),
        Allow(["sqs:SendMessage"], [queues.dead_letters.queue_arn]),
        use_key(storage.queue_key.key_arn),
    ]
