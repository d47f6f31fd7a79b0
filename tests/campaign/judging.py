"""The reckoning: what was uploaded, against what is there. Nothing here calls AWS."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause
from labelpipe.core.inference.events import ImageEvent, Unreadable, read
from labelpipe.core.results import Result, Status
from tests.campaign.contents import Content
from tests.campaign.junk import Junk
from tests.campaign.stories import FOR_EVER, Story
from tests.campaign.world import Versions

MARK = re.compile(r"junk-\d{4}")


@dataclass(frozen=True)
class Letter:
    """A dead letter. cause: None when the queue itself moved it."""

    route: str
    body: str
    cause: str | None


@dataclass(frozen=True)
class Found:
    """What was there in the end."""

    current: Mapping[str, str | None]
    """Version by image's key; None when the image is deleted."""
    results: Mapping[str, bytes]
    """By image's key."""
    written: Iterable[tuple[str, str | None, str]]
    """Of every version of every result: the image's key, its version, the status."""
    letters: Iterable[Letter]
    waiting: int
    """Messages still in the routes' queues."""


@dataclass
class Reckoning:
    """wrong, missing: the reasons, by key or mark."""

    images: int = 0
    uploads: int = 0
    right: int = 0
    right_by_status: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    wrong: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    letters: Counter[str] = field(default_factory=Counter)
    stray_letters: list[str] = field(default_factory=list)
    written_twice: int = 0

    @property
    def well(self) -> bool:
        """Whether the campaign found nothing that should not be."""
        return not (self.wrong or self.missing or self.stray_letters)


def reckon(stories: Mapping[str, Story], uploads: Versions, junk: Iterable[Junk], found: Found) -> Reckoning:
    """Every image, every malformed message and every dead letter, once."""
    told = Reckoning(images=len(stories), uploads=len(uploads))
    letters = list(found.letters)
    for key, story in stories.items():
        _image(told, story, {v: c for (k, v), c in uploads.items() if k == key}, found)
    _letters(told, stories, {each.mark: each for each in junk}, letters)
    writings = Counter(found.written)
    told.written_twice = sum(count - 1 for count in writings.values())
    if found.waiting:
        told.missing["queues"] = f"{found.waiting} messages are still waiting"
    return told


def _image(told: Reckoning, story: Story, versions: Mapping[str, Content], found: Found) -> None:
    key, current, body = story.key, found.current.get(story.key), found.results.get(story.key)
    if current is None:
        told.deleted += 1
    if body is None:
        if current is not None:
            told.missing[key] = "no result"
        return
    if fault := fault_of(body, story, versions, current):
        told.wrong[key] = fault
    elif current is not None:
        told.right += 1
        told.right_by_status[json.loads(body)["Status"]] += 1


def fault_of(body: bytes, story: Story, versions: Mapping[str, Content], current: str | None) -> str | None:
    """What is wrong with a result; None: nothing. current: the image's version, None when it is deleted."""
    try:
        _schema().validate(json.loads(body))
        result = Result.from_json(body)
    except (ValueError, jsonschema.ValidationError) as error:
        return f"no result by the schema: {error}"
    image = result.image
    if image.key != story.key:
        return f"it speaks of {image.key}"
    if current is not None and image.version_id != current:
        return f"it speaks of version {image.version_id}, and {current} is current"
    if image.version_id not in versions:
        return f"it speaks of version {image.version_id}, which nobody uploaded"
    return _fault_of_answer(result, story, versions[image.version_id])


def _fault_of_answer(result: Result, story: Story, content: Content) -> str | None:
    code = result.error.code if result.error else None
    if story.denials and (result.status, code) == (Status.FAILED, Code.ACCESS_DENIED):
        return None
    if story.denials == FOR_EVER:
        return f"{result.status} {code}, although it could never be read"
    if result.status is not content.status or (content.code and code is not content.code):
        return f"{content.name} got {result.status} {code}, not {content.status} {content.code}"
    surest = result.labels[0].name if result.labels else None
    if content.label and surest != content.label:
        return f"{content.name} got {surest}"
    return None


def _letters(told: Reckoning, stories: Mapping[str, Story], junk: Mapping[str, Junk], letters: list[Letter]) -> None:
    """Only our fault, of images that may not be read, and what cannot be read, may be there; and all of it must."""
    unreadable, failed = set(), set()
    for letter in letters:
        told.letters[letter.cause or "(moved by the queue)"] += 1
        mark, key = MARK.search(letter.body), _key(letter.body)
        if letter.cause == Cause.UNREADABLE_MESSAGE and mark and junk[mark[0]].letter:
            unreadable.add(mark[0])
        elif letter.cause == Cause.OUR_FAULT and key in stories and stories[key].denials:
            failed.add(key)
        else:
            told.stray_letters.append(f"{letter.route}: {letter.cause}: {letter.body[:300]}")
    for mark, each in junk.items():
        if each.letter and mark not in unreadable:
            told.missing[mark] = "a malformed message without a dead letter"
    for key, story in stories.items():
        if story.denials == FOR_EVER and key not in failed:
            told.missing[key] = "failed without a dead letter"


def _key(body: str) -> str | None:
    try:
        things = read(body)
    except Unreadable:
        return None
    return things[0].key if isinstance(things[0], ImageEvent) else None


@cache
def _schema() -> Any:
    schema = json.loads((Path(__file__).parents[2] / "docs/results.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)
