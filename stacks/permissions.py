"""Words for policies. Whoever allows more than one thing by a wildcard says why, and cdk-nag is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Acknowledgment, Aws, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from labelpipe.core.names import ENDPOINT_TAG


@dataclass(frozen=True)
class Allow:
    """One statement of a role or of a managed policy. because: why resources end in a wildcard, if they do."""

    actions: Sequence[str]
    resources: Sequence[str]
    when: Mapping[str, Any] | None = None
    because: str | None = None

    def statement(self) -> iam.PolicyStatement:
        """As the library wants it."""
        return iam.PolicyStatement(actions=self.actions, resources=self.resources, conditions=self.when)


def role(scope: Construct, id: str, principal: iam.IPrincipal, calls: Sequence[Allow]) -> iam.Role:
    """The policy is part of the role, so that whoever gets the role has its permissions from the first moment."""
    document = iam.PolicyDocument(statements=[each.statement() for each in calls])
    made = iam.Role(scope, id, assumed_by=principal, inline_policies={"Calls": document})
    justify(made, calls)
    return made


def managed_policy(scope: Construct, id: str, description: str, calls: Sequence[Allow]) -> iam.ManagedPolicy:
    """A policy for others to attach."""
    statements = [each.statement() for each in calls]
    made = iam.ManagedPolicy(scope, id, description=description, statements=statements)
    justify(made, calls)
    return made


def justify(construct: Construct, calls: Sequence[Allow]) -> None:
    """Tell cdk-nag why each wildcard is there."""
    stack = Stack.of(construct)
    reasons = {_as_nag_writes(stack.resolve(arn)): each.because for each in calls for arn in each.resources}
    for arn, because in reasons.items():
        if "*" in arn and because:
            acknowledge(construct, f"AwsSolutions-IAM5[Resource::{arn}]", because)


def acknowledge(construct: Construct, rule: str, reason: str) -> None:
    """Accept a finding of cdk-nag."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions::{rule}", reason=reason))


def _as_nag_writes(value: Any) -> str:
    """`<Logical.Arn>/bees/*`: how cdk-nag names a resource that is known only when it is deployed."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(_as_nag_writes, parts))
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Ref": name}:
            return f"<{name}>"
    return str(value)


def from_source(arn: str) -> dict[str, Any]:
    """Conditions on a service that acts for us: for this account, and for this resource of it only."""
    return {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}, "ArnLike": {"aws:SourceArn": arn}}


def scheduled(group_arn: str) -> iam.ServicePrincipal:
    """EventBridge Scheduler, acting for one group's schedules.

    Source: EventBridge Scheduler User Guide, "Confused deputy prevention in EventBridge Scheduler".
    """
    return iam.ServicePrincipal("scheduler.amazonaws.com", conditions=from_source(group_arn))


def use_key(arn: str) -> Allow:
    """Read and write what is encrypted under a key."""
    return Allow(["kms:Decrypt", "kms:GenerateDataKey"], [arn])


def listing(bucket: s3.IBucket, *patterns: str) -> Allow:
    """Nothing is listed: without it, S3 answers a read of a missing object with 403 instead of 404.

    IfExists, because whether S3 then takes the key for the prefix is not documented.
    Source: Amazon S3 API Reference, GetObject, "Permissions".
    """
    return Allow(["s3:ListBucket"], [bucket.bucket_arn], when={"StringLikeIfExists": {"s3:prefix": list(patterns)}})


def listing_versions(bucket: s3.IBucket, pattern: str) -> Allow:
    """Of the keys that match: which version is the current one of an object that cannot be read."""
    return Allow(["s3:ListBucketVersions"], [bucket.bucket_arn], when={"StringLike": {"s3:prefix": pattern}})


def objects(bucket: s3.IBucket, actions: Sequence[str], *patterns: str) -> Allow:
    """Calls on the objects whose keys match."""
    arns = [bucket.arn_for_objects(pattern) for pattern in patterns]
    return Allow(actions, arns, because="An object's key is not known before it is there.")


def on_versions(actions: Sequence[str], projects: Sequence[str]) -> Allow:
    """Calls on every version of some projects."""
    arns = [f"{_project(each)}/version/*" for each in projects]
    return Allow(actions, arns, because="Which version runs is a release's choice: it takes no deployment.")


def stop_any_version() -> Allow:
    """Of any project: a route may be taken out of the settings while its model runs, and its lease must still hold."""
    arn = f"{_project('*')}/version/*"
    return Allow(
        ["rekognition:StopProjectVersion"], [arn], because="A lease outlives the route that it was written for."
    )


def describe_any_version() -> Allow:
    """Of any project, as for stopping: what cannot be seen cannot be seen to have stopped. It only reads."""
    because = "A lease outlives the route that it was written for, and its end must be seen."
    return Allow(["rekognition:DescribeProjectVersions"], [_project("*")], because=because)


def invoke(endpoints: Sequence[str]) -> Allow:
    """Ask the models behind some endpoints."""
    return Allow(["sagemaker:InvokeEndpoint"], list(map(_endpoint, endpoints)))


def create_endpoints(endpoints: Sequence[str], configs: Sequence[str]) -> list[Allow]:
    """Some endpoints from some configurations, with the tag that says whose they are."""
    made = list(map(_endpoint, endpoints))
    created_from = [_sagemaker(f"endpoint-config/{config}") for config in configs]
    return [Allow(["sagemaker:CreateEndpoint"], [*made, *created_from]), Allow(["sagemaker:AddTags"], made)]


def delete_endpoints(endpoints: Sequence[str], owner: str) -> list[Allow]:
    """Some endpoints, and any that carries the owner's tag: a lease outlives the route that it was written for."""
    ours = {"StringEquals": {f"aws:ResourceTag/{ENDPOINT_TAG}": owner}}
    because = "A lease outlives the route that it was written for: the tag says that we created the endpoint."
    any_of_ours = Allow(["sagemaker:DeleteEndpoint"], [_endpoint("*")], when=ours, because=because)
    named = Allow(["sagemaker:DeleteEndpoint"], list(map(_endpoint, endpoints)))
    return [*([named] if endpoints else []), any_of_ours]


def describe_any_endpoint() -> Allow:
    """Any, as for project versions; what is not there has no tag to go by. It only reads."""
    because = "A lease outlives the route that it was written for, and its end must be seen."
    return Allow(["sagemaker:DescribeEndpoint"], [_endpoint("*")], because=because)


def _endpoint(name: str) -> str:
    return _sagemaker(f"endpoint/{name}")


def _sagemaker(resource: str) -> str:
    return f"arn:{Aws.PARTITION}:sagemaker:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"


def _project(name: str) -> str:
    return f"arn:{Aws.PARTITION}:rekognition:{Aws.REGION}:{Aws.ACCOUNT_ID}:project/{name}"
