"""Messages that ask for nothing, taken out of a queue before a model is paid to look at them."""

from typing import TYPE_CHECKING, Any

from labelpipe.core.inference import events

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_GLANCE = 5
"""Seconds for which the other messages are out of sight: long enough to look at all, shorter than any start."""


class NoiseFilter:
    """Errors escape as botocore's ClientError."""

    def __init__(self, queues: "SQSClient") -> None:
        self._queues = queues

    def clear(self, queue_url: str, at_most: int) -> int:
        """Look at so many messages, delete those that are only noise; how many there were.

        Looking counts as a receive, so it is for a queue whose work has just begun to wait, not for every tick.
        """
        looked = cleared = 0
        while looked < at_most and (messages := self._receive(queue_url)):
            looked += len(messages)
            cleared += self._delete(queue_url, [message for message in messages if _is_noise(message["Body"])])
        return cleared

    def _receive(self, queue_url: str) -> "list[MessageTypeDef]":
        answer = self._queues.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=_GLANCE)
        return answer.get("Messages", [])

    def _delete(self, queue_url: str, messages: "list[MessageTypeDef]") -> int:
        if not messages:
            return 0
        entries: Any = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        return len(self._queues.delete_message_batch(QueueUrl=queue_url, Entries=entries).get("Successful", []))


def _is_noise(body: str) -> bool:
    """What cannot be read is no noise: the inference function says so, and dead-letters it."""
    try:
        return all(isinstance(each, events.Noise) for each in events.read(body))
    except events.Unreadable:
        return False
