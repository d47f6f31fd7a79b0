"""The inference function as Lambda calls it: a batch in, what must come again out."""

import importlib
import json
import subprocess
import sys
import time
from threading import Barrier, Event

from labelpipe.core.results import Status
from lambdas.inference import handler as entry
from lambdas.inference import tools as roots


def test_an_image_gets_its_labels_beside_it(world):
    version = world.upload("bees/a.jpg", world.jpeg())
    assert world.invoke(world.event("bees/a.jpg")) == []
    result = world.result("bees/a.jpg")
    assert (result.status, result.release, result.image.version_id) == (Status.SUCCEEDED, "bees-1", version)
    assert [(label.name, label.confidence) for label in result.labels] == [("bee", 90)]
    (call,) = world.model.calls
    assert call["Image"] == {"S3Object": {"Bucket": "images", "Name": "bees/a.jpg", "Version": version}}
    assert call["MinConfidence"] == 5


def test_odd_keys_find_their_image_and_their_result(world):
    keys = ["bees/a b+1.jpg", "bees/50% off.JPG", "bees/gänse/蜂.jpg", "bees/%2B.jpg", "bees/a&b=c.jpg"]
    for key in keys:
        world.upload(key, world.jpeg())
    assert world.invoke(*map(world.event, keys)) == []
    assert {key: world.result(key).status for key in keys} == dict.fromkeys(keys, Status.SUCCEEDED)


def test_a_failing_record_fails_alone(world):
    for name in "abc":
        world.upload(f"bees/{name}.jpg", world.jpeg())
    world.model.says = lambda call: (
        world.refusal("InternalServerError", 500) if "b.jpg" in call["Image"]["S3Object"]["Name"] else None
    )
    events = [world.event(f"bees/{name}.jpg") for name in "abc"]
    assert world.invoke(*events) == [events[1]]
    assert [bool(world.result(f"bees/{name}.jpg")) for name in "abc"] == [True, False, True]


def test_a_message_of_several_records_succeeds_only_when_all_did(world):
    for name in "ab":
        world.upload(f"bees/{name}.jpg", world.jpeg())
    records = [json.loads(world.event(f"bees/{name}.jpg"))["Records"][0] for name in "ab"]
    both = json.dumps({"Records": records})
    world.model.says = lambda call: (
        world.refusal("InternalServerError", 500) if "b.jpg" in call["Image"]["S3Object"]["Name"] else None
    )
    assert world.invoke(both) == [both]
    assert world.result("bees/a.jpg").status is Status.SUCCEEDED
    world.model.says = lambda call: None
    assert world.invoke(both) == []
    assert world.result("bees/b.jpg").status is Status.SUCCEEDED


def test_noise_is_acknowledged(world):
    world.upload("bees/a.jpg.json", b"{}")
    assert world.invoke(world.noise("s3-test-event"), world.event("bees/a.jpg.json")) == []
    assert (world.model.calls, world.dead_letters()) == ([], [])


def test_an_unreadable_message_becomes_a_dead_letter_with_its_cause(world):
    assert world.invoke("not JSON") == []
    (letter,) = world.dead_letters()
    assert (letter["Cause"], letter["Body"], letter["Route"]) == ("UnreadableMessage", "not JSON", "bees")


def test_an_event_of_another_place_is_never_worked_on(world):
    world.upload("wasps/a.jpg", world.jpeg())
    elsewhere = world.event("wasps/a.jpg").replace('"images"', '"other"')
    assert world.invoke(world.event("wasps/a.jpg"), elsewhere) == []
    assert [letter["Cause"] for letter in world.dead_letters()] == ["UnreadableMessage"] * 2
    assert world.result("wasps/a.jpg") is None


def test_the_images_of_a_batch_are_asked_at_once(world):
    together = Barrier(10, timeout=20)
    world.model.says = lambda call: together.wait() and None
    for number in range(10):
        world.upload(f"bees/{number}.jpg", world.jpeg())
    assert world.invoke(*[world.event(f"bees/{number}.jpg") for number in range(10)]) == []


def test_the_release_is_read_while_the_image_is_looked_at(world, monkeypatch):
    together = Barrier(2, timeout=20)
    images, pointer = roots.tools().images, roots.tools().pointer
    look, read = images.look, pointer._read
    monkeypatch.setattr(images, "look", lambda key: together.wait() and None or look(key))
    monkeypatch.setattr(pointer, "_read", lambda key: together.wait() and None or read(key))
    world.upload("bees/a.jpg", world.jpeg())
    assert world.invoke(world.event("bees/a.jpg")) == []


def test_a_release_that_cannot_be_read_ahead_harms_no_message_that_needs_none(world, monkeypatch):
    monkeypatch.setattr(roots.tools().pointer, "_read", lambda key: 1 / 0)
    world.upload("bees/a.jpg", b"no image")
    assert world.invoke(world.event("bees/a.jpg"), world.noise("s3-test-event")) == []
    assert world.result("bees/a.jpg").status is Status.REJECTED


def test_what_does_not_end_in_time_is_reported_and_the_others_are_done(world):
    release = Event()
    world.model.says = lambda call: release.wait(20) and None if "late" in str(call) else None
    for name in ("late", "prompt"):
        world.upload(f"bees/{name}.jpg", world.jpeg())
    events = [world.event("bees/late.jpg"), world.event("bees/prompt.jpg")]
    started = time.monotonic()
    assert world.invoke(*events, seconds=6) == [events[0]]
    assert time.monotonic() - started < 5
    release.set()
    assert world.result("bees/prompt.jpg").status is Status.SUCCEEDED


def test_a_message_is_reported_even_when_it_cannot_be_given_back(world, monkeypatch):
    world.upload("bees/a.jpg", world.jpeg())
    world.model.says = lambda call: world.refusal("ResourceNotReadyException")
    monkeypatch.setattr(roots.tools().messages, "_queue_url", "http://nowhere")
    event = world.event("bees/a.jpg")
    assert world.invoke(event) == [event]


def test_a_dead_letter_that_cannot_be_sent_keeps_the_message(world, monkeypatch):
    monkeypatch.setattr(roots.tools().messages, "_dead_letter_queue_url", "http://nowhere")
    assert world.invoke("not JSON") == ["not JSON"]


def metrics(text: str) -> dict[str, float]:
    """What the function counted, from its output."""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith('{"_aws"')]
    names = {metric["Name"] for line in lines for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    return {name: sum(sum(line[name]) for line in lines if name in line) for name in names}


def test_results_and_causes_are_counted_for_their_route(world, capsys):
    for name in ("a", "b"):
        world.upload(f"bees/{name}.jpg", world.jpeg())
    world.upload("bees/c.jpg", b"no image")
    world.model.says = lambda call: world.refusal("ResourceNotReadyException") if "b.jpg" in str(call) else None
    capsys.readouterr()
    world.invoke(*[world.event(f"bees/{name}.jpg") for name in "abc"], "not JSON", world.noise("s3-test-event"))
    text = capsys.readouterr().out
    assert metrics(text) == {
        "Records": 5,
        "Succeeded": 1,
        "Rejected": 1,
        "ModelOff": 1,
        "GivenBack": 1,
        "UnreadableMessage": 1,
        "DeadLettered": 1,
        "Noise": 1,
    }
    assert '"Namespace":"labelpipe"' in text


def test_metrics_are_of_a_bucket_and_a_route_whatever_the_function_is_called(world, capsys, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "inference")
    importlib.reload(entry)
    world.invoke("not JSON")
    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines() if each.startswith('{"_aws"')]
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Bucket", "Route"]]
    assert (line["Bucket"], line["Route"]) == ("images", "bees")


def test_importing_the_function_makes_no_client_and_loads_no_pillow():
    program = """
import sys
import botocore.session
botocore.session.Session.create_client = None
import lambdas.inference.handler
print(sorted({"PIL", "boto3", "pydantic"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_runs_out_of_time_every_time_ends_failed_after_its_attempts(world):
    release = Event()
    world.model.says = lambda call: release.wait(20) and None
    version = world.upload("bees/a.jpg", world.jpeg())
    event = world.event("bees/a.jpg")
    assert world.invoke(event, seconds=5.5, ApproximateReceiveCount=4) == [event]
    assert world.result("bees/a.jpg") is None
    assert world.invoke(event, seconds=5.5, ApproximateReceiveCount=5) == []
    result = world.result("bees/a.jpg")
    assert (result.status, result.error.cause, result.image.version_id) == (Status.FAILED, "TimedOut", version)
    assert [letter["Cause"] for letter in world.dead_letters()] == ["TimedOut"]
    release.set()


def test_a_late_message_without_a_version_fails_as_the_current_one(world):
    release = Event()
    world.model.says = lambda call: release.wait(20) and None
    version = world.upload("bees/a.jpg", world.jpeg())
    assert world.invoke(world.backfill("bees/a.jpg"), seconds=5.5, ApproximateReceiveCount=5) == []
    assert world.result("bees/a.jpg").image.version_id == version
    release.set()
