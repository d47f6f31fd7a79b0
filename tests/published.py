"""What docs/results.schema.json says of a result, for every test that makes or reads one."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema


@cache
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((Path(__file__).parents[1] / "docs/results.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def keeps_to_the_schema(result: dict[str, Any]) -> dict[str, Any]:
    """The result; AssertionError, with all that is wrong, when it is none."""
    wrong = [f"{error.json_path}: {error.message}" for error in validator().iter_errors(result)]
    assert not wrong, f"not as docs/results.schema.json says: {wrong}"
    return result
