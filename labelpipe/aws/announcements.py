"""Result events: EventBridge hears of each finished image."""

import json
from typing import TYPE_CHECKING, Any

from labelpipe.aws.errors import translated
from labelpipe.core.inference.announcing import DETAIL_TYPE, SOURCE, detail_of
from labelpipe.core.inference.errors import ANNOUNCE, Said, failure
from labelpipe.core.results import Result

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient


class Announcements:
    """On one bus, by name. Failures by the table ANNOUNCE."""

    def __init__(self, events: "EventBridgeClient", bus: str) -> None:
        self._events, self._bus = events, bus

    def announce(self, result: Result) -> None:
        """Raise Failure unless the bus has taken the event."""
        entry: Any = {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Detail": json.dumps(detail_of(result), ensure_ascii=False),
        }
        with translated(ANNOUNCE):
            answer = self._events.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            (refused,) = answer["Entries"]
            said = Said(refused.get("ErrorCode", ""), message=refused.get("ErrorMessage", ""))
            raise failure(said, ANNOUNCE, f"PutEvents: {said.code}: {said.message}")
