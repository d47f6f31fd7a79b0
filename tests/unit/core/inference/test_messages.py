"""SQS messages, captured as Lambda gets them."""

import json
from pathlib import Path

from labelpipe.core.inference.messages import Message

BATCH = json.loads((Path(__file__).parents[3] / "events/sqs-batch.json").read_text())


def test_a_message_tells_how_often_and_since_when_it_comes():
    message = Message.from_record(BATCH["Records"][0])
    assert message.receive_count == 1
    assert (message.sent, message.first_received) == (1795176086.915, 1795176086.938)
    assert message.id == "d3b78b14-87a3-471a-8cba-921037ad15e2"
    assert json.loads(message.body)["Event"] == "s3:TestEvent"
