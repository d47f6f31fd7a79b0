"""A route's queue and its dead-letter queue."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from labelpipe.core.inference.waits import MOST_RECEIVES


def encrypted_queue(
    scope: Construct,
    id: str,
    *,
    key: kms.IKey,
    days: int,
    visibility: Duration | None = None,
    dead_letters: sqs.Queue | None = None,
) -> sqs.Queue:
    """A queue under our key that refuses plain HTTP and keeps messages for days."""
    return sqs.Queue(
        scope,
        id,
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        enforce_ssl=True,
        retention_period=Duration.days(days),
        visibility_timeout=visibility,
        # The function dead-letters by itself, with the cause; this is the net for where it cannot even start.
        dead_letter_queue=dead_letters and sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=MOST_RECEIVES),
    )


class RouteQueues(Construct):
    """A dead-letter queue counts from the first enqueuing, so it keeps messages longer than its source."""

    def __init__(self, scope: Construct, id: str, *, key: kms.IKey, function_timeout: int) -> None:
        super().__init__(scope, id)
        self.dead_letters = encrypted_queue(self, "DeadLetters", key=key, days=14)
        self.queue = encrypted_queue(
            self,
            "Queue",
            key=key,
            days=12,
            visibility=Duration.seconds(6 * function_timeout),
            dead_letters=self.dead_letters,
        )
