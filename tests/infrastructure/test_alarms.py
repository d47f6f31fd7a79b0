"""Alarms watch what exists, and tell people what they can really type."""

import pytest

from labelpipe.core.inference.causes import Cause
from labelpipe.core.names import METRICS_NAMESPACE
from tests.infrastructure.conftest import Synthesised

LOOK = "aws sqs receive-message --queue-url URL --message-attribute-names All"


def description(real: Synthesised, word: str) -> str:
    return real.one("AWS::CloudWatch::Alarm", f"Alarms{word}")["AlarmDescription"]


def test_a_route_that_cannot_work_as_it_is_set_up_alarms_by_its_own_metric(real: Synthesised) -> None:
    """With the dimensions under which lambdas/inference/handler.py counts."""
    made = real.one("AWS::CloudWatch::Alarm", "AlarmsRouteFaultsRipeFigs")
    assert (made["Namespace"], made["MetricName"]) == (METRICS_NAMESPACE, Cause.ROUTE_FAULT)
    assert {each["Name"]: each["Value"] for each in made["Dimensions"]} == {
        "Bucket": {"Ref": real.id("AWS::S3::Bucket")},
        "Route": "ripe-figs",
    }
    assert (made["Statistic"], made["Threshold"], made["TreatMissingData"]) == ("Sum", 1, "notBreaching")


@pytest.mark.parametrize(
    ("word", "metric", "threshold"),
    [("CannotStart", "CannotStart", 1), ("SlowStart", "StartingMinutes", 30), ("CapReached", "CapReached", 1)],
)
def test_what_the_controller_measures_of_a_route_alarms_from_a_highest_value(
    real: Synthesised, word: str, metric: str, threshold: int
) -> None:
    """With the dimensions under which lambdas/model_controller/handler.py measures at every tick."""
    made = real.one("AWS::CloudWatch::Alarm", f"Alarms{word}RipeFigs")
    assert (made["Namespace"], made["MetricName"]) == (METRICS_NAMESPACE, metric)
    assert {each["Name"]: each["Value"] for each in made["Dimensions"]} == {
        "Bucket": {"Ref": real.id("AWS::S3::Bucket")},
        "Route": "ripe-figs",
    }
    assert (made["Statistic"], made["Threshold"]) == ("Maximum", threshold)
    assert made["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert made["TreatMissingData"] == "notBreaching"


def test_a_function_that_cannot_even_start_alarms(real: Synthesised) -> None:
    made = real.one("AWS::CloudWatch::Alarm", "AlarmsFunctionErrorsRipeFigs")
    assert (made["Namespace"], made["MetricName"], made["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert made["Dimensions"] == [
        {"Name": "FunctionName", "Value": {"Ref": real.id("AWS::Lambda::Function", "RouteRipeFigs")}}
    ]


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("DeadLettersRipeFigs", LOOK),
        ("LeaseDeadLetters", LOOK),
        ("LeaseDeadLetters", "aws rekognition stop-project-version --project-version-arn ARN"),
        ("CannotStartBees", "aws rekognition describe-project-versions --project-arn ARN"),
        ("CannotStartBees", "aws sagemaker describe-endpoint --endpoint-name NAME"),
        ("RouteFaultsBees", "aws logs tail LOG-GROUP --since 15m --filter-pattern RouteFault"),
    ],
)
def test_an_alarm_names_the_command_that_helps(real: Synthesised, word: str, command: str) -> None:
    assert command in description(real, word)


def test_the_output_that_an_alarm_names_exists(real: Synthesised) -> None:
    assert "output DeadLetterQueueRipeFigs " in description(real, "DeadLettersRipeFigs")
    assert "DeadLetterQueueRipeFigs" in real.template["Outputs"]


def test_no_alarm_names_a_command_that_does_not_exist(real: Synthesised) -> None:
    for made in real.all("AWS::CloudWatch::Alarm").values():
        assert "labelpipe " not in made["AlarmDescription"]
