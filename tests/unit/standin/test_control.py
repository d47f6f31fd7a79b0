"""What the control endpoint takes, and what it tells."""

import json
from typing import Any

import pytest

from labelpipe.standin.faults import Fault, Faults
from labelpipe.standin.findings import Finding
from labelpipe.standin.http import routes
from labelpipe.standin.http.control import control
from labelpipe.standin.injection import Injector

OFF = {"seed": 0, "rates": {}, "slow_seconds": 1.0, "images_per_second": None, "fixed_answer": None}
BOXED = {"Name": "bee", "Confidence": 90, "Geometry": {"BoundingBox": {"Left": 0.1, "Top": 0, "Width": 1, "Height": 1}}}
GIVEN = {
    "seed": 7,
    "rates": {"DetectCustomLabels": {"throttling": 0.05, "hang": 0.01}, "StartProjectVersion": {"failed": 1}},
    "slow_seconds": 0.5,
    "images_per_second": 5,
    "fixed_answer": [BOXED, {"Name": "wasp", "Confidence": 40}],
}


def ask(method: str, value: Any = None, injector: Injector | None = None) -> tuple[int, dict[str, Any]]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return control(method, body, injector or Injector(), routes.kinds())


def test_faults_are_off_until_they_are_put() -> None:
    assert ask("GET") == (200, {"faults": OFF, "calls": {}, "injected": {}})


def test_what_was_put_is_in_force_and_is_told() -> None:
    injector = Injector()
    assert ask("PUT", GIVEN, injector) == (200, {"faults": GIVEN, "calls": {}, "injected": {}})
    assert injector.faults.rates["DetectCustomLabels"] == {Fault.THROTTLING: 0.05, Fault.HANG: 0.01}
    assert injector.faults.fixed_answer == (Finding("bee", 0.9, (0.1, 0, 1, 1)), Finding("wasp", 0.4))


def test_what_is_told_can_be_put_again() -> None:
    told = json.loads(json.dumps(ask("PUT", GIVEN)[1]["faults"]))
    assert ask("PUT", told)[1]["faults"] == GIVEN


@pytest.mark.parametrize(("method", "value"), [("DELETE", None), ("PUT", {})])
def test_faults_can_be_taken_away(method: str, value: Any) -> None:
    injector = Injector(Faults(seed=7, images_per_second=1))
    assert ask(method, value, injector)[1]["faults"] == OFF
    assert injector.faults == Faults()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"", "this is not JSON"),
        (b"\xff", "this is not JSON"),
        ([], "the faults must be a JSON object"),
        ({"rate": {}}, "the faults cannot have rate, only fixed_answer, images_per_second, rates, seed"),
        ({"rates": []}, "rates must be a JSON object"),
        ({"rates": {"DetectFaces": {}}}, "rates cannot have DetectFaces, only CopyProjectVersion, CreateDataset"),
        ({"rates": {"DetectCustomLabels": 0.1}}, "rates.DetectCustomLabels must be a JSON object"),
        ({"rates": {"DetectCustomLabels": {"failed": 1}}}, "rates.DetectCustomLabels cannot have failed, only drop"),
        ({"rates": {"DetectCustomLabels": {"hang": 1.1}}}, "rates.DetectCustomLabels.hang must be between 0 and 1"),
        ({"rates": {"DetectCustomLabels": {"hang": "1"}}}, "rates.DetectCustomLabels.hang is not a number"),
        ({"rates": {"DetectCustomLabels": {"hang": 0.6, "drop": 0.6}}}, "must not add up to more than 1"),
        ({"seed": 0.5}, "seed is not a whole number"),
        ({"slow_seconds": -1}, "slow_seconds must be between 0 and 3600"),
        ({"images_per_second": 0}, "images_per_second must be at least 0.001"),
        ({"fixed_answer": [{"Name": "bee"}]}, "fixed_answer[0].Confidence is missing"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(value: Any, said: str) -> None:
    injector = Injector(Faults(seed=7))
    status, told = ask("PUT", value, injector)
    assert status == 400
    assert told["error"].startswith(said) or said in told["error"]
    assert injector.faults == Faults(seed=7)
