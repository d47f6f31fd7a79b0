"""The time of the campaign: uploads go on in a thread of their own, while the model and the controller come and go."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.operations.versions import describe_version
from tests.campaign.gathering import depth
from tests.campaign.ground import Ground, Say
from tests.campaign.mischief import Tally
from tests.campaign.plan import Plan
from tests.campaign.world import World

PATIENCE = 900
"""Seconds for all of it."""
OFF = 2
"""Seconds for which the model is off while nobody looks after it."""
TICK = 2.0
"""Seconds between two invocations of the controller, instead of a minute."""


@dataclass
class Drain:
    """Everything is deployed, and nothing is uploaded yet."""

    ground: Ground
    world: World
    plan: Plan
    tally: Tally
    say: Say

    def __post_init__(self) -> None:
        cloud = self.ground.cloud
        self.functions, self.rekognition = cloud.client("lambda"), cloud.client("rekognition")
        self._deadline, self._next_beat, self._answered = time.monotonic() + PATIENCE, 0.0, 0

    def work_off(self) -> None:
        """Until nothing waits any more, or patience ends: what is missing then is counted."""
        images = len(self.plan.stories)
        with ThreadPoolExecutor(1) as pool:
            uploading = pool.submit(self._upload)
            self._until(lambda: self._answered > images / 4 or self._drained(uploading))
            self._stop_with_the_controller_dead()
            self._until(lambda: self._answered > images / 2 or self._drained(uploading))
            self._stop_with_the_controller_alive()
            self._until(lambda: self._drained(uploading))
            uploading.result()

    def _upload(self) -> None:
        for step in self.plan.steps:
            self.world.do(step)

    def _stop_with_the_controller_dead(self) -> None:
        """The mapping stays enabled: the functions meet a model that is off."""
        self._stop("the controller dead")
        time.sleep(OFF)
        self._until(lambda: self._status() == "STOPPED", alive=False)
        self.rekognition.start_project_version(ProjectVersionArn=self.ground.version_arn, MinInferenceUnits=1)
        self._until(lambda: self._status() == "RUNNING", alive=False)

    def _stop_with_the_controller_alive(self) -> None:
        """It starts the model again by itself, since work waits."""
        self._stop("the controller alive")
        self._until(lambda: self._status() == "RUNNING")

    def _stop(self, how: str) -> None:
        self._until(lambda: self._status() == "RUNNING")
        self.rekognition.stop_project_version(ProjectVersionArn=self.ground.version_arn)
        self.say(f"model stopped, {how}")
        self.tally.put(f"messages waiting when the model was stopped, {how}", self._waiting())

    def _until(self, done: Callable[[], bool], *, alive: bool = True) -> None:
        """Invoke the controller meanwhile, unless it is dead."""
        while not done() and time.monotonic() < self._deadline:
            if alive and time.monotonic() >= self._next_beat:
                self._tick()
                self._answered = self._results()
                self.say(f"{self._answered} results, {self._waiting()} messages waiting")
            time.sleep(0.3)

    def _tick(self) -> None:
        self._next_beat = time.monotonic() + TICK
        answer = self.functions.invoke(FunctionName=self.ground.pipeline.controller_function_name, Payload=b"{}")
        if "FunctionError" in answer:
            self.tally.add("controller: failed ticks")

    def _status(self) -> str:
        project = self.rekognition.describe_projects()["ProjectDescriptions"][0]["ProjectArn"]
        return str(describe_version(self.rekognition, project, self.ground.version_arn)["Status"])

    def _drained(self, uploading: Future[None]) -> bool:
        return uploading.done() and self._waiting() == 0

    def _waiting(self) -> int:
        return sum(depth(self.world.sqs, route.queue_url) for route in self.ground.pipeline.routes)

    def _results(self) -> int:
        pages: Any = self.world.s3.get_paginator("list_objects_v2").paginate(Bucket=self.ground.pipeline.bucket)
        return sum(each["Key"].endswith(RESULT_SUFFIX) for page in pages for each in page.get("Contents", []))
