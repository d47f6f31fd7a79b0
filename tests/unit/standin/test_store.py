"""What a server finds in its folder: its own state, or something that it must leave alone."""

import json
from pathlib import Path

import pytest

from labelpipe.standin.folder import Unusable
from labelpipe.standin.store import Store

OLDER = {"arn": "a", "project_arn": "p", "kind": "TRAIN", "created": 1, "updated": 1, "status": "CREATE_COMPLETE"}
TABLES = {"Project": [], "Dataset": [], "Version": []}


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "null", "5", "[]", "{}", "\ud800"),
        '{"version": 4, "terraform_version": "1.9.0"}',
        json.dumps({**TABLES, "Dataset": [OLDER]}),
        json.dumps({**TABLES, "Dataset": [{**OLDER, "entries": 3, "revision": {}}]}),
        json.dumps({**TABLES, "Version": [{"status": "ASLEEP", "inputs": {}, "training": None}]}),
        json.dumps({**TABLES, "Project": {"a": 1}}),
    ],
)
def test_what_is_no_state_of_this_version_is_named_with_the_next_step(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(Unusable) as caught:
        Store(tmp_path).load()
    assert str(caught.value).startswith(f"{tmp_path / 'state.json'} is damaged, or another version's or program's (")
    assert str(caught.value).endswith(f"name another folder with --state, or remove {tmp_path} to begin anew")
    assert "\n" not in str(caught.value)


def test_a_start_removes_entries_that_nothing_needs_and_nobody_else_s_files(tmp_path: Path) -> None:
    theirs = tmp_path / "datasets" / "bees.manifest"
    theirs.parent.mkdir()
    theirs.write_text("{}")
    store = Store(tmp_path)
    with store.new_entries() as orphan:
        orphan.write_text("{}")
    store.save(())
    assert Store(tmp_path).load() == ()
    assert (theirs.exists(), orphan.exists()) == (True, False)
