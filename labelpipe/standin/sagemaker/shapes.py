"""The shape of every request: a table to be read beside the API Reference of Amazon SageMaker.

Only what the stand-in understands; as everywhere, other members are ignored.
"""

from __future__ import annotations

from labelpipe.standin.sagemaker.resources import Status
from labelpipe.standin.validation import Number, Sequence, Structure, Table, Text

_DASHED = r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
MODEL = Text(0, 63, r"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")
CONFIG = Text(0, 63, _DASHED)
ENDPOINT = Text(0, 63, _DASHED)
ROLE = Text(20, 2048, r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")
ENVIRONMENT = Table(Text(0, 1024, r"[a-zA-Z_][a-zA-Z0-9_]*"), Text(0, 1024), max=100)
TIME = Number(whole=False)

CONTAINER = Structure(
    {
        "Image": Text(0, 255, r"[\S]+"),
        "ModelDataUrl": Text(0, 1024, r"(https|s3)://([^/]+)/?(.*)"),
        "Environment": ENVIRONMENT,
    }
)
VARIANT = Structure(
    {
        "VariantName": Text(0, 63, _DASHED),
        "ModelName": MODEL,
        "InitialInstanceCount": Number(1),
        "InstanceType": Text(1, 64, r"ml\.[a-z0-9\-]+\.[a-z0-9]+"),
        "InitialVariantWeight": Number(0, whole=False),
    },
    ("VariantName",),
)


def _named(name: str, shape: Text) -> Structure:
    return Structure({name: shape}, (name,))


REQUESTS = {
    "CreateModel": Structure(
        {"ModelName": MODEL, "PrimaryContainer": CONTAINER, "ExecutionRoleArn": ROLE}, ("ModelName",)
    ),
    "DescribeModel": _named("ModelName", MODEL),
    "DeleteModel": _named("ModelName", MODEL),
    "CreateEndpointConfig": Structure(
        {"EndpointConfigName": CONFIG, "ProductionVariants": Sequence(VARIANT, 1, 10)},
        ("EndpointConfigName", "ProductionVariants"),
    ),
    "DescribeEndpointConfig": _named("EndpointConfigName", CONFIG),
    "DeleteEndpointConfig": _named("EndpointConfigName", CONFIG),
    "CreateEndpoint": Structure(
        {"EndpointName": ENDPOINT, "EndpointConfigName": CONFIG}, ("EndpointName", "EndpointConfigName")
    ),
    "DescribeEndpoint": _named("EndpointName", ENDPOINT),
    "DeleteEndpoint": _named("EndpointName", ENDPOINT),
    "ListEndpoints": Structure(
        {
            "SortBy": Text(values=("Name", "CreationTime", "Status")),
            "SortOrder": Text(values=("Ascending", "Descending")),
            "NextToken": Text(max=8192),
            "MaxResults": Number(1, 100),
            "NameContains": Text(0, 63, r"[a-zA-Z0-9-]+"),
            "CreationTimeBefore": TIME,
            "CreationTimeAfter": TIME,
            "LastModifiedTimeBefore": TIME,
            "LastModifiedTimeAfter": TIME,
            "StatusEquals": Text(
                values=(*Status, "OutOfService", "Updating", "SystemUpdating", "RollingBack", "UpdateRollbackFailed")
            ),
        }
    ),
}
