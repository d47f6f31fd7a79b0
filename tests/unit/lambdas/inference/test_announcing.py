"""Telling downstream: after the result, at least once, and again when it failed."""

import json

import pytest

from labelpipe.core.results import Status
from lambdas.inference import tools as roots


class Bus:
    """Stands in for EventBridge's client: what it took, and whether it takes anything."""

    def __init__(self, world):
        self.world, self.told, self.takes, self.says = world, [], True, "InternalFailure"

    def put_events(self, *, Entries):
        (entry,) = Entries
        detail = json.loads(entry["Detail"])
        assert self.world.result(detail["Key"]).status == detail["Status"], "never before its result"
        if not self.takes:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": self.says}]}
        self.told.append((entry["EventBusName"], detail["Status"], detail["Key"]))
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}


@pytest.fixture
def bus(world, clients, monkeypatch):
    bus = Bus(world)
    monkeypatch.setenv("EVENT_BUS", "vision-results")
    monkeypatch.setattr(clients, "events", lambda: bus)
    roots.tools.cache_clear()
    return bus


def test_each_finished_image_is_told_once(world, bus):
    world.upload("bees/a.jpg", world.jpeg())
    world.upload("bees/b.jpg", b"no image")
    assert world.invoke(world.event("bees/a.jpg"), world.event("bees/b.jpg")) == []
    assert sorted(bus.told) == [
        ("vision-results", "REJECTED", "bees/b.jpg"),
        ("vision-results", "SUCCEEDED", "bees/a.jpg"),
    ]


def test_what_is_given_up_is_told_too(world, bus):
    world.upload("bees/a.jpg", world.jpeg())
    world.model.says = lambda call: world.refusal("NobodyKnows")
    assert world.invoke(world.event("bees/a.jpg"), ApproximateReceiveCount=5) == []
    assert bus.told == [("vision-results", "FAILED", "bees/a.jpg")]
    assert len(world.dead_letters()) == 1


def test_what_could_not_be_told_is_told_at_the_next_delivery_without_asking_again(world, bus):
    world.upload("bees/a.jpg", world.jpeg())
    event, bus.takes = world.event("bees/a.jpg"), False
    assert world.invoke(event) == [event]
    assert world.result("bees/a.jpg").status is Status.SUCCEEDED
    asked, bus.takes = len(world.model.calls), True
    world.model.says = lambda call: world.refusal("ResourceNotReadyException")
    assert world.invoke(event, ApproximateReceiveCount=2) == []
    assert bus.told == [("vision-results", "SUCCEEDED", "bees/a.jpg")]
    assert len(world.model.calls) == asked == 1


@pytest.mark.parametrize("says", ["InternalFailure", "NotAuthorizedForEntry"])
def test_what_is_given_up_waits_until_it_can_be_told(world, bus, says):
    world.upload("bees/a.jpg", world.jpeg())
    world.model.says = lambda call: world.refusal("NobodyKnows")
    event, bus.takes, bus.says = world.event("bees/a.jpg"), False, says
    assert world.invoke(event, ApproximateReceiveCount=5) == [event]
    assert (world.result("bees/a.jpg").status, world.dead_letters()) == (Status.FAILED, [])
    bus.takes = True
    assert world.invoke(event, ApproximateReceiveCount=6) == []
    assert bus.told == [("vision-results", "FAILED", "bees/a.jpg")]
    assert len(world.dead_letters()) == 1


def test_what_was_superseded_is_not_told(world, bus, monkeypatch):
    world.upload("bees/a.jpg", world.jpeg())
    world.invoke(world.event("bees/a.jpg"))
    world.upload("bees/a.jpg", world.jpeg((200, 200)))
    event = world.event("bees/a.jpg")
    world.model.says = lambda call: world.upload("bees/a.jpg", world.jpeg((300, 300))) and None
    assert world.invoke(event) == []
    assert len(bus.told) == 1, "the newest upload has an event of its own"


def test_without_a_bus_no_client_is_made(world, clients, monkeypatch):
    monkeypatch.setattr(clients, "events", None)
    world.upload("bees/a.jpg", world.jpeg())
    assert world.invoke(world.event("bees/a.jpg")) == []
