"""Everything at once: uploads, faults, stops and deaths; then the reckoning."""

import json
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.campaign.contents import Content
from tests.campaign.drain import Drain
from tests.campaign.gathering import gather
from tests.campaign.ground import Ground, Say, prepared
from tests.campaign.judging import Reckoning, reckon
from tests.campaign.mischief import S3Mischief, SqsMischief, Tally
from tests.campaign.plan import make_plan
from tests.campaign.proxy import Proxy
from tests.campaign.workers import kill_workers
from tests.campaign.world import World

MODEL = {
    "throttling": 0.03,
    "throttling_500": 0.01,
    "provisioned_throughput": 0.03,
    "internal_error": 0.03,
    "slow": 0.02,
    "hang": 0.004,
    "drop": 0.01,
    "lost": 0.01,
}
"""Shares of the calls of DetectCustomLabels."""


@dataclass(frozen=True)
class Haste:
    """How time is shortened. Seconds."""

    times: int = 60
    """A message that is given back waits so many times as short…"""
    longest: int = 6
    """… and no longer than this."""
    hidden: int = 30
    """After this comes again what a dead worker had in its hands, and what is worked on for longer; else it would be
    six times the function's timeout."""


@dataclass(frozen=True)
class Outcome:
    """tally: what was done to the pipeline, by name."""

    reckoning: Reckoning
    tally: dict[str, int]
    seconds: float


def run(images: int, seed: int, odd: list[Content], haste: Haste, folder: Path, say: Say) -> Outcome:
    """Deploy, do it all, reckon. odd: kinds of files that are not what people should upload."""
    begun, tally = time.monotonic(), Tally()
    with ExitStack() as running:
        ground = running.enter_context(prepared(folder, say))
        plan = make_plan(images, seed, {route.name: route.prefix for route in ground.pipeline.routes}, odd)
        tally.put("images: odd files, each of another kind", plan.odd)
        kill = partial(kill_workers, folder)
        world = World(ground.cloud.client("s3"), ground.cloud.client("sqs"), ground.pipeline, kill, tally)
        s3 = S3Mischief(seed, ground.pipeline.bucket, plan.stories, world.spring, tally)
        proxies = {"S3": s3, "SQS": SqsMischief(seed, haste.times, haste.longest, tally)}
        urls = {name: running.enter_context(Proxy(ground.cloud.endpoint, judge)).url for name, judge in proxies.items()}
        ground.lead_through(urls)
        ground.hide_for(haste.hidden)
        _spoil(ground, seed)
        Drain(ground, world, plan, tally, say).work_off()
        say("reckoning")
        found = gather(world.s3, world.sqs, ground.pipeline)
        for kind, count in _injected(ground).items():
            tally.put(f"model: {kind}", count)
    reckoning = reckon(plan.stories, world.uploads, world.junk, found)
    return Outcome(reckoning, tally.told(), time.monotonic() - begun)


def _spoil(ground: Ground, seed: int) -> None:
    """From now on, the stand-in fails as often as MODEL says."""
    _control(ground, json.dumps({"seed": seed, "rates": {"DetectCustomLabels": MODEL}}).encode())


def _injected(ground: Ground) -> dict[str, int]:
    injected: dict[str, int] = _control(ground)["injected"].get("DetectCustomLabels", {})
    return injected


def _control(ground: Ground, body: bytes | None = None) -> Any:
    url = f"{ground.cloud.rekognition}/_standin/faults"
    request = urllib.request.Request(url, body, method="PUT" if body else "GET")  # noqa: S310 (our own, on http)
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read())
