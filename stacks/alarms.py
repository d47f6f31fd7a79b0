"""The few alarms that always mean work for a person. Each description says what happened, and what to do."""

from collections.abc import Sequence
from datetime import timedelta

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from labelpipe.core.control.budgets import PLANNED_START
from labelpipe.core.control.measures import RouteMetric
from labelpipe.core.inference.causes import Cause
from labelpipe.core.names import METRICS_NAMESPACE, camel, route_output
from stacks.route import Route

SLOW_START_MINUTES = PLANNED_START / timedelta(minutes=1)

_MINUTES = Duration.minutes(5)
_LOOK = "aws sqs receive-message --queue-url URL --message-attribute-names All --visibility-timeout 0"
"""The messages stay where they are."""


class Alarms(Construct):
    """Without actions: connect them to your own topic."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        routes: Sequence[Route],
        bucket: s3.IBucket,
        lease_dead_letters: sqs.Queue,
        controller: lambda_.Function,
    ) -> None:
        super().__init__(scope, id)
        for route in routes:
            self._not_empty(
                f"DeadLetters{camel(route.name)}",
                route.queues.dead_letters,
                f"Images of route {route.name} were given up. Their attributes say why: {_LOOK}, "
                f"with the stack's output {route_output('DeadLetterQueue', route.name)} for URL.",
            )
            self._alarm(
                f"RouteFaults{camel(route.name)}",
                _counted(Cause.ROUTE_FAULT, Bucket=bucket.bucket_name, Route=route.name),
                1,
                f"Route {route.name} cannot work as it is set up: a permission, its release or its model is missing, "
                "or its endpoint answers in another form than released. Its images wait. Its function's log says what: "
                f"aws logs tail LOG-GROUP --since 15m --filter-pattern {Cause.ROUTE_FAULT}",
            )
            self._alarm(
                f"FunctionErrors{camel(route.name)}",
                route.inference.function.metric_errors(period=_MINUTES, statistic="Sum"),
                3,
                f"The inference function of route {route.name} dies again and again, or cannot start: too little "
                "memory or time, or a broken deployment. Its images come again for a day, then go to the dead-letter "
                "queue. Its log says what: aws logs tail LOG-GROUP --since 15m",
            )
            self._running(route.name, Bucket=bucket.bucket_name, Route=route.name)
        self._not_empty(
            "LeaseDeadLetters",
            lease_dead_letters,
            "A lease could not end a model, which may cost money now, or hold its queue. "
            f"The messages of this queue name which: {_LOOK}. "
            "Stop a model: aws rekognition stop-project-version --project-version-arn ARN, "
            "or aws sagemaker delete-endpoint --endpoint-name NAME",
        )
        self._alarm(
            "ControllerErrors",
            controller.metric_errors(period=_MINUTES, statistic="Sum"),
            3,
            "The model controller fails again and again. Read its log; leases stop the models meanwhile.",
        )
        self._alarm(
            "ControllerSilent",
            controller.metric_invocations(period=_MINUTES, statistic="Sum"),
            1,
            "The model controller does not tick. Is its schedule enabled? Leases stop the models meanwhile.",
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=cloudwatch.TreatMissingData.BREACHING,
        )

    def _running(self, route: str, **dimensions: str) -> None:
        """What the controller counts at every tick. Each alarm ends when its cause does."""
        self._alarm(
            f"CannotStart{camel(route)}",
            _highest(RouteMetric.CANNOT_START, **dimensions),
            1,
            f"A model of route {route} failed to start, or its version cannot be started. Its images wait; after a "
            "failed start the next try is some minutes away, two hours at most. StatusMessage says why: "
            "aws rekognition describe-project-versions --project-arn ARN, or FailureReason: "
            "aws sagemaker describe-endpoint --endpoint-name NAME. If it stays, release another version.",
        )
        self._alarm(
            f"SlowStart{camel(route)}",
            _highest(RouteMetric.STARTING_MINUTES, **dimensions),
            SLOW_START_MINUTES,
            f"A model of route {route} does not run {SLOW_START_MINUTES:g} minutes after its start was asked for. "
            "Its images wait, and may be late. If it does not run soon, ask AWS support, and meanwhile release "
            "another version. A stop is refused while it starts; its lease asks again.",
        )
        self._alarm(
            f"CapReached{camel(route)}",
            _highest(RouteMetric.CAP_REACHED, **dimensions),
            1,
            f"Route {route} has used up the inference-unit hours of its cap: its models are stopped and its images "
            "wait until the next day, or month. To go on before, raise `cap` in the route's policy and deploy.",
        )

    def _not_empty(self, id: str, queue: sqs.Queue, description: str) -> None:
        # Not the number sent: it leaves out what the queue itself moved.
        metric = queue.metric_approximate_number_of_messages_visible(period=_MINUTES, statistic="Maximum")
        self._alarm(id, metric, 1, description)

    def _alarm(
        self,
        id: str,
        metric: cloudwatch.Metric,
        threshold: int,
        description: str,
        *,
        comparison: cloudwatch.ComparisonOperator = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=comparison,
            treat_missing_data=missing,
            alarm_description=description,
        )


def _highest(name: str, **dimensions: str) -> cloudwatch.Metric:
    """A measure that the controller gives at every tick."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE, metric_name=name, dimensions_map=dimensions, period=_MINUTES, statistic="Maximum"
    )


def _counted(name: str, **dimensions: str) -> cloudwatch.Metric:
    """A metric of our own functions."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE, metric_name=name, dimensions_map=dimensions, period=_MINUTES, statistic="Sum"
    )
