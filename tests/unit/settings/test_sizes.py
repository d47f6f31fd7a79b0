"""Names so long that IAM would refuse a policy that lists them are refused with the settings."""

from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.settings import load_settings

CONTROLLER = (
    r"routes: the controller's permissions would take \d{5} characters, and IAM allows 10240; "
    r"write shorter names \(of the deployment, of routes, of projects and endpoints\) or split the file$"
)
UPLOADERS = (
    r"routes: the uploaders' permissions would take \d{4} characters, and IAM allows 6144; "
    r"write shorter prefixes or split the file$"
)


def _settings(tmp_path: Path, name: int = 9, prefix: int = 100, project: int = 20) -> Path:
    """Twelve routes with names of so many characters."""
    routes = [
        f'[routes.{x}]\nprefix = "{(prefix - 1) * x}/"\nformats = ["png"]\n'
        f'models = [{{ name = "m", project = "{project * x}" }}]\n'
        for x in "abcdefghijkl"
    ]
    file = tmp_path / "pipeline.toml"
    file.write_text(f'name = "{name * "n"}"\n' + "".join(routes))
    return file


@pytest.mark.parametrize("lengths", [{"project": 120}, {"name": 60, "project": 40}, {"prefix": 145}], ids=str)
def test_names_of_some_length_are_accepted(tmp_path: Path, lengths: dict[str, int]) -> None:
    assert len(load_settings(_settings(tmp_path, **lengths)).routes) == 12


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ({"project": 255}, CONTROLLER),
        ({"name": 60, "project": 160}, CONTROLLER),
        ({"prefix": 160}, UPLOADERS),
    ],
    ids=str,
)
def test_names_that_make_a_policy_too_long_are_refused(tmp_path: Path, lengths: dict[str, int], expected: str) -> None:
    with pytest.raises(Problem, match=expected) as problem:
        load_settings(_settings(tmp_path, **lengths))
    assert "\n" not in str(problem.value)


def test_only_what_can_be_read_of_a_faulty_file_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text('name = 5\n[routes.bees]\nprefix = 5\nmodels = [1, { name = "bees", project = 2 }]')
    with pytest.raises(Problem) as problem:
        load_settings(file)
    assert "permissions" not in str(problem.value)
