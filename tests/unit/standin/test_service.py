"""What survives a restart, and what a fault leaves behind."""

import pytest

from labelpipe.standin.state import Location, Training
from labelpipe.standin.store import Store
from labelpipe.standin.trainings.jobs import Outcome


def test_everything_is_the_same_after_a_restart(standin) -> None:
    project = standin.project()
    standin.running(project, "v1")
    standin.call("CreateDataset", ProjectArn=standin.project("other"), DatasetType="TRAIN", Tags={"a": "b"})
    with standin.service.turn() as state:
        before = state.all()
    assert sorted(map(repr, Store(standin.folder).load())) == sorted(map(repr, before))


def test_a_training_cut_off_by_the_end_is_taken_up_again(standin) -> None:
    arn = standin.training(standin.project())
    again = type(standin)(standin.folder, now=standin.now)
    again.service.resume()
    assert again.jobs.started == [arn]


def test_a_fault_half_way_saves_nothing(standin) -> None:
    project = standin.project()
    with pytest.raises(RuntimeError), standin.service.turn() as state:
        state.remove(state.project(project))
        raise RuntimeError("power cut")
    assert [resource.arn for resource in Store(standin.folder).load()] == [project]
    assert standin.call("DescribeProjects")["ProjectDescriptions"][0]["ProjectArn"] == project


def test_an_outcome_is_the_same_after_its_file(tmp_path) -> None:
    outcome = Outcome(True, "", Training(1.5, 60, 0.9, Location("b", "k", "v"), {"Train": Location("b", "t")}))
    outcome.write(tmp_path)
    assert Outcome.read(tmp_path) == outcome


def test_a_training_that_died_is_a_failed_one(tmp_path) -> None:
    assert not Outcome.read(tmp_path).succeeded
