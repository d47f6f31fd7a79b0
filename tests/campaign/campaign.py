"""Everything at once: uploads, faults, stops and deaths; then the reckoning."""

import json
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.operations.versions import describe_version
from tests.campaign.contents import Content
from tests.campaign.gathering import depth, gather
from tests.campaign.ground import Ground, Say, prepared
from tests.campaign.judging import Reckoning, reckon
from tests.campaign.mischief import S3Mischief, SqsMischief, Tally
from tests.campaign.plan import Plan, make_plan
from tests.campaign.proxy import Proxy
from tests.campaign.workers import kill_workers
from tests.campaign.world import World

TIMES, LONGEST = 60, 3
"""Waits pass so many times as quickly, and last no longer than so many seconds."""
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
PATIENCE = 900
"""Seconds for the whole drain."""
DEAD = 3
"""Seconds for which the model is off while nobody looks after it."""
TICK = 1.5
"""Seconds between two invocations of the controller, instead of a minute."""


@dataclass(frozen=True)
class Outcome:
    """tally: what was done to the pipeline, by name."""

    reckoning: Reckoning
    tally: dict[str, int]
    hidden: int
    seconds: float


def run(images: int, seed: int, odd: list[Content], folder: Path, say: Say, *, hidden: int = 30) -> Outcome:
    """Deploy, do it all, reckon.

    hidden: seconds after which comes again what a dead worker had in its hands, instead of six times the function's
        timeout. What is worked on for longer comes again meanwhile.
    """
    begun, tally = time.monotonic(), Tally()
    with ExitStack() as running:
        ground = running.enter_context(prepared(folder, say))
        plan = make_plan(images, seed, {route.name: route.prefix for route in ground.pipeline.routes}, odd)
        kill = partial(kill_workers, folder)
        world = World(ground.cloud.client("s3"), ground.cloud.client("sqs"), ground.pipeline, kill, tally)
        s3 = S3Mischief(seed, ground.pipeline.bucket, plan.stories, world.spring, tally)
        proxies = {"S3": s3, "SQS": SqsMischief(seed, TIMES, LONGEST, tally)}
        urls = {name: running.enter_context(Proxy(ground.cloud.endpoint, judge)).url for name, judge in proxies.items()}
        ground.lead_through(urls)
        ground.hide_for(hidden)
        _spoil(ground, seed)
        _Drain(ground, world, plan, tally, say).work_off()
        say("reckoning")
        found = gather(world.s3, world.sqs, ground.pipeline)
        for kind, count in _injected(ground).items():
            tally.put(f"model: {kind}", count)
    reckoning = reckon(plan.stories, world.uploads, world.junk, found)
    return Outcome(reckoning, tally.told(), hidden, time.monotonic() - begun)


@dataclass
class _Drain:
    """Uploads go on in a thread of their own, while the model comes and goes."""

    ground: Ground
    world: World
    plan: Plan
    tally: Tally
    say: Say

    def __post_init__(self) -> None:
        cloud = self.ground.cloud
        self.functions, self.rekognition = cloud.client("lambda"), cloud.client("rekognition")
        self._deadline, self._next_tick = time.monotonic() + PATIENCE, 0.0

    def work_off(self) -> None:
        """Until nothing waits any more, or patience ends: what is missing then is counted."""
        images = len(self.plan.stories)
        with ThreadPoolExecutor(1) as pool:
            uploading = pool.submit(self._upload)
            self._until(lambda: self._status() == "RUNNING")
            self._until(lambda: self.answered() > images / 4 or self._drained(uploading))
            self._stop_with_the_controller_dead()
            self._until(lambda: self.answered() > images / 2 or self._drained(uploading))
            self._stop_with_the_controller_alive()
            self._until(lambda: self._drained(uploading))
            uploading.result()

    def _upload(self) -> None:
        for step in self.plan.steps:
            self.world.do(step)

    def _stop_with_the_controller_dead(self) -> None:
        """The mapping stays enabled: the functions meet a model that is off."""
        self.say("model stopped, controller dead")
        self._stop()
        time.sleep(DEAD)
        self._until(lambda: self._status() == "STOPPED", alive=False)
        self.rekognition.start_project_version(ProjectVersionArn=self.ground.version_arn, MinInferenceUnits=1)
        self._until(lambda: self._status() == "RUNNING", alive=False)

    def _stop_with_the_controller_alive(self) -> None:
        """It starts the model again by itself, since work waits."""
        self.say("model stopped, controller alive")
        self._stop()
        self._until(lambda: self._status() == "RUNNING")

    def _stop(self) -> None:
        self.rekognition.stop_project_version(ProjectVersionArn=self.ground.version_arn)
        self.tally.add("model stopped")

    def _until(self, done: Callable[[], bool], *, alive: bool = True) -> None:
        """Tick meanwhile, unless the controller is dead."""
        while not done() and time.monotonic() < self._deadline:
            if alive and time.monotonic() >= self._next_tick:
                self._tick()
            time.sleep(0.3)

    def _tick(self) -> None:
        self._next_tick = time.monotonic() + TICK
        answer = self.functions.invoke(FunctionName=self.ground.pipeline.controller_function_name, Payload=b"{}")
        if "FunctionError" in answer:
            self.tally.add("controller: failed ticks")

    def _status(self) -> str:
        arn = self.ground.version_arn
        project = self.rekognition.describe_projects()["ProjectDescriptions"][0]["ProjectArn"]
        return str(describe_version(self.rekognition, project, arn)["Status"])

    def _drained(self, uploading: Future[None]) -> bool:
        waiting = sum(depth(self.world.sqs, route.queue_url) for route in self.ground.pipeline.routes)
        self.say(f"{self.answered()} results, {waiting} messages waiting")
        return uploading.done() and waiting == 0

    def answered(self) -> int:
        """Results that are there."""
        pages = self.world.s3.get_paginator("list_objects_v2").paginate(Bucket=self.ground.pipeline.bucket)
        return sum(each["Key"].endswith(RESULT_SUFFIX) for page in pages for each in page.get("Contents", []))


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
