"""No test sees the person's AWS, unless --aws asks for it: not their profile, not their Region, not their endpoints.

And every result that any test makes keeps to the schema that is published.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import cache, wraps

import pytest

from labelpipe.core.results import Result
from tests.published import keeps_to_the_schema

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(autouse=True, scope="session")
def _nobodys_aws(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--aws"):
        return
    for name in [name for name in os.environ if name.startswith(("AWS_", "CDK_"))]:
        if name != "AWS_CA_BUNDLE":
            del os.environ[name]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture(autouse=True, scope="session")
def _every_result_is_as_published() -> Iterator[None]:
    """Results that differ in their times only are held against the schema once: some searches write thousands."""
    written = Result.to_json

    @cache
    def look(text: str) -> None:
        keeps_to_the_schema(json.loads(text))

    @wraps(written)
    def to_json(result: Result) -> str:
        text = written(result)
        look(_TIME.sub("2026-11-20T10:00:00.000Z", text))
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Result, "to_json", to_json)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--aws", action="store_true", help="also run the tests that need a real AWS account, and cost money"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of a real account are not skipped but left out: they are never counted."""
    if config.getoption("--aws"):
        return
    real = [item for item in items if item.get_closest_marker("aws")]
    items[:] = [item for item in items if item not in real]
    config.hook.pytest_deselected(items=real)
