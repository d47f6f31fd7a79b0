"""The whole campaign as a seed decides it: every story, woven into one line of steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from random import Random

from tests.campaign import stories
from tests.campaign.contents import SHADES, Content, sky
from tests.campaign.junk import Junk, junk
from tests.campaign.stories import Step, Story, Tale

WEIGHTS: dict[Tale, float] = {
    stories.plain: 50,
    stories.repeated: 12,
    stories.overwritten: 12,
    stories.overwritten_in_flight: 10,
    stories.deleted: 4,
    stories.deleted_in_flight: 4,
    stories.reborn: 3,
    stories.reborn_in_flight: 2,
    stories.killed: 1,
    stories.refused_for_a_while: 1,
    stories.refused_for_ever: 1,
}
FOLDERS = ("", "2026/", "summer 2026/", "100%25/", "naïve-Ω 蜂/", "a+b=c&d/", "'quoted' (once)/", "~/%2F/")


@dataclass(frozen=True)
class Plan:
    """Steps are in the order in which they are done."""

    stories: dict[str, Story]
    """By key."""
    steps: tuple[Step | Junk, ...]
    odd: int
    """How many of the images are odd files, each of a kind of its own."""


def make_plan(images: int, seed: int, prefixes: dict[str, str], odd: Iterable[Content]) -> Plan:
    """prefixes: by route. odd: kinds of files that are not what people should upload."""
    random = Random(seed)
    strange = _odd(images, prefixes, list(odd), random)
    told = strange + _ordinary(images - len(strange), len(strange), prefixes, random)
    rubbish = junk(max(20, images // 20), list(prefixes), random)
    # What is refused again and again takes the longest: it comes early.
    steps = _woven(
        [(story.steps, 0.2 if story.denials else 1) for story in told] + [((j,), 1) for j in rubbish], random
    )
    return Plan({story.key: story for story in told}, steps, odd=len(strange))


def _odd(images: int, prefixes: dict[str, str], odd: list[Content], random: Random) -> list[Story]:
    """Each once, on any route; in a small campaign a sample of them, so that half of the images are ordinary."""
    chosen = random.sample(odd, min(len(odd), images // 2))
    places = random.choices(list(prefixes.values()), k=len(chosen))
    return [
        stories.plain(f"{prefix}odd/{number:03} {content.name}{content.suffix}", content, random)
        for number, (prefix, content) in enumerate(zip(places, chosen, strict=True))
    ]


def _ordinary(count: int, begun: int, prefixes: dict[str, str], random: Random) -> list[Story]:
    """Every tale at least once, where there are images enough; the others by their weights."""
    tales = list(WEIGHTS)[:count]
    tales += random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count - len(tales))
    random.shuffle(tales)
    told = []
    for number, (tale, prefix) in enumerate(zip(tales, cycle(prefixes.values()), strict=False), begun):
        content = sky(random.choice(("day", "night")), random.randrange(SHADES))
        suffix = random.choice((".jpg", ".jpg", ".JPG", ".Jpeg"))
        told.append(tale(f"{prefix}{random.choice(FOLDERS)}{number:05}{suffix}", content, random))
    return told


def _woven(told: list[tuple[tuple[Step | Junk, ...], float]], random: Random) -> tuple[Step | Junk, ...]:
    """Each story in its own order, and all of them mixed. With each, the part of the time that it is done in."""
    timed = []
    for number, (steps, part) in enumerate(told):
        times = sorted(part * random.random() for _ in steps)
        timed += [(time, number, step) for time, step in zip(times, steps, strict=True)]
    return tuple(step for *_, step in sorted(timed, key=lambda each: each[:2]))
