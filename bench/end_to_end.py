"""Uploads through the whole local pipeline, against an empty handler behind the same chain, in the same run.

    .venv/bin/python bench/end_to_end.py [--images 500] [--rounds 3] [--json]

The model answers at once here, so that what is measured is ours: message, look, ask, result. The limit is half of
the empty handler's rate.
"""

import argparse
import io
import json
import statistics
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

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
[routes.bench]
prefix = "in/"
formats = ["jpeg"]
[[routes.bench.models]]
name = "bench"
project = "bench"
"""
VERSION = f"arn:aws:rekognition:{REGION}:{ACCOUNT}:project/bench/version/v1/1700000000000"
ANSWER = json.dumps({"CustomLabels": [{"Name": "bee", "Confidence": 99.0}]}).encode()


class FixedAnswer(BaseHTTPRequestHandler):
    """A model that answers at once, always the same."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server asks for
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line a call would be measured too."""


def picture() -> bytes:
    """A small JPEG: 25 KB, as a thumbnail of a phone has."""
    data = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(data, "JPEG", quality=90)
    return data.getvalue()


def upload(s3: Any, bucket: str, keys: list[str], body: bytes) -> None:
    """All of them, eight at a time."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=bucket, Key=key, Body=body), keys))


def depth(sqs: Any, url: str) -> int:
    """Messages that are not deleted yet."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(int(n) for n in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())


def rate(s3: Any, bucket: str, keys: list[str], body: bytes, done: Callable[[], bool]) -> float:
    """Images a second, from the first upload until done."""
    begun = time.monotonic()
    upload(s3, bucket, keys, body)
    while not done():
        time.sleep(0.1)
    return len(keys) / (time.monotonic() - begun)


def deploy_empty_handler(cloud: Cloud) -> tuple[str, str]:
    """A bucket, a queue and a function that does nothing; the bucket's name and the queue's URL."""
    s3, sqs, functions = cloud.client("s3"), cloud.client("sqs"), cloud.client("lambda")
    s3.create_bucket(Bucket="empty")
    url = sqs.create_queue(QueueName="empty", Attributes={"VisibilityTimeout": "360"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return {'batchItemFailures': []}\n")
    role = cloud.client("iam").create_role(RoleName="empty", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions.create_function(
        FunctionName="empty", Runtime="python3.13", Handler="main.handler", Role=role, Code={"ZipFile": code.getvalue()}
    )
    functions.create_event_source_mapping(
        FunctionName="empty",
        EventSourceArn=arn,
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": 5},
    )
    rule = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(Bucket="empty", NotificationConfiguration={"QueueConfigurations": [rule]})
    return "empty", url


def deploy_pipeline(cloud: Cloud, folder: Path) -> Pipeline:
    """Ours, with a release, its queue let go, and without the controller, which would find no model to start."""
    settings_file = folder / "pipeline.toml"
    settings_file.write_text(SETTINGS)
    settings, deployment = load_settings(settings_file), Deployment(cloud, settings_file, folder)
    finish(deployment.start_bootstrap())
    finish(deployment.start_deploy())
    pipeline = Pipeline.from_outputs(settings, deployment.outputs(settings.name))
    scheduler = cloud.client("scheduler")
    for schedule in scheduler.list_schedules()["Schedules"]:
        scheduler.delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])
    releases = Releases(pipeline, pipeline.routes[0], cloud.client("s3"), cloud.client("ssm"))
    releases.promote(releases.create([ReleasedModel("bench", "rekognition", "project", VERSION)], {}))
    functions = cloud.client("lambda")
    mapping = functions.list_event_source_mappings(FunctionName=pipeline.routes[0].function_name)
    functions.update_event_source_mapping(UUID=mapping["EventSourceMappings"][0]["UUID"], Enabled=True)
    return pipeline


def measure(images: int, rounds: int) -> dict[str, list[float]]:
    """Rates of both, taken in turns; the first round of each warms up and is not counted."""
    body, rates = picture(), {"empty handler": [], "labelpipe": []}
    with ExitStack() as running, tempfile.TemporaryDirectory() as name:
        model = ThreadingHTTPServer(("127.0.0.1", 0), FixedAnswer)
        threading.Thread(target=model.serve_forever, daemon=True).start()
        running.callback(model.shutdown)
        cloud = Cloud(f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{model.server_port}")
        running.callback(start_emulator(port=cloud.port, folder=Path(name), lasting=False).stop)
        s3, sqs = cloud.client("s3"), cloud.client("sqs")
        bucket, url = deploy_empty_handler(cloud)
        pipeline = deploy_pipeline(cloud, Path(name))

        def answered(prefix: str) -> bool:
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=pipeline.bucket, Prefix=prefix)
            return sum(each["Key"].endswith(".json") for page in pages for each in page.get("Contents", [])) >= images

        for number in range(rounds + 1):
            keys = [f"in/{number}/{each:04d}.jpg" for each in range(images)]
            empty = rate(s3, bucket, keys, body, lambda: depth(sqs, url) == 0)
            ours = rate(s3, pipeline.bucket, keys, body, lambda prefix=f"in/{number}/": answered(prefix))
            if number:
                rates["empty handler"].append(empty)
                rates["labelpipe"].append(ours)
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
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
