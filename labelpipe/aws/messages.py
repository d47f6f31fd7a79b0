"""What becomes of a message: it is given back, or sent to the dead-letter queue with its cause."""

from typing import TYPE_CHECKING

from labelpipe.aws.errors import translated
from labelpipe.core.inference.errors import OURS

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

_LONGEST_DETAIL = 1000


class Messages:
    """One route's queues, by URL."""

    def __init__(self, sqs: "SQSClient", queue_url: str, dead_letter_queue_url: str) -> None:
        self._sqs, self._queue_url, self._dead_letter_queue_url = sqs, queue_url, dead_letter_queue_url

    def give_back(self, receipt: str, seconds: int) -> None:
        """Let the message come again after so many seconds: SQS takes 12 hours less the time since the receive."""
        with translated(OURS):
            self._sqs.change_message_visibility(
                QueueUrl=self._queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )

    def dead_letter(self, body: str, attributes: dict[str, str | None]) -> None:
        """The attributes say why; those that are None or empty are left out."""
        with translated(OURS):
            self._sqs.send_message(
                QueueUrl=self._dead_letter_queue_url,
                MessageBody=body,
                MessageAttributes={name: _text(value) for name, value in attributes.items() if value},
            )


def _text(value: str) -> "MessageAttributeValueTypeDef":
    """SQS takes printable text. Source: Amazon SQS API Reference, "SendMessage"."""
    printable = "".join(letter if letter.isprintable() else " " for letter in value)
    return {"DataType": "String", "StringValue": printable[:_LONGEST_DETAIL]}
