"""The fuzzer's judgement finds what is wrong, and its cases are the seed's."""

import json
import re
from random import Random
from typing import Any

import botocore.session
import pytest

from tests.contract.model import faults
from tests.fuzz.cases import HTTP, Case, make
from tests.fuzz.judging import Reply, wrong
from tests.fuzz.known import Known
from tests.fuzz.values import Values

PROJECT = "arn:aws:rekognition:us-east-1:000000000000:project/bees/1790000000000"


def case(operation: str = "CreateProject", value: Any = None) -> Case:
    return Case(0, operation, "valid", {"ProjectName": "bees"} if value is None else value, b"")


def reply(status: int, value: Any, error: str = "") -> Reply:
    return Reply(status, error, json.dumps(value).encode())


def known() -> Known:
    made = Known([b"{}"], [b"image"], ["key"])
    made.learn({"ProjectArn": PROJECT})
    return made


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (case(), reply(200, {"ProjectArn": PROJECT})),
        (case(), reply(400, {"__type": "ResourceInUseException", "Message": "taken"})),
        (case(), reply(400, {"__type": "SerializationException", "Message": "no JSON"})),
        (case(HTTP), reply(400, {"message": "no HTTP"})),
        (case(HTTP), None),
        (case("CreateProject", {"ProjectName": "bees", "Tags": None, "Colour": "red"}), reply(200, {})),
    ],
)
def test_what_the_service_could_send_is_right(asked: Case, answered: Reply | None) -> None:
    assert list(wrong(asked, answered)) == []


@pytest.mark.parametrize(
    ("asked", "answered", "said"),
    [
        (case(), None, "no reply"),
        (case(), reply(200, {"ProjectArn": 7}), "not a string"),
        (case(), reply(200, {"Project": "x"}), "not in the model"),
        (case(), reply(400, {"__type": "ResourceNotReadyException", "Message": "x"}), "has no error"),
        (case(), reply(400, {"__type": "ResourceInUseException", "Message": ""}), "says nothing"),
        (case(), reply(500, {"__type": "InternalServerError", "Message": "x"}), "status 500"),
        (case("CreateProject", {"ProjectName": "b c"}), reply(200, {}), "taken although"),
        (case("CreateProject", {}), reply(200, {}), "taken although"),
        (case(HTTP), reply(500, {}), "status 500"),
    ],
)
def test_what_it_could_not_send_is_wrong(asked: Case, answered: Reply | None, said: str) -> None:
    (found, *_) = wrong(asked, answered)
    assert re.search(said, found)


def test_the_same_seed_asks_the_same() -> None:
    assert [make(7, number, known()) for number in range(300)] == [make(7, number, known()) for number in range(300)]
    assert make(7, 1, known()) != make(8, 1, known())


def test_without_errors_a_value_is_mostly_of_its_shape() -> None:
    """Not always: words are drawn, and a pattern or two wants others."""
    shape = botocore.session.get_session().get_service_model("rekognition").operation_model("CreateDataset").input_shape
    values = [Values(Random(number), known(), 0.0).of(shape, "CreateDataset") for number in range(100)]
    assert sum(not list(faults(shape, value, "")) for value in values) > 80


def test_what_replies_tell_is_asked_for() -> None:
    asked = [make(7, number, known()).value for number in range(300)]
    assert any(PROJECT in json.dumps(value) for value in asked)
