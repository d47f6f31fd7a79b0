"""Alarms watch what exists, and tell people what they can really type."""

from typing import Any

import pytest

from labelpipe.core.inference.causes import Cause
from labelpipe.core.names import METRICS_NAMESPACE
from tests.infrastructure.conftest import Synthesised
from tests.infrastructure.test_functions import resolved

LOOK = "aws sqs receive-message --queue-url {queue} --message-attribute-names All"
TAIL = "aws logs tail {log} --since 15m --filter-pattern RouteFault"


def alarm(real: Synthesised, word: str) -> Any:
    return resolved(real.one("AWS::CloudWatch::Alarm", f"Alarms{word}"))


def test_a_route_that_cannot_work_as_it_is_set_up_alarms_by_its_own_metric(real: Synthesised) -> None:
    """With the dimensions under which lambdas/inference/handler.py counts."""
    made = alarm(real, "RouteFaultsRipeFigs")
    assert (made["Namespace"], made["MetricName"]) == (METRICS_NAMESPACE, Cause.ROUTE_FAULT)
    assert {each["Name"]: resolved(each["Value"]) for each in made["Dimensions"]} == {
        "Bucket": real.id("AWS::S3::Bucket"),
        "Route": "ripe-figs",
    }
    assert (made["Statistic"], made["Threshold"], made["TreatMissingData"]) == ("Sum", 1, "notBreaching")


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("DeadLettersBees", LOOK),
        ("LeaseDeadLetters", LOOK),
        ("LeaseDeadLetters", "aws rekognition stop-project-version --project-version-arn ARN"),
        ("RouteFaultsBees", TAIL),
    ],
)
def test_an_alarm_names_the_command_that_helps(real: Synthesised, word: str, command: str) -> None:
    owner = "Leases" if word.startswith("Lease") else "RouteBees"
    queue = real.id("AWS::SQS::Queue", owner, "DeadLetters")
    log = real.id("AWS::Logs::LogGroup", "RouteBees")
    assert command.format(queue=queue, log=log) in alarm(real, word)["AlarmDescription"]


def test_no_alarm_names_a_command_that_does_not_exist(real: Synthesised) -> None:
    for made in real.all("AWS::CloudWatch::Alarm").values():
        assert "labelpipe " not in str(made["AlarmDescription"])
