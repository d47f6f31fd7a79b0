"""Giving messages back and sending dead letters, against moto's SQS."""

import pytest
from moto import mock_aws

from labelpipe.aws.clients import Clients
from labelpipe.aws.messages import Messages
from labelpipe.core.inference.causes import Cause, Failure


@pytest.fixture
def sqs():
    with mock_aws():
        yield Clients().sqs()


@pytest.fixture
def urls(sqs):
    return [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "dead")]


@pytest.fixture
def messages(sqs, urls):
    return Messages(sqs, *urls)


def received(sqs, url: str) -> list[dict]:
    return sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages", [])


def test_a_message_that_is_given_back_for_no_time_comes_at_once(sqs, urls, messages):
    sqs.send_message(QueueUrl=urls[0], MessageBody="hello")
    (message,) = received(sqs, urls[0])
    assert received(sqs, urls[0]) == []
    messages.give_back(message["ReceiptHandle"], 0)
    assert [each["Body"] for each in received(sqs, urls[0])] == ["hello"]


def test_a_receipt_that_is_no_good_is_a_failure(messages):
    with pytest.raises(Failure) as caught:
        messages.give_back("no receipt", 0)
    assert caught.value.cause is Cause.OUR_FAULT


def test_a_dead_letter_says_why_in_text_that_sqs_takes(sqs, urls, messages):
    messages.dead_letter("the body", {"Cause": "OurFault", "Detail": "a\nb\x00c" + "x" * 2000, "Code": None})
    (letter,) = received(sqs, urls[1])
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert letter["Body"] == "the body"
    assert attributes.keys() == {"Cause", "Detail"}
    assert attributes["Detail"].startswith("a b cxxx") and len(attributes["Detail"]) == 1000
