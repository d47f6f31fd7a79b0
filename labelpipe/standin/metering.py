"""The metric by which people see what runs: published to CloudWatch as the service does, while a version is RUNNING."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from labelpipe.standin.lifecycle import Status
from labelpipe.standin.service import Service
from labelpipe.standin.state import Version


class Meter:
    """A thread that tells CloudWatch at an endpoint, every so many seconds, the inference units of what runs.

    Source: Rekognition Developer Guide, "CloudWatch metrics for Rekognition": one metric for each version.
    """

    def __init__(self, service: Service, endpoint_url: str, seconds: float = 60.0, client: Any = None) -> None:
        self._service, self._endpoint_url, self._seconds, self._client = service, endpoint_url, seconds, client
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(timeout=5)

    def publish(self) -> None:
        """Once, for all that run now: what does not run has no data."""
        with self._service.turn() as state:
            versions = [v for v in state.versions(self._service.clock()) if v.status is Status.RUNNING]
        if versions:
            self._cloudwatch().put_metric_data(Namespace="AWS/Rekognition", MetricData=[*map(_datum, versions)])

    def _run(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        while not self._ended.wait(self._seconds):
            try:
                self.publish()
            except (BotoCoreError, ClientError, OSError) as error:  # nobody's image waits for it
                print(f"standin: the metric was not published: {error}", file=sys.stderr, flush=True)

    def _cloudwatch(self) -> Any:
        if self._client is None:
            import boto3  # noqa: PLC0415
            from botocore.config import Config  # noqa: PLC0415

            region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
            config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 1})
            self._client = boto3.client(
                "cloudwatch", endpoint_url=self._endpoint_url, region_name=region, config=config
            )
        return self._client


def _datum(version: Version) -> dict[str, Any]:
    return {
        "MetricName": "InServiceInferenceUnits",
        "Dimensions": [
            {"Name": "ProjectName", "Value": version.project_arn.split("/")[1]},
            {"Name": "VersionName", "Value": version.name},
        ],
        "Value": version.min_units or 1,
        "Unit": "Count",
    }
