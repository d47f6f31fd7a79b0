"""The deployed stack as a scenario speaks of it: upload, release, tick, read."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from labelpipe.local.cloud import Cloud
from labelpipe.operations.pipeline import Pipeline
from tests.published import keeps_to_the_schema

SETTINGS = Path(__file__).with_name("pipeline.toml")
PATIENCE = 60


def picture(sun: bool, shade: int = 0, **options: Any) -> bytes:
    """A sky with a sun in it, or at night: easy to tell apart. 96 x 80 pixels."""
    image = Image.new("RGB", (96, 80), (90 + shade, 150 + shade, 230) if sun else (8 + shade, 10 + shade, 30))
    if sun:
        ImageDraw.Draw(image).ellipse((30 + shade % 20, 20, 60 + shade % 20, 50), fill=(255, 220, 40))
    else:
        for star in range(12):
            image.putpixel((star * 37 % 96, (star * 53 + shade) % 80), (255, 255, 255))
    data = BytesIO()
    image.save(data, options.pop("format", "JPEG"), **options)
    return data.getvalue()


@dataclass
class Stage:
    """A deployed pipeline on a local AWS that enforces IAM."""

    cloud: Cloud
    pipeline: Pipeline
    version_arn: str

    def __post_init__(self) -> None:
        self.s3, self.sqs = self.cloud.client("s3"), self.cloud.client("sqs")
        self.functions, self.rekognition = self.cloud.client("lambda"), self.cloud.client("rekognition")

    def upload(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.pipeline.bucket, Key=key, Body=body)

    def result(self, key: str) -> dict[str, Any] | None:
        """The JSON beside the image, which must be as published; None while there is none."""
        listed = self.s3.list_objects_v2(Bucket=self.pipeline.bucket, Prefix=f"{key}.json")
        if not listed.get("Contents"):
            return None
        text = self.s3.get_object(Bucket=self.pipeline.bucket, Key=f"{key}.json")["Body"].read()
        return keeps_to_the_schema(json.loads(text))

    def tick(self) -> dict[str, dict[str, Any]]:
        """Invoke the deployed controller; its report by route."""
        answer = self.functions.invoke(FunctionName=self.pipeline.controller_function_name, Payload=b"{}")
        report = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, report
        return {route["name"]: route for route in report["routes"]}

    def tick_until(self, done: Callable[[dict[str, dict[str, Any]]], Any]) -> Any:
        """Tick until done gives something true for the report; that."""
        deadline, report = time.monotonic() + PATIENCE, {}
        while time.monotonic() < deadline:
            report = self.tick()
            if value := done(report):
                return value
            time.sleep(0.3)
        raise AssertionError(f"not within {PATIENCE} s; the controller's last report: {json.dumps(report, indent=1)}")

    def answers(self, *keys: str) -> list[dict[str, Any]]:
        """Tick until every key has its result."""
        self.tick_until(lambda _: all(self.result(key) for key in keys))
        return [self.result(key) or {} for key in keys]

    def depth(self, route: str) -> int:
        """Messages of the route's queue, wherever they are."""
        names = [f"ApproximateNumberOfMessages{part}" for part in ("", "NotVisible", "Delayed")]
        url = self.pipeline.route(route).queue_url
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def release(self) -> None:
        """Let the trained version answer on every route of Rekognition, as a person does."""
        for route in self.pipeline.routes:
            if route.name != "hosted":
                self.set_release(route.name, self.version_arn)

    def set_release(self, *words: str) -> None:
        """`labelpipe release set`, as a person does."""
        done = self.labelpipe("release", "set", *words, "--settings", str(SETTINGS))
        assert done.returncode == 0, done.stderr

    def leases(self) -> list[dict[str, Any]]:
        """Every lease, as its schedule."""
        scheduler = self.cloud.client("scheduler")
        groups = [each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"]]
        (group,) = (name for name in groups if name != "default")
        names = [each["Name"] for each in scheduler.list_schedules(GroupName=group)["Schedules"]]
        return [scheduler.get_schedule(GroupName=group, Name=name) for name in names]

    def labelpipe(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command, as a person with these credentials runs it."""
        command = [str(Path(sys.executable).with_name("labelpipe")), *words]
        env = dict(os.environ) | self.cloud.exports()
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
