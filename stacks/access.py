"""Policies to attach to people and systems that upload images, and to those that read results."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.permissions import allow
from stacks.storage import Storage


class Access(Construct):
    """Attach them to users, groups and roles: `aws iam attach-role-policy`."""

    def __init__(self, scope: Construct, id: str, *, storage: Storage, prefixes: Sequence[str]) -> None:
        super().__init__(scope, id)
        bucket, key = storage.bucket, storage.key
        objects = [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
        upload = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        listed = {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}}
        self.uploaders = iam.ManagedPolicy(
            self,
            "Uploaders",
            description="Upload images",
            statements=[
                allow(upload, *objects),
                # S3 decrypts the parts of a multipart upload to put them together.
                allow(["kms:GenerateDataKey", "kms:Decrypt"], key.key_arn),
            ],
        )
        self.readers = iam.ManagedPolicy(
            self,
            "Readers",
            description="List and read images and results",
            statements=[
                allow("s3:GetObject", *objects),
                allow("s3:ListBucket", bucket.bucket_arn, when=listed),
                allow("kms:Decrypt", key.key_arn),
            ],
        )
