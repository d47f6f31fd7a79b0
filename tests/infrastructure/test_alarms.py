"""Alarms watch what exists, and tell people what they can really type."""

import pytest

from tests.infrastructure.conftest import Synthesised

LOOK = "aws sqs receive-message --queue-url URL --message-attribute-names All"


def description(real: Synthesised, word: str) -> str:
    return real.one("AWS::CloudWatch::Alarm", f"Alarms{word}")["AlarmDescription"]


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("DeadLettersRipeFigs", LOOK),
        ("LeaseDeadLetters", LOOK),
        ("LeaseDeadLetters", "aws rekognition stop-project-version --project-version-arn ARN"),
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
