"""The stand-in without its wire: state under one lock, and the collaborators that operations ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from labelpipe.standin.arns import Place
from labelpipe.standin.clock import Clock
from labelpipe.standin.errors import ProvisionedThroughputExceededException
from labelpipe.standin.findings import Finding
from labelpipe.standin.injection import Injector
from labelpipe.standin.lifecycle import Delays, Status
from labelpipe.standin.limits import DETECTION, Limits, Rates
from labelpipe.standin.models import Models
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import State, Version, settled
from labelpipe.standin.store import Store
from labelpipe.standin.trainings.jobs import Outcome, TrainingJobs

if TYPE_CHECKING:
    from labelpipe.standin.sagemaker.hosting import Hosting


class Service:
    """Projects, datasets and versions of one account in one place.

    Args:
        store: where everything is kept.
        objects: the S3 that images and manifests are read from and results written to.
        clock: gives the service's time; a test turns it.
        delays: how long passing statuses last.
        injector: the faults on demand; none when it is not given.
        limits: the account's quotas; the service's own when they are not given.
    """

    def __init__(
        self,
        store: Store,
        objects: Objects,
        clock: Clock,
        delays: Delays,
        injector: Injector | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.store, self.objects, self.clock, self.delays = store, objects, clock, delays
        self.injector = injector or Injector()
        self.limits, self._rates = limits or Limits(), Rates()
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

    def admit(self, operation: str, place: Place) -> None:
        """Let the call in, or refuse it: each operation has so many a second in a Region, in real time.

        The API reference gives the error for "your throughput limit"; that it is this one and not ThrottlingException
        which a control-plane operation answers with is inferred. A fixed answer is for load tests, and has no rate but
        the one that the faults give to inference units.
        """
        if operation == DETECTION and self.injector.faults.fixed_answer is not None:
            return
        name, per_second = self.limits.rate(operation)
        if not self._rates.admits((operation, place), per_second, self.clock.real()):
            self.injector.refused(operation, name)
            raise ProvisionedThroughputExceededException()

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
            if version.due is None:  # otherwise it has learnt, and only its time is not over
                self.jobs.start(version.arn)

    def close(self) -> None:
        self.jobs.stop()

    def training_ended(self, version_arn: str, outcome: Outcome) -> None:
        """Take the outcome into the version; it shows once a training has lasted the least that one lasts."""
        with self.turn() as state:
            now = self.clock()
            version = state.version(version_arn, now)
            ended = max(now, version.created + self.delays.training)
            state.put(settled(_ended(version, outcome, ended), now))


def _ended(version: Version, outcome: Outcome, ended: float) -> Version:
    """The version with its outcome, due at that time of the service. What is billed is the service's time too."""
    status = Status.TRAINING_COMPLETED if outcome.succeeded else Status.TRAINING_FAILED
    training = outcome.training and replace(outcome.training, ended=ended)
    if training and outcome.succeeded:
        training = replace(training, seconds=max(training.seconds, round(ended - version.created)))
    return replace(version, due=ended, becomes=status, message=outcome.message, training=training)
