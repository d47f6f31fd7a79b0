"""Small cases for plans: arrivals of a few hours, and a slow service."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from labelpipe.cost.arrivals import Arrivals

Come = Callable[..., Arrivals]
BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
"""A Monday."""


@pytest.fixture
def come() -> Come:
    """Arrivals at these minutes, from a Monday's midnight on."""
    return lambda *minutes: Arrivals(BEGIN, np.sort(np.array(minutes, dtype=float)))
