"""SageMaker's endpoints through the API's own shapes: what is asked, and what the answers mean."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.hosting import Hosting
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.observations import Model
from labelpipe.core.control.statuses import Status

ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees"
CONFIG = "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/bees-v3"
ASKED = {"EndpointName": "bees"}
MODELLED = botocore.session.get_session().get_service_model("sagemaker").shape_for("EndpointStatus").enum


@pytest.fixture
def service() -> Iterator[Any]:
    client = ControlClients().sagemaker()
    with Stubber(client) as stub:
        stub.hosting = Hosting(client, "bucket")
        yield stub
        stub.assert_no_pending_responses()


def _answer(status: str, config: str = "bees-v3") -> dict[str, Any]:
    then = datetime(2026, 11, 20, tzinfo=UTC)
    return {
        "EndpointName": "bees",
        "EndpointArn": ARN,
        "EndpointConfigName": config,
        "EndpointStatus": status,
        "CreationTime": then,
        "LastModifiedTime": then,
    }


STATUSES = {
    "OutOfService": Status.BROKEN,
    "Creating": Status.STARTING,
    "Updating": Status.RUNNING,
    "SystemUpdating": Status.RUNNING,
    "RollingBack": Status.RUNNING,
    "InService": Status.RUNNING,
    "Deleting": Status.STOPPING,
    "Failed": Status.BROKEN,
    "UpdateRollbackFailed": Status.OUTDATED,
}


@pytest.mark.parametrize("status", MODELLED)
def test_every_status_of_an_endpoint_has_a_meaning(service: Any, status: str) -> None:
    service.add_response("describe_endpoint", _answer(status), ASKED)
    assert service.hosting.describe(ARN, CONFIG, "bees") == Model(ARN, CONFIG, STATUSES[status], "bees")


@pytest.mark.parametrize(
    ("status", "means"),
    [("InService", Status.OUTDATED), ("Updating", Status.OUTDATED), ("Creating", Status.STARTING)],
)
def test_an_endpoint_of_another_configuration_answers_for_nobody(service: Any, status: str, means: Status) -> None:
    service.add_response("describe_endpoint", _answer(status, "bees-v2"), ASKED)
    assert service.hosting.describe(ARN, CONFIG).status is means


def test_a_leased_endpoint_of_no_route_runs_whatever_its_configuration_is(service: Any) -> None:
    service.add_response("describe_endpoint", _answer("InService", "bees-v2"), ASKED)
    assert service.hosting.describe(ARN, "").status is Status.RUNNING


def test_an_endpoint_that_is_not_there_is_stopped(service: Any) -> None:
    service.add_client_error("describe_endpoint", "ValidationException", 'Could not find endpoint "bees".')
    assert service.hosting.describe(ARN, CONFIG).status is Status.STOPPED


def test_a_status_of_tomorrow_is_unknown(service: Any) -> None:
    service.add_response("describe_endpoint", _answer("Hibernating"), ASKED)
    assert service.hosting.describe(ARN, CONFIG).status is Status.UNKNOWN


def test_a_start_creates_the_endpoint_from_its_configuration_and_marks_it_as_ours(service: Any) -> None:
    tags = [{"Key": "labelpipe", "Value": "bucket"}]
    asked = ASKED | {"EndpointConfigName": "bees-v3", "Tags": tags}
    service.add_response("create_endpoint", {"EndpointArn": ARN}, asked)
    assert service.hosting.start(ARN, CONFIG) is Outcome.DONE


def test_what_is_there_already_is_busy(service: Any) -> None:
    service.add_client_error("create_endpoint", "ValidationException", "Cannot create already existing endpoint")
    service.add_response("describe_endpoint", _answer("Creating"), ASKED)
    assert service.hosting.start(ARN, CONFIG) is Outcome.BUSY


def test_a_configuration_that_is_not_there_is_an_error(service: Any) -> None:
    service.add_client_error("create_endpoint", "ValidationException", "Could not find endpoint configuration")
    service.add_client_error("describe_endpoint", "ValidationException", "Could not find endpoint")
    with pytest.raises(ClientError, match="endpoint configuration"):
        service.hosting.start(ARN, CONFIG)


def test_a_start_beyond_the_accounts_quota_finds_no_slot(service: Any) -> None:
    service.add_client_error("create_endpoint", "ResourceLimitExceeded")
    assert service.hosting.start(ARN, CONFIG) is Outcome.NO_SLOT


def test_a_stop_deletes_the_endpoint(service: Any) -> None:
    service.add_response("delete_endpoint", {}, ASKED)
    assert service.hosting.stop(ARN) is Outcome.DONE


def test_what_cannot_be_deleted_now_is_looked_at_again(service: Any) -> None:
    service.add_client_error("delete_endpoint", "ValidationException", "Cannot update in-progress endpoint")
    assert service.hosting.stop(ARN) is Outcome.BUSY


@pytest.mark.parametrize("call", ["create", "delete", "describe"])
@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_any_other_error_escapes(service: Any, call: str, code: str) -> None:
    calls = {
        "create": lambda: service.hosting.start(ARN, CONFIG),
        "delete": lambda: service.hosting.stop(ARN),
        "describe": lambda: service.hosting.describe(ARN, CONFIG),
    }
    service.add_client_error(f"{call}_endpoint", code)
    with pytest.raises(ClientError, match=code):
        calls[call]()
