"""PutEvents, against botocore's model of it."""

import json

import pytest
from botocore.stub import Stubber

from labelpipe.aws.announcements import Announcements
from labelpipe.aws.clients import Clients
from labelpipe.core.inference.announcing import detail_of
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.results import Image, Result, Status, Times, Trace

RESULT = Result(
    Status.SUCCEEDED, "bees", Image("images", "bees/ä.jpg", "v1"), Times(None, "a", "b"), Trace("m", 1, "r")
)
ENTRY = {
    "EventBusName": "vision-results",
    "Source": "labelpipe",
    "DetailType": "Image finished",
    "Detail": json.dumps(detail_of(RESULT), ensure_ascii=False),
}


@pytest.fixture
def events():
    client = Clients().events()
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def test_a_result_is_put_on_the_bus(events):
    client, stub = events
    stub.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}, {"Entries": [ENTRY]})
    Announcements(client, "vision-results").announce(RESULT)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("ThrottlingException", Cause.TOO_FAST),
        ("InternalFailure", Cause.THEIR_FAULT),
        ("NotAuthorizedForSourceException", Cause.ROUTE_FAULT),
        ("MalformedDetail", Cause.OUR_FAULT),
    ],
)
def test_an_entry_that_was_not_taken_is_a_failure_although_the_call_succeeded(events, code, cause):
    client, stub = events
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": code, "ErrorMessage": "why"}]}
    stub.add_response("put_events", refused, {"Entries": [ENTRY]})
    with pytest.raises(Failure) as caught:
        Announcements(client, "vision-results").announce(RESULT)
    assert caught.value.cause is cause


def test_a_bus_that_is_gone_is_the_routes_fault(events):
    client, stub = events
    stub.add_client_error("put_events", "ResourceNotFoundException", http_status_code=400)
    with pytest.raises(Failure) as caught:
        Announcements(client, "vision-results").announce(RESULT)
    assert caught.value.cause is Cause.ROUTE_FAULT
