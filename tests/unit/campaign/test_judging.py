"""The reckoning of the fault campaign finds what it is there to find."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from labelpipe.core.codes import Code
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.results import AskedModel, Error, Image, Label, Result, Status, Times, Trace
from tests.campaign import stories
from tests.campaign.contents import sky
from tests.campaign.judging import Found, Letter, Reckoning, reckon
from tests.campaign.junk import UNREADABLE, Junk
from tests.campaign.plan import make_plan

KEY = "north/a.jpg"
DAY = sky("day", 1)
RIGHT = Result(
    status=Status.SUCCEEDED,
    route="north",
    release="north-1",
    image=Image("b", KEY, "v1", "e"),
    models=(AskedModel("suns", "rekognition", "arn", {}, 50, 5, None),),
    labels=(Label("day", 99, "suns"), Label("night", 60, "suns")),
    times=Times(None, "2026-11-20T10:14:02Z", "2026-11-20T10:14:03Z"),
    trace=Trace(None, None, None),
)
ENDED = {"models": (), "labels": ()}
REJECTED = replace(RIGHT, status=Status.REJECTED, error=Error(Code.DAMAGED), **ENDED)
FAILED = replace(RIGHT, status=Status.FAILED, error=Error(Code.ACCESS_DENIED, "OurFault"), **ENDED)
LETTER = Letter("north", ImageEvent("b", KEY, "v1").to_body(), "OurFault")
JUNK = Junk("north", "junk-0001", UNREADABLE["not JSON"], letter=True)
JUNK_LETTER = Letter("north", JUNK.body(JUNK.mark, "b", "north/"), "UnreadableMessage")


@dataclass
class Scene:
    """One image, by default uploaded once and answered rightly."""

    denials: int = 0
    current: str | None = "v1"
    result: Result | bytes | None = RIGHT
    letters: tuple[Letter, ...] = ()
    junk: tuple[Junk, ...] = ()
    written: tuple[tuple[str, str | None, str], ...] = ()
    waiting: int = 0

    def reckon(self) -> Reckoning:
        story = stories.Story(KEY, (), denials=self.denials)
        body = self.result.to_json().encode() if isinstance(self.result, Result) else self.result
        results = {KEY: body} if body else {}
        found = Found({KEY: self.current}, results, self.written, self.letters, self.waiting)
        uploads = {(KEY, "v1"): DAY, (KEY, "v0"): sky("night", 1)}
        return reckon({KEY: story}, uploads, self.junk, found)


def test_an_image_with_the_result_of_its_current_version_is_right() -> None:
    told = Scene().reckon()
    assert (told.right, told.well) == (1, True)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(replace(RIGHT, image=Image("b", KEY, "v0")), id="of an older version"),
        pytest.param(replace(RIGHT, image=Image("b", KEY, "v9")), id="of a version that never was"),
        pytest.param(replace(RIGHT, image=Image("b", "north/b.jpg", "v1")), id="of another image"),
        pytest.param(replace(RIGHT, labels=(Label("night", 99, "suns"),)), id="with another label"),
        pytest.param(replace(RIGHT, labels=()), id="without a label"),
        pytest.param(REJECTED, id="rejected"),
        pytest.param(FAILED, id="failed"),
        pytest.param(b'{"Status": "SUCCEEDED"}', id="not by the schema"),
        pytest.param(b"{", id="not JSON"),
    ],
)
def test_any_other_result_is_wrong(result: Result | bytes) -> None:
    told = Scene(result=result).reckon()
    assert (list(told.wrong), told.right, told.well) == ([KEY], 0, False)


@pytest.mark.parametrize(
    ("scene", "missing"),
    [
        pytest.param(Scene(result=None), KEY, id="an image without a result"),
        pytest.param(Scene(junk=(JUNK,)), JUNK.mark, id="a malformed message without a letter"),
        pytest.param(Scene(result=FAILED, denials=stories.FOR_EVER), KEY, id="a refused image without a letter"),
        pytest.param(Scene(waiting=1), "queues", id="work that still waits"),
    ],
)
def test_what_has_no_end_is_missing(scene: Scene, missing: str) -> None:
    told = scene.reckon()
    assert (list(told.missing), told.well) == ([missing], False)


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param(LETTER, id="our fault, of an image that could be read"),
        pytest.param(replace(LETTER, cause="TheirFault"), id="their fault"),
        pytest.param(replace(LETTER, cause=None), id="moved by the queue itself"),
        pytest.param(replace(LETTER, cause="UnreadableMessage"), id="a readable message"),
    ],
)
def test_a_letter_that_should_not_be_is_told(letter: Letter) -> None:
    told = Scene(letters=(letter,)).reckon()
    assert (len(told.stray_letters), told.well) == (1, False)


def test_the_letters_that_should_be_are_counted_by_cause() -> None:
    scene = Scene(stories.FOR_EVER, result=FAILED, letters=(LETTER, JUNK_LETTER, JUNK_LETTER), junk=(JUNK,))
    told = scene.reckon()
    assert (told.letters, told.well) == ({"OurFault": 1, "UnreadableMessage": 2}, True)


def test_an_answer_to_what_could_never_be_read_is_wrong() -> None:
    assert KEY in Scene(stories.FOR_EVER, letters=(LETTER,)).reckon().wrong


@pytest.mark.parametrize(
    ("result", "wrong"),
    [
        (None, False),
        (replace(RIGHT, image=Image("b", KEY, "v0"), labels=(Label("night", 99, "suns"),)), False),
        (replace(RIGHT, image=Image("b", KEY, "v0")), True),
    ],
    ids=["none", "of any version", "wrong for its version"],
)
def test_a_deleted_image_may_have_a_result_that_is_right_for_its_version(result: Result | None, wrong: bool) -> None:
    told = Scene(current=None, result=result).reckon()
    assert (told.deleted, bool(told.wrong), told.missing) == (1, wrong, {})


def test_the_same_status_of_one_version_written_again_is_counted() -> None:
    once = [(KEY, "v0", "SUCCEEDED"), (KEY, "v1", "FAILED"), (KEY, "v1", "SUCCEEDED")]
    assert Scene(written=tuple(once)).reckon().written_twice == 0
    assert Scene(written=(*once, once[0])).reckon().written_twice == 1


def _steps(images: int, seed: int) -> list[Any]:
    plan = make_plan(images, seed, {"north": "north/", "south": "south/"}, [DAY])
    return [(type(step).__name__, getattr(step, "key", ""), getattr(step, "delay", None)) for step in plan.steps]


def test_a_seed_decides_every_step() -> None:
    assert _steps(200, 7) == _steps(200, 7) != _steps(200, 8)


@pytest.mark.parametrize("tale", [stories.overwritten, stories.deleted, stories.reborn])
def test_a_storys_steps_keep_their_order(tale: Callable[..., stories.Story]) -> None:
    names = [type(step).__name__ for step in tale(KEY, DAY, Random(7)).steps]
    assert names[0] == "Upload"
    assert names[-1] == "Tell"


def test_every_tale_is_told_even_in_a_small_campaign() -> None:
    plan = make_plan(20, 7, {"north": "north/"}, [DAY])
    ambushes = {deed for story in plan.stories.values() if story.ambush for deed in map(type, story.ambush.deeds)}
    assert ambushes == {stories.Upload, stories.Delete, stories.Kill}
    assert {min(story.denials, 9) for story in plan.stories.values()} >= {0, 9}
