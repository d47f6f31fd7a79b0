"""docs/standin.md names the operations that are served, the flags that there are, and what may be turned: no others."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from labelpipe.cli.standin import app
from labelpipe.standin import wire
from labelpipe.standin.faults import Fault
from labelpipe.standin.http import dials, routes
from labelpipe.standin.sagemaker import runtime
from labelpipe.standin.sagemaker import wire as sagemaker

PAGE = (Path(__file__).parents[3] / "docs/standin.md").read_text("utf-8")


def rows(section: str) -> list[list[str]]:
    """The cells of the section's table, without its head."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", text, re.MULTILINE)
    ][2:]


def test_every_operation_that_is_served_has_its_row() -> None:
    named = [row[0].strip("`") for row in rows("Operations")]
    assert named == [*wire.OPERATIONS, *sagemaker.OPERATIONS, runtime.INVOKE]
    assert set(named) == set(routes.kinds())


def test_every_row_says_what_is_imitated_or_what_is_not_known() -> None:
    assert all(len(row) == 3 and row[1] + row[2] for row in rows("Operations"))


def test_flags_are_those_of_the_command() -> None:
    known = {name for parameter in get_command(app).commands["serve"].params for name in parameter.opts}
    named = set(re.findall(r"--[a-z0-9-]+", " ".join(row[0] for row in rows("Flags, and what it keeps"))))
    assert named <= known
    assert {name for name in known - named if not name.endswith("-seconds")} == {"--help"} & known


def test_what_may_be_turned_is_shown() -> None:
    assert set(re.findall(r"/_standin/\w+", PAGE)) == set(dials.paths())


@pytest.mark.parametrize("fault", sorted(set().union(*wire.FAULTS.values())))
def test_every_fault_is_named(fault: Fault) -> None:
    assert f"`{fault}`" in PAGE
