"""Reads everything that is there in the end: versions, results, dead letters."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.operations.pipeline import Pipeline
from tests.campaign.judging import Found, Letter


def gather(s3: Any, sqs: Any, pipeline: Pipeline) -> Found:
    """Dead letters are taken out of their queues."""
    versions = [each for route in pipeline.routes for each in _versions(s3, pipeline.bucket, route.prefix)]
    ours = [each for each in versions if each["Key"].endswith(RESULT_SUFFIX)]
    images = [each for each in versions if not each["Key"].endswith(RESULT_SUFFIX)]
    with ThreadPoolExecutor(4) as pool:
        bodies = list(pool.map(lambda each: _body(s3, pipeline.bucket, each), ours))
    written = [(each["Key"].removesuffix(RESULT_SUFFIX), body) for each, body in zip(ours, bodies, strict=True)]
    latest = [each["IsLatest"] for each in ours]
    return Found(
        current={each["Key"]: each["VersionId"] if "ETag" in each else None for each in images if each["IsLatest"]},
        results={key: body for (key, body), last in zip(written, latest, strict=True) if last},
        written=[(key, *_of(body)) for key, body in written],
        letters=[
            letter for route in pipeline.routes for letter in _letters(sqs, route.name, route.dead_letter_queue_url)
        ],
        waiting=sum(depth(sqs, route.queue_url) for route in pipeline.routes),
    )


def depth(sqs: Any, url: str) -> int:
    """Messages of a queue, wherever they are."""
    names = [f"ApproximateNumberOfMessages{part}" for part in ("", "NotVisible", "Delayed")]
    return sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))


def _versions(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    """With the delete markers, which have no ETag."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Versions", [])
        yield from page.get("DeleteMarkers", [])


def _body(s3: Any, bucket: str, version: dict[str, Any]) -> bytes:
    answer = s3.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    body: bytes = answer["Body"].read()
    return body


def _of(body: bytes) -> tuple[str | None, str]:
    try:
        value = json.loads(body)
        return value["Image"]["VersionId"], value["Status"]
    except (ValueError, KeyError, TypeError):
        return None, "unreadable"


def _letters(sqs: Any, route: str, url: str) -> Iterator[Letter]:
    arguments = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
    while messages := sqs.receive_message(**arguments).get("Messages", []):
        for message in messages:
            cause = message.get("MessageAttributes", {}).get("Cause", {}).get("StringValue")
            yield Letter(route, message["Body"], cause)
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
