"""The controller's records survive the way through S3, and refuse what they do not understand."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.overrides import Override, override_key
from labelpipe.core.control.usage import Usage

NOW = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "memory",
    [
        Memory(),
        Memory(NOW, None, NOW, NOW, 2, NOW, NOW, (900, 1200), 3, NOW, Usage(date(2026, 11, 20), 12.5, 99.0, 1, NOW)),
        Memory(None, NOW),
    ],
)
def test_a_memory_is_read_back_as_it_was_written(memory: Memory) -> None:
    assert Memory.from_json(memory.to_json()) == memory


def test_a_memory_from_before_starts_were_observed_is_read() -> None:
    old = json.loads(Memory(NOW).to_json())
    for member in ("held_since", "ready_at", "starts"):
        del old[member]
    assert Memory.from_json(json.dumps(old)) == Memory(NOW)


def test_a_memory_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="newer labelpipe"):
        Memory.from_json(json.dumps(json.loads(Memory().to_json()) | {"schema": 2}))


@pytest.mark.parametrize("until", [None, NOW])
def test_an_override_is_read_back_as_it_was_written(until: datetime | None) -> None:
    override = Override("start", until, "ana", NOW)
    assert Override.from_json(override.to_json()) == override
    assert override_key("bees") == "_labelpipe/overrides/bees.json"


@pytest.mark.parametrize(
    ("until", "holds"), [(None, True), (NOW + timedelta(seconds=1), True), (NOW, False), (NOW - timedelta(1), False)]
)
def test_an_override_holds_until_its_end(until: datetime | None, holds: bool) -> None:
    assert Override("stop", until, "ana", NOW).holds(NOW) is holds


@pytest.mark.parametrize("change", [{"want": "pause"}, {"until": "2026-11-20T12:00:00"}, {"when": "noon"}])
def test_an_override_that_nobody_could_have_meant_is_refused(change: dict[str, str]) -> None:
    text = json.dumps(json.loads(Override("stop", None, "ana", NOW).to_json()) | change)
    with pytest.raises(ValueError):
        Override.from_json(text)
