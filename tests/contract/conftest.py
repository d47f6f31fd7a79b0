"""The target of the contract: the stand-in, with an S3 of its own in this process, or AWS with --aws.

Every request that the client sends, and every reply that it receives, is compared with botocore's own model of the
service.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from PIL import Image

from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.limits import Limits
from labelpipe.standin.server import ThreadedStandin
from tests.contract.model import REQUESTS, check_reply
from tests.contract.pictures import Picture, boxed_line, draw, labelled_line, manifest
from tests.contract.polling import until
from tests.contract.s3 import FakeS3


@pytest.fixture(scope="session")
def s3() -> Iterator[FakeS3]:
    server = FakeS3()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def client(url: str, region: str = "us-east-1") -> Any:
    """An ordinary client whose requests and replies are checked."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 1})
    made = boto3.client("rekognition", endpoint_url=url, region_name=region, config=config)
    return checked(made)


def checked(made: Any) -> Any:
    made.meta.events.register("before-call.rekognition", REQUESTS.check)
    made.meta.events.register("after-call.rekognition", check_reply)
    return made


# No rates: a clock that stands still would let five calls of an operation in, and no more; and boto3's three attempts
# are by chance too few where one call follows the other.
UNHURRIED = Limits(calls_per_second=None, tag_calls_per_second=None, detections_per_second=None)


class Clock:
    """Stands still until a test turns it."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@dataclass
class Target:
    """A stand-in on a folder, its clock, and the client that asks it."""

    server: ThreadedStandin
    clock: Clock
    client: Any


@pytest.fixture(scope="session")
def target(s3: FakeS3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    clock = Clock()
    delays = Delays(start=600, stop=180, dataset=60, copy=300, delete=0)
    folder = tmp_path_factory.mktemp("state")
    with ThreadedStandin(folder, s3_endpoint_url=s3.url, delays=delays, clock=clock, limits=UNHURRIED) as server:
        yield Target(server, clock, client(server.url))


@pytest.fixture(scope="session")
def swift_environment(s3: FakeS3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What leads any client to a stand-in whose time is real and whose passing statuses are short, and to its S3."""
    delays = Delays(start=0.5, stop=0.5, dataset=0.2)
    folder = tmp_path_factory.mktemp("swift")
    with ThreadedStandin(folder, s3_endpoint_url=s3.url, delays=delays, limits=UNHURRIED) as server:
        yield {"AWS_ENDPOINT_URL_REKOGNITION": server.url, "AWS_ENDPOINT_URL_S3": s3.url}


@pytest.fixture(scope="session", params=["standin", pytest.param("aws", marks=pytest.mark.aws)])
def rekognition(request: pytest.FixtureRequest) -> Any:
    """The client; tests that ask for nothing else say the same of AWS."""
    if request.param == "aws":
        return checked(boto3.client("rekognition"))
    url = request.getfixturevalue("swift_environment")["AWS_ENDPOINT_URL_REKOGNITION"]
    return checked(boto3.client("rekognition", endpoint_url=url))  # which retries, as any: AWS has quotas


@pytest.fixture
def invalid_requests() -> Iterator[None]:
    """A test that asks for this sends, on purpose, a request that is not of the model."""
    REQUESTS.meant, REQUESTS.invalid = True, []
    yield
    REQUESTS.meant = False
    assert REQUESTS.invalid, "every request was of the model"


@pytest.fixture
def asked(target: Target) -> Any:
    """The client of the stand-in, for what needs its clock, its S3 or a trained version."""
    return target.client


def version_of(asked: Any, arn: str) -> dict[str, Any]:
    project, _, name = arn.rpartition("/")[0].partition("/version/")
    (project_arn,) = [
        each["ProjectArn"]
        for each in asked.describe_projects(ProjectNames=[project.rpartition("/")[2]])["ProjectDescriptions"]
    ]
    return asked.describe_project_versions(ProjectArn=project_arn, VersionNames=[name])["ProjectVersionDescriptions"][0]


def trained(asked: Any, arn: str) -> str:
    """Wait until the training process has ended."""
    version = until(lambda: version_of(asked, arn), lambda told: told["Status"] != "TRAINING_IN_PROGRESS")
    assert version["Status"] == "TRAINING_COMPLETED", version
    return arn


@pytest.fixture(scope="session")
def watch() -> Callable[[Any], Any]:
    """Let what a client sends and receives be compared with the model, and return it."""
    return checked


@pytest.fixture(scope="session")
def make_client() -> Callable[..., Any]:
    return client


@pytest.fixture(scope="session")
def describe_version(target: Target) -> Callable[[str], dict[str, Any]]:
    return lambda arn: version_of(target.client, arn)


@pytest.fixture(scope="session")
def picture() -> Callable[[int], Picture]:
    return draw


@pytest.fixture(scope="session")
def versions(target: Target, s3: FakeS3) -> dict[str, str]:
    """ARNs of trained versions, trained at the same time."""
    begun = {"detector": begin_detector(target, s3), "classifier": begin_classifier(target, s3)}
    return {name: trained(target.client, arn) for name, arn in begun.items()}


@pytest.fixture(scope="session")
def detector(versions: dict[str, str]) -> str:
    """The ARN of a trained version that finds discs and squares, made from a project's datasets."""
    return versions["detector"]


@pytest.fixture(scope="session")
def classifier(versions: dict[str, str]) -> str:
    """The ARN of a trained version that tells bright images from dark ones, made from manifests in S3."""
    return versions["classifier"]


def begin_detector(target: Target, s3: FakeS3) -> str:
    lines = []
    for number in range(12):
        s3.put("images", f"train/{number}.jpg", draw(number).content)
        lines.append(boxed_line(f"train/{number}.jpg", draw(number)))
    asked = target.client
    project = asked.create_project(ProjectName="shapes")["ProjectArn"]
    for kind, part in (("TRAIN", lines[:8]), ("TEST", lines[8:])):
        source = manifest(s3, f"{kind}.manifest", part)
        asked.create_dataset(ProjectArn=project, DatasetType=kind, DatasetSource=source)
    target.clock.now += 60
    output = {"S3Bucket": "results", "S3KeyPrefix": "trained"}
    made = asked.create_project_version(ProjectArn=project, VersionName="v1", OutputConfig=output)
    return str(made["ProjectVersionArn"])


def begin_classifier(target: Target, s3: FakeS3) -> str:
    lines = []
    for number in range(12):
        file = io.BytesIO()
        Image.effect_noise((96, 96), 30).point(lambda v, n=number: v // 2 + 100 * (n % 2)).save(file, "PNG")
        s3.put("images", f"light/{number}.png", file.getvalue())
        lines.append(labelled_line(f"light/{number}.png", ("dark", "bright")[number % 2]))
    asked = target.client
    project = asked.create_project(ProjectName="light")["ProjectArn"]
    made = asked.create_project_version(
        ProjectArn=project,
        VersionName="v1",
        OutputConfig={"S3Bucket": "results", "S3KeyPrefix": "light"},
        TrainingData={"Assets": [manifest(s3, "light.manifest", lines)]},
        TestingData={"AutoCreate": True},
    )
    return str(made["ProjectVersionArn"])


@pytest.fixture
def running(target: Target, detector: str) -> Iterator[str]:
    """The detector, running; stopped afterwards."""
    target.client.start_project_version(ProjectVersionArn=detector, MinInferenceUnits=1)
    target.clock.now += 600
    yield detector
    target.client.stop_project_version(ProjectVersionArn=detector)
    target.clock.now += 180
