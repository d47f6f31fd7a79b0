"""Several models on one route, of both kinds: asked at once, in their turns, and merged."""

from dataclasses import replace
from io import BytesIO
from threading import Barrier, get_ident

import pytest

from labelpipe.core.inference.pacing import Pace
from labelpipe.core.releases import Release, ReleasedModel
from labelpipe.core.results import Status
from lambdas.inference import tools as roots

ARN = "arn:aws:rekognition:us-east-1:123456789012:project/{0}/version/v1/1790000000000"


def model(name: str) -> ReleasedModel:
    return ReleasedModel(name, "rekognition", "arn:project", ARN.format(name))


WASPS, ANTS = model("wasps"), model("ants")
OWN = ReleasedModel(
    "own",
    "sagemaker",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/own",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/own",
    answer="labelpipe",
)


def release(world, *models: ReleasedModel) -> None:
    world.release(Release("bees-2", "bees", models, "someone", "now"))
    roots.tools.cache_clear()


def uploaded(world, name: str = "bees/a.jpg", body: bytes | None = None) -> str:
    world.upload(name, body or world.jpeg())
    return world.event(name)


def test_models_are_asked_at_once_and_their_labels_merged_in_order(world):
    release(world, WASPS, ANTS)
    together = Barrier(2, timeout=20)
    world.model.says = lambda call: together.wait() and None
    assert world.invoke(uploaded(world)) == []
    result = world.result("bees/a.jpg")
    assert [each.name for each in result.models] == ["wasps", "ants"]
    assert [label.model for label in result.labels] == ["wasps", "ants"]


def test_a_single_model_is_asked_without_another_thread(world, monkeypatch):
    threads = []
    look = roots.tools().images.look
    monkeypatch.setattr(roots.tools().images, "look", lambda key: threads.append(get_ident()) or look(key))
    world.model.says = lambda call: threads.append(get_ident())
    world.invoke(uploaded(world))
    assert len(threads) == 2 and len(set(threads)) == 1


def test_one_model_that_is_off_holds_the_image_and_nothing_is_written(world):
    release(world, WASPS, ANTS)
    world.model.says = lambda call: world.refusal("ResourceNotReadyException") if "ants" in str(call) else None
    event = uploaded(world)
    assert world.invoke(event, ApproximateReceiveCount=20, ApproximateFirstReceiveTimestamp=0) == [event]
    assert (world.result("bees/a.jpg"), world.dead_letters()) == (None, [])


def test_what_one_model_refuses_for_good_waits_for_the_other_that_is_off(world):
    release(world, WASPS, ANTS)
    answers = {"wasps": "InvalidImageFormatException", "ants": "ResourceNotReadyException"}
    world.model.says = lambda call: world.refusal(next(code for name, code in answers.items() if name in str(call)))
    event = uploaded(world)
    assert world.invoke(event) == [event]
    assert world.model.sent_bytes == []


def test_a_model_that_has_answered_is_not_asked_again_when_the_other_is_tried_again(world):
    release(world, WASPS, ANTS)
    fails = [world.refusal("InternalServerError", 500)] * 2
    world.model.says = lambda call: fails.pop() if "ants" in str(call) and fails else None
    assert world.invoke(uploaded(world)) == []
    asked = [call["ProjectVersionArn"] for call in world.model.calls]
    assert (asked.count(WASPS.version_arn), asked.count(ANTS.version_arn)) == (1, 3)


def test_a_release_that_is_promoted_between_two_tries_is_asked_anew(world):
    release(world, WASPS, ANTS)

    def promoted(call):
        if "ants" in str(call) and len(world.model.calls) <= 2:
            lower = replace(WASPS, thresholds={"wasp": 1.0})
            world.release(Release("bees-3", "bees", (lower, ANTS), "someone", "now"))
            roots.tools().pointer._asked = float("-inf")
            return world.refusal("InternalServerError", 500)
        return None

    world.model.says = promoted
    assert world.invoke(uploaded(world)) == []
    asked = [call["MinConfidence"] for call in world.model.calls if "wasps" in call["ProjectVersionArn"]]
    assert (asked, world.result("bees/a.jpg").models[0].kept_from) == ([5, 1], 1)


def test_a_picture_that_one_refuses_is_made_to_fit_for_all(world):
    release(world, WASPS, ANTS)
    world.model.says = lambda call: (
        world.refusal("InvalidImageFormatException") if "ants" in str(call) and "Bytes" not in call["Image"] else None
    )
    assert world.invoke(uploaded(world)) == []
    assert len(world.model.sent_bytes) == 2
    assert world.result("bees/a.jpg").transform


class Runtime:
    """Stands in for SageMaker's runtime client."""

    def __init__(self):
        self.bodies = []

    def invoke_endpoint(self, *, Body, **_):
        self.bodies.append(Body)
        return {"Body": BytesIO(b'{"CustomLabels": []}'), "ResponseMetadata": {"RequestId": "s1"}}


@pytest.fixture
def runtime(clients, monkeypatch):
    runtime = Runtime()
    monkeypatch.setattr(clients, "endpoints", lambda: runtime)
    return runtime


def test_an_endpoint_gets_the_image_itself_fetched_once_beside_rekognition(world, runtime, monkeypatch):
    release(world, WASPS, OWN, replace(OWN, name="twin", version_arn=OWN.version_arn + "2"))
    fetches, fetch = [], roots.tools().images.fetch
    monkeypatch.setattr(roots.tools().images, "fetch", lambda *each: fetches.append(each) or fetch(*each))
    body = world.jpeg()
    assert world.invoke(uploaded(world, body=body)) == []
    assert (runtime.bodies, len(fetches)) == ([body, body], 1)
    assert "S3Object" in world.model.calls[0]["Image"]
    assert world.result("bees/a.jpg").models[1].backend == "sagemaker"


def test_an_endpoint_gets_the_fitted_picture_of_what_it_could_not_take(world, runtime):
    release(world, OWN)
    assert world.invoke(uploaded(world, "bees/a.webp", world.encoded("WEBP"))) == []
    assert runtime.bodies[0].startswith(b"\xff\xd8\xff")
    assert world.result("bees/a.webp").transform


def test_a_backend_that_nobody_knows_is_the_route_s_fault(world):
    release(world, replace(WASPS, backend="abacus"))
    event = uploaded(world)
    assert world.invoke(event, ApproximateReceiveCount=9, ApproximateFirstReceiveTimestamp=0) == [event]


def test_a_throttle_is_told_to_the_pace_and_anything_else_is_not(world, monkeypatch):
    told = []
    for name in ("throttled", "succeeded"):
        real = getattr(Pace, name)
        monkeypatch.setattr(
            Pace, name, lambda self, *each, real=real, name=name: told.append(name) or real(self, *each)
        )
    says = [world.refusal("InternalServerError", 500), world.refusal("ProvisionedThroughputExceededException")]
    world.model.says = lambda call: says.pop() if says else None
    assert world.invoke(uploaded(world)) == []
    assert told == ["throttled", "succeeded"]
    assert world.result("bees/a.jpg").status is Status.SUCCEEDED


def test_without_a_turn_in_time_the_image_waits(world, monkeypatch):
    monkeypatch.setenv("RATE", "0.001")
    roots.tools.cache_clear()
    event = uploaded(world)
    assert world.invoke(event, seconds=6.2) == [event]
    assert (world.model.calls, world.result("bees/a.jpg")) == ([], None)
