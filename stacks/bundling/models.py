"""botocore's descriptions of AWS services, cut down to the operations that our code calls: reading the rest takes half
of a cold start's time for clients."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

OPERATIONS = {
    "events": ("PutEvents",),
    "lambda": ("GetEventSourceMapping", "UpdateEventSourceMapping"),
    "rekognition": ("DescribeProjectVersions", "DetectCustomLabels", "StartProjectVersion", "StopProjectVersion"),
    # botocore itself calls HeadBucket, when a bucket is in another Region than it thought.
    "s3": ("DeleteObject", "GetObject", "HeadBucket", "HeadObject", "ListObjectVersions", "PutObject"),
    "sagemaker": ("CreateEndpoint", "DeleteEndpoint", "DescribeEndpoint"),
    "sagemaker-runtime": ("InvokeEndpoint",),
    "scheduler": ("CreateSchedule", "DeleteSchedule", "GetSchedule", "ListSchedules", "UpdateSchedule"),
    "sqs": ("ChangeMessageVisibility", "DeleteMessageBatch", "GetQueueAttributes", "ReceiveMessage", "SendMessage"),
    "ssm": ("GetParameter", "PutParameter"),
}
"""By the name of the client."""


def cut_down(data: Path, services: Iterable[str]) -> None:
    """In botocore's data folder, rewrite the model of each service, and what endpoints.json knows of services."""
    prefixes = {_cut_model(data / service, OPERATIONS[service]) for service in services}
    endpoints = json.loads((data / "endpoints.json").read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: kept for name, kept in partition["services"].items() if name in prefixes}
    (data / "endpoints.json").write_text(json.dumps(endpoints))


def _cut_model(service: Path, operations: Iterable[str]) -> str:
    """The name that the service has in endpoints.json."""
    packed = next(service.glob("*/service-2.json.gz"))
    model = json.loads(gzip.decompress(packed.read_bytes()))
    model["operations"] = {name: model["operations"][name] for name in operations}
    model["shapes"] = _reached(model["shapes"], model["operations"])
    packed.with_suffix("").write_text(json.dumps(model))
    packed.unlink()
    prefix: str = model["metadata"]["endpointPrefix"]
    return prefix


def _reached(shapes: dict[str, Any], operations: Any) -> dict[str, Any]:
    """The shapes that the operations take, answer and raise, and those inside them."""
    reached: dict[str, Any] = {}
    ahead = list(_named(operations))
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached[name] = shapes[name]
            ahead += _named(shapes[name])
    return reached


def _named(value: Any) -> Iterator[str]:
    """Every {"shape": NAME} in it. A member that is itself called so is a dict, not a name."""
    if isinstance(value, list):
        for each in value:
            yield from _named(each)
    if isinstance(value, dict):
        for key, each in value.items():
            yield from [each] if key == "shape" and isinstance(each, str) else _named(each)
