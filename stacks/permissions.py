"""Words for policies."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct


def allow(actions: str | Sequence[str], *resources: str, when: Mapping[str, Any] | None = None) -> iam.PolicyStatement:
    """One statement of a role or a managed policy."""
    actions = [actions] if isinstance(actions, str) else list(actions)
    return iam.PolicyStatement(actions=actions, resources=list(resources), conditions=when)


def from_source(arn: str) -> dict[str, Any]:
    """Conditions on a service that acts for us: for this account, and for this resource of it only."""
    return {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}, "ArnLike": {"aws:SourceArn": arn}}


def role(scope: Construct, id: str, principal: iam.IPrincipal, calls: iam.PolicyDocument) -> iam.Role:
    """The policy is part of the role, so that whoever gets the role has its permissions from the first moment."""
    return iam.Role(scope, id, assumed_by=principal, inline_policies={"Calls": calls})


def calls(*statements: iam.PolicyStatement) -> iam.PolicyDocument:
    """What a role allows."""
    return iam.PolicyDocument(statements=list(statements))


def scheduled(group_arn: str) -> iam.ServicePrincipal:
    """EventBridge Scheduler, acting for one group's schedules.

    Source: EventBridge Scheduler User Guide, "Confused deputy prevention in EventBridge Scheduler".
    """
    return iam.ServicePrincipal("scheduler.amazonaws.com", conditions=from_source(group_arn))


def project_versions(project: str) -> str:
    """Every version of a Custom Labels project."""
    return f"arn:{Aws.PARTITION}:rekognition:{Aws.REGION}:{Aws.ACCOUNT_ID}:project/{project}/version/*"


def project_itself(project: str) -> str:
    """The project, whose ARN ends in a number that only the service knows, and what is below it."""
    return f"arn:{Aws.PARTITION}:rekognition:{Aws.REGION}:{Aws.ACCOUNT_ID}:project/{project}/*"


def listing(bucket: s3.IBucket, *patterns: str) -> iam.PolicyStatement:
    """Nothing is listed: without it, S3 answers a read of a missing object with 403 instead of 404.

    IfExists, because whether S3 then takes the key for the prefix is not documented.
    Source: Amazon S3 API Reference, GetObject, "Permissions".
    """
    return allow("s3:ListBucket", bucket.bucket_arn, when={"StringLikeIfExists": {"s3:prefix": list(patterns)}})
