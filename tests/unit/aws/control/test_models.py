"""Project versions and endpoints behind one door."""

from typing import Any

import pytest
from botocore.stub import Stubber

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.models import Models
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.statuses import Status

VERSION = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v3/1790000000000"
ENDPOINT = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees"
SERVICES = ("rekognition", "sagemaker")
TAGGED = {"Tags": [{"Key": "labelpipe", "Value": "bucket"}]}
CONFIG = "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/bees-v3"


class Clients(ControlClients):
    """One stub for each service. `made`: the services whose clients were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        make = super()._client
        self.stubs = {service: Stubber(make(service, attempts=1, read_timeout=1)) for service in SERVICES}

    def _client(self, service: str, **_: Any) -> Any:
        self.made.append(service)
        self.stubs[service].activate()
        return self.stubs[service].client


@pytest.fixture
def clients() -> Clients:
    return Clients()


@pytest.mark.parametrize(
    ("arn", "operation", "service"),
    [(VERSION, "stop_project_version", "rekognition"), (ENDPOINT, "delete_endpoint", "sagemaker")],
)
def test_a_model_meets_its_own_service_only(clients: Clients, arn: str, operation: str, service: str) -> None:
    models = Models(clients, "bucket")
    assert clients.made == []
    for _ in range(2):
        clients.stubs[service].add_response(operation, {})
        assert models.stop(arn) is Outcome.DONE
    assert clients.made == [service]


def test_a_version_starts_with_units_and_an_endpoint_from_its_configuration(clients: Clients) -> None:
    models = Models(clients, "bucket")
    asked = {"ProjectVersionArn": VERSION, "MinInferenceUnits": 2}
    clients.stubs["rekognition"].add_response("start_project_version", {"Status": "STARTING"}, asked)
    asked = {"EndpointName": "bees", "EndpointConfigName": "bees-v3"} | TAGGED
    clients.stubs["sagemaker"].add_response("create_endpoint", {"EndpointArn": ENDPOINT}, asked)
    assert models.start(VERSION, "project", 2, 2) is models.start(ENDPOINT, CONFIG, 2, 2) is Outcome.DONE


def test_an_endpoint_is_described_by_its_own_service(clients: Clients) -> None:
    clients.stubs["sagemaker"].add_client_error("describe_endpoint", "ValidationException")
    assert Models(clients, "bucket").describe(ENDPOINT, CONFIG, "bees").status is Status.STOPPED
