"""S3 tells a queue about images: rules by prefix and suffix, allowed to this bucket of this account only."""

from collections.abc import Iterable

import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.permissions import from_source

S3 = "s3.amazonaws.com"


def notify(bucket: s3.Bucket, queue: sqs.Queue, *, prefix: str, suffixes: Iterable[str]) -> None:
    """One rule per suffix: S3 has no wildcards. Results end in .json, which is no image's suffix."""
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(S3)],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions=from_source(bucket.bucket_arn),
        )
    )
    destination = QueueDestination(queue)
    for suffix in suffixes:
        filters = s3.NotificationKeyFilter(prefix=prefix, suffix=suffix)
        bucket.add_event_notification(s3.EventType.OBJECT_CREATED, destination, filters)


def allow_notifications(key: kms.Key, bucket: s3.Bucket) -> None:
    """Let S3 encrypt the messages that it sends to queues under key."""
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(S3)],
            actions=["kms:GenerateDataKey", "kms:Decrypt"],
            resources=["*"],  # in a key's policy, this key
            conditions=from_source(bucket.bucket_arn),
        )
    )


@jsii.implements(s3.IBucketNotificationDestination)
class QueueDestination:
    """The library's own destination adds statements to queue and key that are not conditioned on the account."""

    def __init__(self, queue: sqs.Queue) -> None:
        self._queue = queue

    def bind(self, scope: Construct, bucket: s3.IBucket) -> s3.BucketNotificationDestinationConfig:
        """S3 tries the queue when the rules are put, so its policy must be there first."""
        return s3.BucketNotificationDestinationConfig(
            arn=self._queue.queue_arn,
            type=s3.BucketNotificationDestinationType.QUEUE,
            dependencies=[self._queue.node.find_child("Policy")],
        )
