"""The model controller: every minute it looks, decides and acts, and answers with what it did."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from labelpipe.core.control.handover import route_name
from labelpipe.core.names import METRICS_NAMESPACE
from lambdas.model_controller.reports import TickReport
from lambdas.model_controller.tick import tick
from lambdas.model_controller.tools import tools
from lambdas.model_controller.troubles import Troubles

log = Logger(service="model-controller")


class TickFailed(Exception):
    """Something went wrong at this tick, so that the alarm on errors sees it; all else was done."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Whatever invokes it: the world alone says what is to be done."""
    report = tick(tools(), lambda: datetime.now(UTC), Troubles(log))
    log.info("tick", extra={"report": report.to_json()})
    _measure(report)
    if report.troubles:
        raise TickFailed("; ".join(report.troubles))
    return report.to_json()


def _measure(report: TickReport) -> None:
    """By bucket, because two deployments may live in one account."""
    bucket = tools().settings.bucket
    _metric("RunningModels", report.running, Bucket=bucket)
    _metric("Troubles", len(report.troubles), Bucket=bucket)
    for route in report.routes:
        for name, value in route.measures.items():
            _metric(name, value, Bucket=bucket, Route=route_name(route.name))


def _metric(name: str, value: float, **dimensions: str) -> None:
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=METRICS_NAMESPACE) as metric:
        for dimension, of in dimensions.items():
            metric.add_dimension(dimension, of)
