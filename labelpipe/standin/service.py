"""The stand-in without its wire: state under one lock, and the collaborators that operations ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from labelpipe.standin.findings import Finding
from labelpipe.standin.injection import Injector
from labelpipe.standin.jobs import Outcome, TrainingJobs
from labelpipe.standin.lifecycle import Delays, Status
from labelpipe.standin.models import Models
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import State, Version
from labelpipe.standin.store import Store

if TYPE_CHECKING:
    from labelpipe.standin.sagemaker.hosting import Hosting


class Service:
    """Projects, datasets and versions of one account in one place.

    Args:
        store: where everything is kept.
        objects: the S3 that images and manifests are read from and results written to.
        clock: gives the time in epoch seconds; a test turns it.
        delays: how long passing statuses last.
        injector: the faults on demand; none when it is not given.
    """

    def __init__(
        self,
        store: Store,
        objects: Objects,
        clock: Callable[[], float],
        delays: Delays,
        injector: Injector | None = None,
    ) -> None:
        self.store, self.objects, self.clock, self.delays = store, objects, clock, delays
        self.injector = injector or Injector()
        self.models = Models(store)
        self.jobs = TrainingJobs(store, objects.endpoint_url, self.training_ended)
        self._hosting: Hosting | None = None
        self._state = State(store.load())
        self._lock = threading.RLock()

    @contextmanager
    def turn(self) -> Iterator[State]:
        """The state, for one operation alone: on disk when the turn ends well, as it was before when it does not."""
        with self._lock:
            before = self._state.contents
            try:
                self._state.forget_deleted(self.clock())
                yield self._state
                if self._state.contents is not before:
                    self.store.save(self._state.all())
            except BaseException:
                self._state.restore(before)
                raise

    @property
    def hosting(self) -> Hosting:
        """What SageMaker hosts; read when it is first asked for."""
        from labelpipe.standin.sagemaker.hosting import Hosting  # noqa: PLC0415

        with self._lock:
            if self._hosting is None:
                self._hosting = Hosting(self.store.folder)
            return self._hosting

    def find(self, version_arn: str, image: bytes) -> tuple[list[Finding], dict[str, float]]:
        """As Models.find; a fixed answer, where there is one, is told without looking."""
        fixed = self.injector.faults.fixed_answer
        if fixed is None:
            return self.models.find(version_arn, image)
        return list(fixed), {finding.label: 0.5 for finding in fixed}

    def resume(self) -> None:
        """Take up the trainings that an earlier life of the server left unfinished."""
        with self.turn() as state:
            unfinished = [v for v in state.versions(self.clock()) if v.status is Status.TRAINING_IN_PROGRESS]
        for version in unfinished:
            self.jobs.start(version.arn)

    def close(self) -> None:
        self.jobs.stop()

    def training_ended(self, version_arn: str, outcome: Outcome) -> None:
        """Take the outcome into the version."""
        with self.turn() as state:
            version = state.version(version_arn, self.clock())
            state.put(_ended(version, outcome))


def _ended(version: Version, outcome: Outcome) -> Version:
    status = Status.TRAINING_COMPLETED if outcome.succeeded else Status.TRAINING_FAILED
    return replace(version, status=status, message=outcome.message, training=outcome.training)
