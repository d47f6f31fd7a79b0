"""Noise is deleted from a queue; everything else stays, and is seen again."""

import json

import boto3
import pytest
from moto import mock_aws

from labelpipe.aws.noise import NoiseFilter

TEST_EVENT = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})


def upload(key: str) -> str:
    record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": key}}}
    return json.dumps({"Records": [record]})


@pytest.fixture
def queue():
    with mock_aws():
        sqs = boto3.client("sqs")
        yield sqs, sqs.create_queue(QueueName="q")["QueueUrl"]


def left(sqs, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(int(n) for n in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())


@pytest.mark.parametrize(
    ("bodies", "cleared"),
    [
        ([TEST_EVENT] * 24, 24),
        ([TEST_EVENT, upload("bees/a.jpg")], 1),
        ([upload("bees/a.jpg.json")], 1),
        (["what is this?", "{}"], 0),
        ([], 0),
    ],
)
def test_noise_goes_and_the_rest_stays(queue, bodies, cleared):
    sqs, url = queue
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert NoiseFilter(sqs).clear(url, at_most=100) == cleared
    assert left(sqs, url) == len(bodies) - cleared


def test_no_more_is_looked_at_than_asked_for(queue):
    sqs, url = queue
    for _ in range(30):
        sqs.send_message(QueueUrl=url, MessageBody=TEST_EVENT)
    assert NoiseFilter(sqs).clear(url, at_most=10) == 10
