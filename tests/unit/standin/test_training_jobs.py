"""Trainings as processes: when one is begun, and what is told of its end."""

import subprocess
from typing import Any

import pytest

from labelpipe.standin.store import Store
from labelpipe.standin.trainings.jobs import Outcome, TrainingJobs

ARN = "arn:aws:rekognition:us-east-1:000000000000:project/bees/version/v1/1790000000000"


@pytest.fixture
def run(tmp_path):
    """Begin the training and wait for its end; what was told of it."""

    def one() -> list[tuple[str, Outcome]]:
        told: list[tuple[str, Outcome]] = []
        jobs = TrainingJobs(Store(tmp_path), None, lambda arn, outcome: told.append((arn, outcome)))
        jobs.start(ARN)
        for thread in jobs._threads:
            thread.join()
        return told

    return one


def test_a_job_that_has_its_outcome_is_told_and_not_done_again(run, tmp_path, monkeypatch) -> None:
    """So ends a training whose server was killed after it ended and before it was told."""
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("it is done again"))
    outcome = Outcome(False, "The manifest file is empty.")
    outcome.write(Store(tmp_path).model_folder(ARN))
    assert run() == [(ARN, outcome)]


def test_a_training_that_cannot_be_begun_is_a_failed_one(run, monkeypatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    ((_, outcome),) = run()
    assert not outcome.succeeded
    assert "Cannot allocate memory" in outcome.message
