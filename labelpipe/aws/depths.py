"""How much work a queue holds."""

from typing import TYPE_CHECKING

from labelpipe.core.control.observations import Depth

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

_COUNTS: "tuple[QueueAttributeNameType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class Depths:
    """Errors escape as botocore's ClientError."""

    def __init__(self, queues: "SQSClient") -> None:
        self._queues = queues

    def depth(self, queue_url: str) -> Depth:
        """All three counts; each is approximate and eventually consistent."""
        counts = self._queues.get_queue_attributes(QueueUrl=queue_url, AttributeNames=_COUNTS)["Attributes"]
        return Depth(*(int(counts[name]) for name in _COUNTS))
