"""IAM is really enforced here, and the managed policies allow what their names say and nothing else."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labelpipe.local.cloud import REGION
from tests.integration.stage import Stage, picture

Person = Callable[[str | None], Any]


@pytest.fixture
def person(stage: Stage) -> Person:
    """Makes a user with one managed policy or none; their S3 client."""
    iam = stage.cloud.client("iam")

    def make(policy: str | None) -> Any:
        name = f"user-{len(iam.list_users()['Users'])}"
        iam.create_user(UserName=name)
        if policy:
            arn = next(p["Arn"] for p in iam.list_policies(Scope="Local")["Policies"] if policy in p["PolicyName"])
            iam.attach_user_policy(UserName=name, PolicyArn=arn)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return boto3.client(
            "s3",
            endpoint_url=stage.cloud.endpoint,
            region_name=REGION,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return make


def refused(call: Callable[..., Any], **arguments: Any) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] == "AccessDenied"
    return False


def test_without_a_policy_nothing_is_allowed(stage: Stage, person: Person) -> None:
    nobody = person(None)
    assert refused(nobody.put_object, Bucket=stage.pipeline.bucket, Key="suns/x.jpg", Body=b"")
    assert refused(nobody.get_object, Bucket=stage.pipeline.bucket, Key="suns/x.jpg")


def test_uploaders_put_images_and_read_nothing(stage: Stage, person: Person) -> None:
    uploader = person("Uploaders")
    uploader.put_object(Bucket=stage.pipeline.bucket, Key="suns/theirs.jpg", Body=picture(True, 13))
    assert refused(uploader.get_object, Bucket=stage.pipeline.bucket, Key="suns/theirs.jpg")
    assert refused(uploader.put_object, Bucket=stage.pipeline.bucket, Key="_labelpipe/releases/suns/x.json", Body=b"")
    assert refused(uploader.put_object, Bucket=stage.pipeline.bucket, Key="suns/theirs.jpg.json", Body=b"{}")


def test_readers_read_results_and_change_nothing(stage: Stage, person: Person) -> None:
    stage.release()
    stage.upload("suns/theirs.jpg", picture(True, 13))
    stage.answers("suns/theirs.jpg")
    reader = person("Readers")
    assert reader.get_object(Bucket=stage.pipeline.bucket, Key="suns/theirs.jpg.json")["Body"].read()
    assert refused(reader.put_object, Bucket=stage.pipeline.bucket, Key="suns/theirs.jpg.json", Body=b"{}")
    assert refused(reader.get_object, Bucket=stage.pipeline.bucket, Key="_labelpipe/releases/suns/suns-1.json")
