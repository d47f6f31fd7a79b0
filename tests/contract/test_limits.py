"""Rates as an ordinary client meets them: refused, and with its own retries let through."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from labelpipe.standin.faults import Faults
from labelpipe.standin.limits import Limits
from labelpipe.standin.server import ThreadedStandin


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[ThreadedStandin]:
    with ThreadedStandin(tmp_path) as server:
        yield server


def test_a_client_that_calls_too_fast_is_told_so(limited: ThreadedStandin, make_client: Callable[..., Any]) -> None:
    asked, abroad = make_client(limited.url), make_client(limited.url, "eu-west-1")
    with pytest.raises(ClientError) as caught:
        for _ in range(1000):
            asked.describe_projects()
    assert caught.value.response["Error"]["Code"] == "ProvisionedThroughputExceededException"
    assert abroad.describe_projects()["ProjectDescriptions"] == []


def test_a_fixed_answer_has_no_rate_but_that_of_the_faults(
    limited: ThreadedStandin, make_client: Callable[..., Any]
) -> None:
    project = make_client(limited.url).create_project(ProjectName="load")["ProjectArn"]
    asked, arn = make_client(limited.url), project.replace("/load/", "/load/version/v1/")

    def codes(calls: int) -> set[str]:
        found = set()
        for _ in range(calls):
            with pytest.raises(ClientError) as caught:
                asked.detect_custom_labels(ProjectVersionArn=arn, Image={"Bytes": b"an image"})
            found.add(caught.value.response["Error"]["Code"])
        return found

    limited.service.limits = Limits(detections_per_second=0)
    limited.service.injector.put(Faults(fixed_answer=()))
    assert codes(60) == {"ResourceNotFoundException"}
    limited.service.injector.put(Faults())
    assert codes(2) == {"ResourceNotFoundException", "ProvisionedThroughputExceededException"}


def test_a_client_s_own_retries_get_it_through(limited: ThreadedStandin) -> None:
    config = Config(retries={"mode": "standard", "total_max_attempts": 5})
    asked = boto3.client("rekognition", endpoint_url=limited.url, region_name="us-east-1", config=config)
    assert any(asked.describe_projects()["ResponseMetadata"]["RetryAttempts"] for _ in range(1000))
