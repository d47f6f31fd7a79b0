"""Trainings, each in a process of its own: the server stays responsive, and the memory goes back when it ends."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labelpipe.standin.state import Location, Training
from labelpipe.standin.store import Store, training_from, write_whole

if TYPE_CHECKING:
    import subprocess  # else where it is used: a server starts without it

OUTCOME = "outcome.json"
JOB = "job.json"


@dataclass(frozen=True)
class Job:
    """What a training process is told.

    The manifests are objects in S3, or, for a project that has datasets, the files train.manifest and test.manifest of
    its folder. Without testing manifests a fifth of the training images is held out.
    """

    version_arn: str
    project: str
    version: str
    output: Location  # its key is the prefix of the results
    train: tuple[Location, ...] = ()
    test: tuple[Location, ...] = ()

    def write(self, folder: Path) -> None:
        write_whole(folder / JOB, json.dumps(asdict(self)).encode())

    @classmethod
    def read(cls, folder: Path) -> Job:
        values = json.loads((folder / JOB).read_text("utf-8"))
        places = {name: tuple(Location(**place) for place in values.pop(name)) for name in ("train", "test")}
        return cls(output=Location(**values.pop("output")), **places, **values)


@dataclass(frozen=True)
class Outcome:
    """What a training process tells."""

    succeeded: bool
    message: str
    training: Training | None = None

    def write(self, folder: Path) -> None:
        write_whole(folder / OUTCOME, json.dumps(asdict(self)).encode())

    @classmethod
    def read(cls, folder: Path) -> Outcome:
        file = folder / OUTCOME
        if not file.exists():
            return cls(False, "The training process ended without an outcome: see training.log beside the model.")
        values = json.loads(file.read_text("utf-8"))
        training = values.pop("training")
        return cls(training=training_from(training) if training else None, **values)


class TrainingJobs:
    """The trainings under way.

    Args:
        store: gives each version its folder.
        endpoint_url: of the S3 to read from, or None for the default.
        ended: told the version's ARN and the outcome, from another thread, when a training ends.
    """

    def __init__(self, store: Store, endpoint_url: str | None, ended: Callable[[str, Outcome], None]) -> None:
        self._store, self._endpoint_url, self._ended = store, endpoint_url, ended
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._threads: list[threading.Thread] = []
        self._stopped = False

    def start(self, version_arn: str) -> None:
        """Train the version whose folder holds a job; a job that has its outcome is not done again."""
        thread = threading.Thread(target=self._run, args=(version_arn,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """End every training; their versions stay in training, and resume at the next start."""
        self._stopped = True
        for process in list(self._processes.values()):
            process.terminate()
        for thread in self._threads:
            thread.join()

    def _run(self, version_arn: str) -> None:
        outcome = self._outcome(version_arn, self._store.model_folder(version_arn))
        if not self._stopped:
            self._ended(version_arn, outcome)

    def _outcome(self, version_arn: str, folder: Path) -> Outcome:
        try:
            if not (folder / OUTCOME).exists():
                self._train(version_arn, folder)
            return Outcome.read(folder)
        except OSError as error:
            return Outcome(False, f"Amazon Rekognition experienced a service issue. (No training here: {error})")

    def _train(self, version_arn: str, folder: Path) -> None:
        import subprocess  # noqa: PLC0415

        command = [sys.executable, "-m", "labelpipe.standin.trainings.training", str(folder)]
        if self._endpoint_url:
            command += ["--s3-endpoint-url", self._endpoint_url]
        with (folder / "training.log").open("wb") as log:
            # The process ends itself when its standard input closes, so it cannot outlive this one.
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
        with process:
            self._processes[version_arn] = process
            if self._stopped:
                process.terminate()
            process.wait()
        del self._processes[version_arn]
