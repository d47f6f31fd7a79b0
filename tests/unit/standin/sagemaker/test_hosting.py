"""What SageMaker keeps, and what a turn that fails leaves behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labelpipe.standin.arns import Place
from labelpipe.standin.folder import Unusable
from labelpipe.standin.sagemaker.errors import ValidationException
from labelpipe.standin.sagemaker.hosting import Hosting
from labelpipe.standin.sagemaker.resources import Container, Endpoint, EndpointConfig, Model, Status, Variant

HERE = Place("us-east-1")
MODEL = Model(
    "arn:aws:sagemaker:us-east-1:000000000000:model/bees", "bees", 1.0, Container("i", None, {"A": "b"}), None
)
VARIANTS = (Variant("v", "bees", 1, "ml.m5.large", 1.0),)
CONFIG = EndpointConfig("arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/bees", "bees", 1.0, VARIANTS)


def endpoint(status: Status, due: float | None = None, becomes: Status | None = None) -> Endpoint:
    arn = "arn:aws:sagemaker:us-east-1:000000000000:endpoint/bees"
    return Endpoint(arn, "bees", "bees", 1.0, 1.0, VARIANTS, {"A": "b"}, status, due, becomes)


@pytest.fixture
def hosting(tmp_path: Path) -> Iterator[Hosting]:
    yield Hosting(tmp_path)


def test_everything_is_the_same_after_a_restart(hosting: Hosting, tmp_path: Path) -> None:
    kept = (MODEL, CONFIG, endpoint(Status.CREATING, 9.0, Status.IN_SERVICE))
    with hosting.turn(HERE, 1.0) as table:
        for resource in kept:
            table.put(resource)
    with Hosting(tmp_path).turn(HERE, 1.0) as table:
        assert tuple(table.find(type(resource), "bees") for resource in kept) == kept


def test_a_fault_half_way_keeps_nothing(hosting: Hosting, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), hosting.turn(HERE, 1.0) as table:
        table.put(MODEL)
        raise RuntimeError("power cut")
    for each in (hosting, Hosting(tmp_path)):
        with pytest.raises(ValidationException), each.turn(HERE, 1.0) as table:
            table.find(Model, "bees")


@pytest.mark.parametrize(
    ("before", "due", "becomes", "after"),
    [
        (Status.CREATING, 5.0, Status.IN_SERVICE, Status.IN_SERVICE),
        (Status.CREATING, 5.0, Status.FAILED, Status.FAILED),
        (Status.CREATING, 5.1, Status.IN_SERVICE, Status.CREATING),
        (Status.DELETING, 5.0, Status.IN_SERVICE, Status.IN_SERVICE),
        (Status.IN_SERVICE, None, None, Status.IN_SERVICE),
        (Status.DELETING, 5.0, None, None),
    ],
)
def test_a_passing_status_lasts_its_time(
    hosting: Hosting, before: Status, due: float | None, becomes: Status | None, after: Status | None
) -> None:
    with hosting.turn(HERE, 1.0) as table:
        table.put(endpoint(before, due, becomes))
    with hosting.turn(HERE, 5.0) as table:
        assert [each.status for each in table.endpoints()] == ([after] if after else [])


def test_names_are_found_whatever_their_case_and_only_in_their_region(hosting: Hosting) -> None:
    with hosting.turn(HERE, 1.0) as table:
        table.put(MODEL)
        assert table.find(Model, "BEES") == MODEL
    with hosting.turn(Place("eu-west-1"), 1.0) as table:
        table.check_free(Model, "bees")


@pytest.mark.parametrize(
    "content", ["", "{", "[5]", '[{"arn": "a", "kind": "Fleet"}]', '[{"arn": "a", "kind": "Model"}]']
)
def test_a_damaged_file_is_named_with_the_next_step(tmp_path: Path, content: str) -> None:
    (tmp_path / "sagemaker.json").write_text(content)
    with pytest.raises(Unusable, match=r"sagemaker.json is damaged.*: remove it, and create models and endpoints anew"):
        Hosting(tmp_path)
