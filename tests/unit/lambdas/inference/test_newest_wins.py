"""The newest version wins, whatever the order in which uploads, events and S3 calls of several handlers fall.

The real worker runs against a small model of S3, and every interleaving of every scenario is explored to its end.
"""

import pytest

from tests.unit.lambdas.inference.interleavings.broken import BROKEN, scenario
from tests.unit.lambdas.inference.interleavings.clients import Violation
from tests.unit.lambdas.inference.interleavings.scenarios import SHORT
from tests.unit.lambdas.inference.interleavings.search import explore


@pytest.mark.parametrize("scenario", SHORT, ids=lambda scenario: scenario.name)
def test_in_the_end_the_result_describes_the_current_version(scenario):
    assert explore(scenario).states >= scenario.least


@pytest.mark.parametrize(("broken", "name"), BROKEN.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_broken_scheme_is_found(broken, name, monkeypatch):
    broken(monkeypatch)
    with pytest.raises(Violation, match="BROKEN"):
        explore(scenario(name))
