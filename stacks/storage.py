"""The bucket that holds images, results and our own records, and the keys that encrypt."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.permissions import Allow, acknowledge


class Storage(Construct):
    """The queues have a key of their own: its policy names the bucket, which could not name the key in turn."""

    def __init__(self, scope: Construct, id: str, *, on_destroy: str) -> None:
        super().__init__(scope, id)
        removal = RemovalPolicy.DESTROY if on_destroy == "delete" else RemovalPolicy.RETAIN
        self.key = kms.Key(
            self, "Key", description="Images and results", enable_key_rotation=True, removal_policy=removal
        )
        self.queue_key = kms.Key(
            self, "QueueKey", description="Queues", enable_key_rotation=True, removal_policy=RemovalPolicy.DESTROY
        )
        # The library's function that puts notification rules on the bucket would take more than it calls.
        calls = iam.PolicyDocument()
        putter = iam.Role(
            self,
            "NotificationsRole",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Calls": calls},
        )
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            versioned=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(7))],
            removal_policy=removal,
            notifications_handler_role=putter.without_policy_updates(),
        )
        # Without its policy, a bucket that is retained would take plain HTTP.
        self.bucket.policy.apply_removal_policy(removal)
        # After the bucket, whose ARN it needs; the role itself the bucket needs.
        calls.add_statements(Allow(["s3:PutBucketNotification"], [self.bucket.bucket_arn]).statement())
        acknowledge(self.bucket, "AwsSolutions-S1", "Who read what is a matter of CloudTrail data events, if wanted.")
