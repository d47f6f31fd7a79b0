"""Every cause, seen from outside: what the queue, the bucket and the dead-letter queue hold afterwards."""

import json
import time

import pytest

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import DETECT
from labelpipe.core.inference.events import read
from labelpipe.core.names import NO_RELEASE
from labelpipe.core.results import Status
from lambdas.inference import attempt
from lambdas.inference import tools as roots

ELEVEN_DAYS_AGO = int((time.time() - 11 * 86400) * 1000)


def uploaded(world) -> str:
    """The event of one good image."""
    world.upload("bees/a.jpg", world.jpeg())
    return world.event("bees/a.jpg")


def visibility(world, monkeypatch) -> list[int]:
    """Fills with the seconds after which messages come again."""
    waits: list[int] = []
    monkeypatch.setattr(roots.tools().messages, "give_back", lambda receipt, seconds: waits.append(seconds))
    return waits


WAITING = [code for code, cause in DETECT.items() if cause in (Cause.MODEL_OFF, Cause.ROUTE_FAULT, Cause.TOO_FAST)]


@pytest.mark.parametrize("code", [*WAITING, "InternalServerError"])
def test_an_image_waits_while_the_model_cannot_answer(world, code):
    event = uploaded(world)
    world.model.says = lambda call: world.refusal(code)
    assert world.invoke(event, ApproximateReceiveCount=30, ApproximateFirstReceiveTimestamp=ELEVEN_DAYS_AGO) == [event]
    assert (world.result("bees/a.jpg"), world.dead_letters()) == (None, [])


@pytest.mark.parametrize(("count", "seconds"), [(1, 120), (2, 240), (5, 900), (100, 900), (101, 14400)])
def test_an_image_whose_model_is_off_comes_less_and_less_often(world, monkeypatch, count, seconds):
    event = uploaded(world)
    world.model.says = lambda call: world.refusal("ResourceNotReadyException")
    waits = visibility(world, monkeypatch)
    world.invoke(event, ApproximateReceiveCount=count, ApproximateFirstReceiveTimestamp=ELEVEN_DAYS_AGO)
    assert waits == [seconds]


def test_without_a_release_images_wait(world):
    event = uploaded(world)
    world.ssm.put_parameter(Name="pointer", Value=NO_RELEASE, Type="String", Overwrite=True)
    assert world.invoke(event) == [event]
    assert world.model.calls == []


def test_a_broken_release_is_the_route_s_fault_and_images_wait(world):
    event = uploaded(world)
    world.ssm.put_parameter(Name="pointer", Value="nowhere", Type="String", Overwrite=True)
    assert world.invoke(event, ApproximateReceiveCount=9, ApproximateFirstReceiveTimestamp=ELEVEN_DAYS_AGO) == [event]
    assert (world.result("bees/a.jpg"), world.dead_letters()) == (None, [])


def test_what_has_waited_too_long_is_failed_and_can_be_redriven(world):
    event = uploaded(world)
    world.model.says = lambda call: world.refusal("ResourceNotReadyException")
    assert world.invoke(event, SentTimestamp=ELEVEN_DAYS_AGO) == []
    result = world.result("bees/a.jpg")
    assert (result.status, result.error.code, result.error.cause) == (
        Status.FAILED,
        Code.WAITED_TOO_LONG,
        Cause.MODEL_OFF,
    )
    assert (result.image.width, result.release) == (160, "bees-1"), "what was learnt is told"
    (letter,) = world.dead_letters()
    assert letter["Cause"] == "ModelOff"
    world.model.says = lambda call: None
    assert world.invoke(letter["Body"]) == []
    assert world.result("bees/a.jpg").status is Status.SUCCEEDED


def test_a_bug_on_one_image_fails_after_its_attempts(world, monkeypatch):
    event = uploaded(world)
    monkeypatch.setattr(attempt, "split", lambda *_: {}["bug"])
    assert world.invoke(event, ApproximateReceiveCount=4) == [event]
    assert world.result("bees/a.jpg") is None
    assert world.invoke(event, ApproximateReceiveCount=5) == []
    result = world.result("bees/a.jpg")
    assert (result.status, result.error.code) == (Status.FAILED, Code.UNEXPECTED)
    (letter,) = world.dead_letters()
    assert (letter["Cause"], letter["Detail"]) == ("OurFault", "KeyError: 'bug'")


def test_an_image_that_was_deleted_is_acknowledged(world):
    event = uploaded(world)
    world.s3.delete_object(Bucket="images", Key="bees/a.jpg")
    assert world.invoke(event) == []
    assert (world.result("bees/a.jpg"), world.model.calls, world.dead_letters()) == (None, [], [])


def test_an_image_that_is_deleted_in_flight_is_acknowledged(world, monkeypatch):
    version = world.upload("bees/a.webp", world.encoded("WEBP"))
    event = world.event("bees/a.webp")
    fetch = roots.tools().images.fetch

    def vanish(key, version_id):
        world.s3.delete_object(Bucket="images", Key=key, VersionId=version)
        return fetch(key, version_id)

    monkeypatch.setattr(roots.tools().images, "fetch", vanish)
    assert world.invoke(event) == []
    assert (world.model.calls, world.dead_letters()) == ([], [])


def test_a_stale_event_is_acknowledged_and_not_asked(world):
    stale = uploaded(world)
    world.upload("bees/a.jpg", world.jpeg((200, 200)))
    assert world.invoke(stale) == []
    assert (world.result("bees/a.jpg"), world.model.calls) == (None, [])


def test_an_event_without_a_version_is_about_the_current_one(world):
    version = world.upload("bees/a.jpg", world.jpeg())
    body = world.backfill("bees/a.jpg")
    assert world.invoke(body) == []
    assert world.result("bees/a.jpg").image.version_id == version


def test_a_duplicate_changes_nothing(world):
    event = uploaded(world)
    world.invoke(event)
    first = world.result("bees/a.jpg")
    world.model.labels = []
    assert world.invoke(event) == []
    assert world.result("bees/a.jpg") == first


def test_a_foreign_json_stays_and_the_image_becomes_a_dead_letter(world):
    event = uploaded(world)
    world.s3.put_object(Bucket="images", Key="bees/a.jpg.json", Body=b'{"mine": true}')
    assert world.invoke(event) == []
    assert world.s3.get_object(Bucket="images", Key="bees/a.jpg.json")["Body"].read() == b'{"mine": true}'
    assert [letter["Cause"] for letter in world.dead_letters()] == ["ForeignResult"]


def test_a_foreign_json_beside_a_bad_image_stays_too(world):
    world.upload("bees/a.jpg", b"no image")
    world.s3.put_object(Bucket="images", Key="bees/a.jpg.json", Body=b"[]")
    assert world.invoke(world.event("bees/a.jpg")) == []
    assert [letter["Cause"] for letter in world.dead_letters()] == ["ForeignResult"]


def test_a_key_too_long_to_append_to_becomes_a_dead_letter(world):
    key = "bees/" + "a" * 1012 + ".jpg"
    world.upload(key, world.jpeg())
    assert world.invoke(world.event(key)) == []
    assert [letter["Cause"] for letter in world.dead_letters()] == ["KeyTooLong"]
    assert world.model.calls == []


def test_a_dead_letter_goes_out_even_when_no_failed_result_can_be_written(world, monkeypatch):
    event = uploaded(world)
    world.model.says = lambda call: world.refusal("ResourceNotReadyException")
    world.deny(monkeypatch, "put_object")
    assert world.invoke(event, SentTimestamp=ELEVEN_DAYS_AGO, ApproximateReceiveCount=5) == []
    assert [letter["Cause"] for letter in world.dead_letters()] == ["OurFault"]


def test_an_image_that_may_not_be_read_fails_after_its_attempts(world, monkeypatch):
    event = uploaded(world)
    world.deny(monkeypatch, "get_object")
    assert world.invoke(event) == [event]
    assert world.invoke(event, ApproximateReceiveCount=5) == []
    monkeypatch.undo()
    result = world.result("bees/a.jpg")
    assert (result.status, result.error.code, result.image.format) == (Status.FAILED, Code.ACCESS_DENIED, None)
    assert [letter["Cause"] for letter in world.dead_letters()] == ["OurFault"]


def test_where_the_function_has_died_again_and_again_failed_is_written_before_it_is_tried_again(world):
    event = uploaded(world)
    seen = []
    world.model.says = lambda call: seen.append(world.result("bees/a.jpg"))
    an_hour_ago = int((time.time() - 3600) * 1000)
    assert world.invoke(event, ApproximateReceiveCount=13, ApproximateFirstReceiveTimestamp=an_hour_ago) == []
    assert [(each.status, each.error.code) for each in seen] == [(Status.FAILED, Code.CRASHED)]
    assert world.result("bees/a.jpg").status is Status.SUCCEEDED, "and an answer replaces it"


def test_a_dead_letter_of_one_record_repeats_no_other(world):
    events = []
    for name in "ab":
        world.upload(f"bees/{name}.jpg", world.jpeg())
        events.append(world.event(f"bees/{name}.jpg"))
    world.model.says = lambda call: world.refusal("ResourceNotReadyException") if "b.jpg" in str(call) else None
    both = json.dumps({"Records": [json.loads(event)["Records"][0] for event in events]})
    assert world.invoke(both, SentTimestamp=ELEVEN_DAYS_AGO) == []
    (letter,) = world.dead_letters()
    assert read(letter["Body"]) == read(events[1])


def test_an_image_that_waited_long_and_then_kills_the_function_has_a_result_before_the_queue_moves_it(world):
    event = uploaded(world)
    seen = []
    world.model.says = lambda call: seen.append(world.result("bees/a.jpg"))
    world.invoke(event, ApproximateReceiveCount=246, ApproximateFirstReceiveTimestamp=ELEVEN_DAYS_AGO)
    assert [each.status for each in seen] == [Status.FAILED]


def test_an_image_on_which_the_function_surely_dies_is_given_up_without_another_try(world):
    event = uploaded(world)
    assert world.invoke(event, ApproximateReceiveCount=20) == []
    assert (world.result("bees/a.jpg").error.code, world.model.calls) == (Code.CRASHED, [])
    assert [letter["Cause"] for letter in world.dead_letters()] == ["Crashed"]


def test_an_image_that_has_its_answer_is_not_given_up_when_its_neighbour_kills_the_function(world):
    event = uploaded(world)
    world.invoke(event)
    assert world.invoke(event, ApproximateReceiveCount=20) == []
    assert (world.result("bees/a.jpg").status, world.dead_letters()) == (Status.SUCCEEDED, [])


def test_a_failed_result_that_cannot_be_written_just_now_keeps_the_message(world, monkeypatch):
    event = uploaded(world)
    world.model.says = lambda call: world.refusal("NobodyKnows")

    def hiccup(self, *call):
        raise Failure(Cause.THEIR_FAULT, "no answer")

    monkeypatch.setattr(type(roots.tools().results), "_put", hiccup)
    assert world.invoke(event, ApproximateReceiveCount=5) == [event]
    assert world.dead_letters() == []
    monkeypatch.undo()


def test_a_late_failure_gives_no_dead_letter_to_an_image_that_was_replaced(world):
    event = uploaded(world)
    world.invoke(event)
    world.upload("bees/a.jpg", world.jpeg((200, 200)))
    event = world.event("bees/a.jpg")

    def replaced(call):
        world.upload("bees/a.jpg", world.jpeg((300, 300)))
        return world.refusal("NobodyKnows")

    world.model.says = replaced
    assert world.invoke(event, ApproximateReceiveCount=5) == []
    assert world.dead_letters() == []
