"""Which environments can serve, and what a container says to what it cannot read. The model is a fake."""

from typing import Any

import numpy as np
import pytest

from labelpipe.standin.findings import Finding
from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.sagemaker.errors import ModelError
from labelpipe.standin.sagemaker.serving import can_serve, serve
from labelpipe.standin.state import Training
from labelpipe.standin.trainings.jobs import Outcome


class FakeModels:
    def find(self, version_arn: str, image: bytes) -> tuple[list[Finding], dict[str, float]]:
        return [Finding("bee", 0.75)], {"ant": 0.5, "bee": 0.5}

    def forget(self, version_arn: str) -> None:
        pass


@pytest.fixture
def environment(standin) -> dict[str, str]:
    standin.service.models = FakeModels()
    return {"LABELPIPE_VERSION_ARN": standin.trained(standin.project())}


@pytest.fixture
def picture(encode) -> bytes:
    return encode(np.zeros((8, 8, 3), np.uint8))


def test_a_stopped_version_serves_because_the_endpoint_is_what_runs(standin, environment: dict[str, str]) -> None:
    assert standin.status(environment["LABELPIPE_VERSION_ARN"]) == "TRAINING_COMPLETED"
    assert can_serve(standin.service, environment)


@pytest.mark.parametrize("more", [{"LABELPIPE_VERSION_ARN": "absent"}, {"LABELPIPE_ANSWER": "xml"}])
def test_an_unknown_version_or_form_does_not(standin, environment: dict[str, str], more: dict[str, str]) -> None:
    assert not can_serve(standin.service, environment | more)


def test_a_version_that_has_not_learnt_does_not(standin) -> None:
    arn = standin.training(standin.project())
    assert not can_serve(standin.service, {"LABELPIPE_VERSION_ARN": arn})
    standin.service.training_ended(arn, Outcome(False, "no images", Training(standin.now, 0)))
    assert not can_serve(standin.service, {"LABELPIPE_VERSION_ARN": arn})


def test_a_version_whose_training_has_not_ended_for_its_callers_does_not(standin) -> None:
    standin.service.delays = Delays(training=1800)
    environment = {"LABELPIPE_VERSION_ARN": standin.trained(standin.project())}
    assert not can_serve(standin.service, environment)
    standin.now += 1800
    assert can_serve(standin.service, environment)


def test_labels_are_numbered_as_the_model_has_them(standin, environment: dict[str, str], picture: bytes) -> None:
    told: Any = serve(standin.service, environment | {"LABELPIPE_ANSWER": "probabilities"}, "image/png", picture)
    assert told == [0.0, 0.75]


def test_an_image_of_any_size_is_looked_at(standin, environment: dict[str, str], picture: bytes) -> None:
    assert serve(standin.service, environment, "image/jpeg", picture)


def test_an_image_that_would_take_the_machine_s_memory_is_refused(standin, environment: dict[str, str], encode) -> None:
    header = bytearray(encode(np.zeros((8, 8, 3), np.uint8), "PNG"))
    header[16:24] = (20_000).to_bytes(4, "big") * 2
    with pytest.raises(ModelError, match="20000 x 20000 pixels"):
        serve(standin.service, environment, "image/png", bytes(header))


def test_a_version_deleted_under_its_endpoint_is_the_container_s_fault(
    standin, environment: dict[str, str], picture: bytes
) -> None:
    standin.call("DeleteProjectVersion", ProjectVersionArn=environment["LABELPIPE_VERSION_ARN"])
    with pytest.raises(ModelError) as caught:
        serve(standin.service, environment, "image/png", picture)
    assert caught.value.original_status == 500


def test_a_model_that_cannot_be_loaded_is_the_container_s_fault(standin, picture: bytes) -> None:
    environment = {"LABELPIPE_VERSION_ARN": standin.trained(standin.project())}
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        serve(standin.service, environment, "image/png", picture)
    assert caught.value.original_status == 500
