"""The tap of a queue, through the API's own shapes."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.depths import Depths
from labelpipe.aws.mappings import Mappings
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.observations import Depth

UUID = "0b6c9d0e-0000-4000-8000-000000000000"


@pytest.fixture
def service() -> Iterator[Any]:
    client = ControlClients().functions()
    with Stubber(client) as stub:
        stub.mappings = Mappings(client)
        yield stub
        stub.assert_no_pending_responses()


def test_the_state_is_the_services_own_word(service: Any) -> None:
    service.add_response("get_event_source_mapping", {"State": "Disabling"}, {"UUID": UUID})
    assert service.mappings.state(UUID) == "Disabling"


def test_holding_disables_and_releasing_enables_for_so_many(service: Any) -> None:
    held, released = {"Enabled": False}, {"Enabled": True, "ScalingConfig": {"MaximumConcurrency": 3}}
    for asked in (held, released):
        service.add_response("update_event_source_mapping", {"State": "Updating"}, {"UUID": UUID, **asked})
    assert service.mappings.hold(UUID) is Outcome.DONE
    assert service.mappings.release(UUID, 3) is Outcome.DONE


@pytest.mark.parametrize("call", [["hold"], ["release", 3]])
@pytest.mark.parametrize("code", ["ResourceInUseException", "ResourceConflictException"])
def test_a_mapping_on_its_way_is_busy(service: Any, call: list[Any], code: str) -> None:
    service.add_client_error("update_event_source_mapping", code)
    assert getattr(service.mappings, call[0])(UUID, *call[1:]) is Outcome.BUSY


def test_a_mapping_that_is_gone_is_held_and_cannot_be_released(service: Any) -> None:
    service.add_client_error("update_event_source_mapping", "ResourceNotFoundException")
    assert service.mappings.hold(UUID) is Outcome.DONE
    service.add_client_error("update_event_source_mapping", "ResourceNotFoundException")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        service.mappings.release(UUID, 3)


def test_the_depth_is_all_of_all_three_counts() -> None:
    client = ControlClients().sqs()
    prefix = "ApproximateNumberOfMessages"
    counts = {prefix: "1204", f"{prefix}NotVisible": "37", f"{prefix}Delayed": "5"}
    with Stubber(client) as stub:
        asked = {"QueueUrl": "https://q", "AttributeNames": tuple(counts)}
        stub.add_response("get_queue_attributes", {"Attributes": counts}, asked)
        depth = Depths(client).depth("https://q")
    assert (depth, depth.total) == (Depth(1204, 37, 5), 1246)
