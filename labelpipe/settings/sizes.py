"""How long the policies become that list what the settings name: a file is refused before IAM refuses its stack.

Both are upper bounds, in characters without white space, as IAM counts them.
"""

from collections.abc import Iterable

MAX_INLINE = 10_240
"""Of all inline policies of a role. Source: AWS IAM User Guide, "IAM and AWS STS quotas"."""

MAX_MANAGED = 6_144
"""Of a managed policy. Source: the same."""

_PLACE = "ap-northeast-1:123456789012"
"""No Region that has Custom Labels has a longer name."""
_UUID, _QUEUE, _BUCKET = 36 * "u", 80 * "q", 63 * "b"
"""As long as they can be. Sources: API references of AWS Lambda, Amazon SQS and Amazon S3, names."""

_CONTROLLER, _UPLOADERS = 3_380, 500
"""What these policies hold besides: actions, keys, pointers to releases, records in the bucket, the group of leases."""


def controller_policy(
    stack: str, routes: Iterable[str], projects: Iterable[str], endpoints: Iterable[str], configs: Iterable[str]
) -> int:
    """Of the function that ticks. Projects, endpoints and their configurations: each once."""
    arns = [arn for route in routes for arn in _of_route(stack, route)]
    arns += [f"arn:aws:rekognition:{_PLACE}:project/{project}/version/*" for project in projects]
    # An endpoint is created by one statement, and deleted by another.
    arns += [f"arn:aws:sagemaker:{_PLACE}:endpoint/{endpoint}" for endpoint in endpoints for _ in range(2)]
    arns += [f"arn:aws:sagemaker:{_PLACE}:endpoint-config/{config}" for config in configs]
    return _CONTROLLER + _listed(arns)


def _of_route(stack: str, route: str) -> tuple[str, ...]:
    parameter = f"arn:aws:ssm:{_PLACE}:parameter/{stack}/routes/{route}"
    mapping, queue = f"arn:aws:lambda:{_PLACE}:event-source-mapping:{_UUID}", f"arn:aws:sqs:{_PLACE}:{_QUEUE}"
    return f"{parameter}/wiring", mapping, queue


def uploaders_policy(prefixes: Iterable[str]) -> int:
    """Of who may put images, and no results; the readers' is shorter."""
    images = [f"arn:aws:s3:::{_BUCKET}/{prefix}*" for prefix in prefixes]
    return _UPLOADERS + _listed([*images, *(f"{image}.json" for image in images)])


def _listed(texts: Iterable[str]) -> int:
    """With quotes and commas."""
    return sum(len(text) + 3 for text in texts)
