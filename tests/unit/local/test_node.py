"""No Node.js, or one that is too old, is said before anything is started."""

from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.local.node import require_node


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a node of some version on the PATH, alone."""

    def install(version: str) -> None:
        program = tmp_path / "node"
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path))
    return install


def test_no_node_says_what_to_install(node) -> None:
    with pytest.raises(Problem, match="not on the PATH: install it"):
        require_node()


@pytest.mark.parametrize("version", ["v18.20.1", "v9.0.0", "what"])
def test_an_old_node_is_named(node, version: str) -> None:
    node(version)
    with pytest.raises(Problem, match=f"is {version}: install a newer one"):
        require_node()


@pytest.mark.parametrize("version", ["v20.0.0", "v24.3.1"])
def test_a_new_node_will_do(node, version: str) -> None:
    node(version)
    require_node()
