"""docs/running.md publishes the decision: its tables have the rows of the code, and no others."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labelpipe.core.control.actions import Action, RemoveLease, StartModel, StopModel
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.running import Decision, decide
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row

PAGE = Path(__file__).parents[4] / "docs" / "running.md"
OBSTACLES = {Row.BLOCKED, Row.BACK_OFF, Row.NO_SLOT}
DONE = {"started": StartModel, "created": StartModel, "stop": StopModel, "stopped": StopModel, "deleted": StopModel}
ON, OFF = {"always_on": ["daily 00:00-24:00"]}, {"on_demand": False}


def _table(head: str) -> list[list[str]]:
    """The cells of each row of the table with that head."""
    lines = PAGE.read_text("utf-8").split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


STATUSES = [(Status(name), *cells) for first, *cells in _table("status") for name in re.findall(r"`([A-Z_]+)`", first)]


def test_what_is_wanted_has_the_rows_of_the_code_in_their_order() -> None:
    published = [name for cells in _table("row") for name in re.findall(r"`([^`]+)`", cells[0])]
    assert published == [row.value for row in Row if row not in OBSTACLES]


def test_every_status_is_published_once() -> None:
    assert sorted(status for status, *_ in STATUSES) == sorted(Status)


@pytest.mark.parametrize(("status", "on", "off"), STATUSES)
def test_what_is_done_in_a_status_is_what_the_page_says(make: Any, status: Status, on: str, off: str) -> None:
    wanted = _decision(make.observe(status, policy=ON, queue_leased=True))
    unwanted = _decision(make.observe(status, policy=OFF, leased=[make.spent_lease("v0")], queue_leased=True))
    assert (wanted.want.row is Row.BLOCKED) == on.startswith("`blocked`")
    assert _kinds(wanted.actions) == _said(on) & _possible(status)
    assert _kinds(unwanted.actions) == _said(off)


def _decision(seen: Observation) -> Decision:
    """After enough quiet ticks for any stop, with the queue held."""
    return decide([replace(seen, memory=Memory(quiet_ticks=5))], [], 1)["bees"]


def _kinds(actions: tuple[Action, ...]) -> set[type]:
    versions = (a for a in actions if not isinstance(a, RemoveLease) or "version" in a.lease.subject)
    return {type(action) for action in versions} & {StartModel, StopModel, RemoveLease}


def _said(cell: str) -> set[type]:
    found = {DONE[word] for word in re.findall(r"\w+", cell) if word in DONE}
    return found | ({RemoveLease} if cell.endswith("its lease goes") else set())


def _possible(status: Status) -> set[type]:
    """An endpoint in the way is deleted now, and created when it is gone."""
    return {StopModel} if status in (Status.OUTDATED, Status.BROKEN) else {StartModel, StopModel}
