"""Uploads through the whole local pipeline, against an empty handler on a route that is otherwise alike, in one run.

    .venv/bin/python bench/end_to_end.py [--images 500] [--rounds 5] [--json]

Both routes work on two batches at a time, one for each of two cores. The model answers at once here, so that what is
measured is ours: message, look, ask, result. The limit is half of the empty handler's rate.
"""

import argparse
import asyncio
import io
import json
import re
import statistics
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from PIL import Image
from rich.console import Console
from rich.table import Table

from labelpipe.core.releases import ReleasedModel
from labelpipe.local.cloud import ACCOUNT, REGION, Cloud
from labelpipe.local.deployment import Deployment, finish
from labelpipe.local.emulator import start_emulator
from labelpipe.local.processes import free_port
from labelpipe.operations.pipeline import Pipeline
from labelpipe.operations.releases import Releases
from labelpipe.settings import load_settings

LIMIT = 0.5
SETTINGS = """
schema = 1
name = "bench"
[routes.ours]
prefix = "ours/"
max_concurrency = 2
formats = ["jpeg"]
[[routes.ours.models]]
name = "bench"
project = "bench"
[routes.empty]
prefix = "empty/"
max_concurrency = 2
formats = ["jpeg"]
[[routes.empty.models]]
name = "bench"
project = "bench"
"""
VERSION = f"arn:aws:rekognition:{REGION}:{ACCOUNT}:project/bench/version/v1/1700000000000"
LABELS = json.dumps({"CustomLabels": [{"Name": "bee", "Confidence": 99.0}]})
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
ANSWER = (
    f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(LABELS)}\r\n\r\n{LABELS}"
).encode()
EMPTY = "def handler(event, context):\n    return {'batchItemFailures': []}\n"


class FixedAnswer(asyncio.Protocol):
    """A model that answers at once, always the same. It costs little: the machine is shared with what is measured."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.received = transport, b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if found and length and len(body) >= int(length[1]):
            self.received = b""
            self.transport.write(ANSWER)


def start_model() -> str:
    """Serve in a thread that ends with the program; the endpoint."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(FixedAnswer, "127.0.0.1", 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def picture() -> bytes:
    """A small JPEG: 25 KB, as a thumbnail of a phone has."""
    data = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(data, "JPEG", quality=90)
    return data.getvalue()


def uploader(cloud: Cloud) -> Any:
    """A client that does no more than put objects: like the model, it shares the machine with what is measured."""
    lean = Config(
        request_checksum_calculation="when_required",
        parameter_validation=False,
        user_agent="bench",
        s3={"addressing_style": "path"},
    )
    return boto3.client("s3", endpoint_url=cloud.endpoint, region_name=REGION, config=lean, **KEYS)


def upload(s3: Any, bucket: str, keys: list[str], body: bytes) -> None:
    """All of them, eight at a time."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=bucket, Key=key, Body=body), keys))


def is_drained(sqs: Any, url: str) -> bool:
    """Whether every message has been worked on and deleted."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return not any(int(n) for n in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())


def require_results(s3: Any, bucket: str, prefix: str, images: int) -> None:
    """A rate counts only when every image has its JSON."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    results = sum(each["Key"].endswith(".json") for page in pages for each in page.get("Contents", []))
    if results != images:
        raise SystemExit(f"{images} uploads below {prefix} have {results} results: this measures nothing")


def rate(s3: Any, bucket: str, keys: list[str], body: bytes, done: Callable[[], bool]) -> float:
    """Images a second, from the first upload until done."""
    begun = time.monotonic()
    upload(s3, bucket, keys, body)
    while not done():
        time.sleep(0.05)
    return len(keys) / (time.monotonic() - begun)


def deploy(cloud: Cloud, folder: Path) -> Pipeline:
    """Two routes alike, one of them with an empty handler; both queues let go, and no controller to hold them again."""
    settings_file = folder / "pipeline.toml"
    settings_file.write_text(SETTINGS)
    settings, deployment = load_settings(settings_file), Deployment(cloud, settings_file, folder)
    finish(deployment.start_bootstrap())
    finish(deployment.start_deploy())
    pipeline = Pipeline.from_outputs(settings, deployment.outputs(settings.name))
    scheduler, functions = cloud.client("scheduler"), cloud.client("lambda")
    for schedule in scheduler.list_schedules()["Schedules"]:
        scheduler.delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])
    releases = Releases(pipeline, pipeline.route("ours"), cloud.client("s3"), cloud.client("ssm"))
    releases.promote(releases.create([ReleasedModel("bench", "rekognition", "project", VERSION)], {}))
    functions.update_function_code(FunctionName=pipeline.route("empty").function_name, ZipFile=empty_handler())
    for route in pipeline.routes:
        mapping = functions.list_event_source_mappings(FunctionName=route.function_name)["EventSourceMappings"][0]
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    return pipeline


def empty_handler() -> bytes:
    """A zip with a function of the same name that does nothing."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("lambdas/inference/handler.py", EMPTY)
    return code.getvalue()


def measure(images: int, rounds: int) -> dict[str, list[float]]:
    """Rates of both, taken in turns; the first round of each warms up and is not counted."""
    body, rates = picture(), {"empty handler": [], "labelpipe": []}
    with ExitStack() as running, tempfile.TemporaryDirectory() as name:
        cloud = Cloud(f"http://127.0.0.1:{free_port()}", start_model())
        running.callback(start_emulator(port=cloud.port, folder=Path(name), lasting=False).stop)
        pipeline = deploy(cloud, Path(name))
        s3, sqs = uploader(cloud), cloud.client("sqs")

        for number in range(rounds + 1):
            found = {}
            for route in pipeline.routes:
                keys = [f"{route.prefix}{number}/{each:04d}.jpg" for each in range(images)]
                drained = partial(is_drained, sqs, route.queue_url)
                found[route.name] = rate(s3, pipeline.bucket, keys, body, drained)
            require_results(s3, pipeline.bucket, f"ours/{number}/", images)
            if number:
                rates["empty handler"].append(found["empty"])
                rates["labelpipe"].append(found["ours"])
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rates = measure(options.images, options.rounds)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    ratio = medians["labelpipe"] / medians["empty handler"]
    if options.json:
        print(json.dumps({"images": options.images, "images_per_second": medians, "ratio": ratio, "limit": LIMIT}))
        return
    table = Table("handler", "images/s (median)", "rounds", "ratio", title=f"{options.images} uploads, end to end")
    for name, median in medians.items():
        each = ", ".join(f"{value:.0f}" for value in rates[name])
        table.add_row(name, f"{median:.1f}", each, f"{median / medians['empty handler']:.2f}")
    Console().print(table, f"limit: at least {LIMIT} x the empty handler")


if __name__ == "__main__":
    main()
