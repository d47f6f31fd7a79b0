"""Policies to attach to people and systems that upload images, and to those that read results."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from labelpipe.core.names import RESULT_SUFFIX
from stacks.permissions import Allow, managed_policy, objects, use_key
from stacks.storage import Storage


class Access(Construct):
    """Attach them to users, groups and roles: `aws iam attach-role-policy`."""

    def __init__(self, scope: Construct, id: str, *, storage: Storage, prefixes: Sequence[str]) -> None:
        super().__init__(scope, id)
        bucket, keys = storage.bucket, [f"{prefix}*" for prefix in prefixes]
        upload = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        listed = {"StringLike": {"s3:prefix": keys}}
        self.uploaders = managed_policy(
            self,
            "Uploaders",
            "Upload images",
            # The key also for decryption: S3 puts the parts of a multipart upload together.
            [objects(bucket, upload, *keys), use_key(storage.key.key_arn)],
        )
        results = [bucket.arn_for_objects(f"{key}{RESULT_SUFFIX}") for key in keys]
        self.uploaders.add_statements(
            # Whoever reads a result may trust that it is ours.
            iam.PolicyStatement(effect=iam.Effect.DENY, actions=["s3:PutObject"], resources=results)
        )
        self.readers = managed_policy(
            self,
            "Readers",
            "List and read images and results",
            [
                objects(bucket, ["s3:GetObject"], *keys),
                Allow(["s3:ListBucket"], [bucket.bucket_arn], when=listed),
                Allow(["kms:Decrypt"], [storage.key.key_arn]),
            ],
        )
