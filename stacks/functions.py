"""A Lambda function of ours: a bundle, a role with exactly its calls, a log group with an end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from labelpipe.settings import FunctionSettings
from stacks.bundling import BUNDLES, Target, host_target, lambda_target, stage
from stacks.local import LocalMode
from stacks.permissions import Allow, acknowledge, role


@dataclass(frozen=True)
class Runtime:
    """What all functions of a deployment share."""

    settings: FunctionSettings
    target: Target
    environment: Mapping[str, str]
    """Where the local stand-in is; empty on AWS."""

    @classmethod
    def of(cls, settings: FunctionSettings, local: LocalMode | None) -> Self:
        """On AWS, or on a local AWS."""
        target = host_target(local.python) if local else lambda_target(settings.architecture)
        return cls(settings, target, local.to_env() if local else {})

    def code(self, bundle: str) -> lambda_.Code:
        """Staged. The folder's name is its content's digest: the library need not read it again."""
        folder = stage(BUNDLES[bundle], self.target)
        return lambda_.Code.from_asset(str(folder), asset_hash=folder.name)


class Function(Construct):
    """python3.13. timeout in seconds; memory in MB."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        runtime: Runtime,
        bundle: str,
        handler: str,
        description: str,
        environment: Mapping[str, str],
        calls: Sequence[Allow],
        timeout: int,
        memory: int,
        retry_attempts: int | None = None,
    ) -> None:
        super().__init__(scope, id)
        log_group = logs.LogGroup(self, "Logs", removal_policy=RemovalPolicy.DESTROY)
        log_group.node.default_child.retention_in_days = runtime.settings.log_retention
        # A log group's ARN ends in ":*": its streams.
        write_logs = Allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group.log_group_arn])
        self.role = role(self, "Role", iam.ServicePrincipal("lambda.amazonaws.com"), [write_logs, *calls])
        self.function = lambda_.Function(
            self,
            "Function",
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=_ARCHITECTURES[runtime.settings.architecture],
            code=runtime.code(bundle),
            handler=handler,
            environment={**environment, **runtime.environment},
            role=self.role.without_policy_updates(),
            log_group=log_group,
            timeout=Duration.seconds(timeout),
            memory_size=memory,
            retry_attempts=retry_attempts,
            max_event_age=None if retry_attempts is None else Duration.seconds(60),
        )
        acknowledge(self.function, "AwsSolutions-L1", "python3.13 is what the bundles and their tests are made for.")


_ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}
