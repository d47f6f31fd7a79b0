"""Model versions through the API's own shapes: what is asked, and what the answers mean."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.versions import Versions
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.observations import Model
from labelpipe.core.control.statuses import Status

PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/bees/1"
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v3/1790000000000"
ASKED = {"ProjectArn": PROJECT, "VersionNames": ["v3"]}


@pytest.fixture
def service() -> Iterator[Any]:
    client = ControlClients().rekognition()
    with Stubber(client) as stub:
        stub.versions = Versions(client)
        yield stub
        stub.assert_no_pending_responses()


def _answer(**version: Any) -> dict[str, Any]:
    return {"ProjectVersionDescriptions": [{"ProjectVersionArn": ARN} | version]}


@pytest.mark.parametrize("status", [status for status in Status if status not in ("VANISHED", "UNKNOWN")])
def test_a_version_is_described_by_its_name_in_its_project(service: Any, status: Status) -> None:
    service.add_response("describe_project_versions", _answer(Status=status.value, MinInferenceUnits=3), ASKED)
    assert service.versions.describe(ARN, PROJECT, "bees") == Model(ARN, PROJECT, status, "bees", 3)


@pytest.mark.parametrize(
    "answer",
    [{"ProjectVersionDescriptions": []}, _answer(ProjectVersionArn=ARN + "9", Status="RUNNING")],
    ids=["none", "another of the same name"],
)
def test_a_version_that_is_not_there_has_vanished(service: Any, answer: dict[str, Any]) -> None:
    service.add_response("describe_project_versions", answer, ASKED)
    assert service.versions.describe(ARN, PROJECT).status is Status.VANISHED


def test_a_version_of_a_deleted_project_has_vanished(service: Any) -> None:
    service.add_client_error("describe_project_versions", "ResourceNotFoundException")
    assert service.versions.describe(ARN, PROJECT).status is Status.VANISHED


def test_a_status_of_tomorrow_is_unknown(service: Any) -> None:
    service.add_response("describe_project_versions", _answer(Status="HIBERNATING"), ASKED)
    assert service.versions.describe(ARN, PROJECT).status is Status.UNKNOWN


@pytest.mark.parametrize(("most", "scaling"), [(2, {}), (4, {"MaxInferenceUnits": 4})])
def test_a_start_names_the_maximum_only_where_the_service_may_scale(
    service: Any, most: int, scaling: dict[str, int]
) -> None:
    asked = {"ProjectVersionArn": ARN, "MinInferenceUnits": 2} | scaling
    service.add_response("start_project_version", {"Status": "STARTING"}, asked)
    assert service.versions.start(ARN, 2, most) is Outcome.DONE


@pytest.mark.parametrize(
    ("code", "outcome"), [("ResourceInUseException", Outcome.BUSY), ("LimitExceededException", Outcome.NO_SLOT)]
)
def test_a_refused_start_is_an_outcome(service: Any, code: str, outcome: Outcome) -> None:
    service.add_client_error("start_project_version", code)
    assert service.versions.start(ARN, 1, 1) is outcome


@pytest.mark.parametrize(
    ("code", "outcome"), [("ResourceInUseException", Outcome.BUSY), ("ResourceNotFoundException", Outcome.DONE)]
)
def test_a_refused_stop_is_an_outcome(service: Any, code: str, outcome: Outcome) -> None:
    service.add_client_error("stop_project_version", code)
    assert service.versions.stop(ARN) is outcome


def test_a_stop_names_the_version(service: Any) -> None:
    service.add_response("stop_project_version", {"Status": "STOPPING"}, {"ProjectVersionArn": ARN})
    assert service.versions.stop(ARN) is Outcome.DONE


@pytest.mark.parametrize("call", ["start", "stop", "describe"])
@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InvalidParameterException"])
def test_any_other_error_escapes(service: Any, call: str, code: str) -> None:
    operation = {"describe": "describe_project_versions"}.get(call, f"{call}_project_version")
    arguments = {"start": (ARN, 1, 1), "stop": (ARN,), "describe": (ARN, PROJECT)}[call]
    service.add_client_error(operation, code)
    with pytest.raises(ClientError, match=code):
        getattr(service.versions, call)(*arguments)
