"""With how many inference units a route's models are started, and how many environments of its function ask them."""

from math import ceil

from labelpipe.core.control.budgets import TICK, start_budget
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.policy import Units
from labelpipe.core.control.wanting import due
from labelpipe.core.releases import endpoint_name

LEAST_CONCURRENCY = 2
"""Source: AWS Lambda Developer Guide, "Configuring maximum concurrency for Amazon SQS event sources"."""


def units_to_start(seen: Observation, memory: Memory) -> int:
    """The fewest of the policy's that answer all that waits in time, or, what will be late, within a minute.

    Throughput grows with the units. Source: Custom Labels guide, "Running a trained model". Not where the route asks
    an endpoint too, which may be the slower one.
    """
    units, waiting = seen.policy.units, seen.depth.total
    if not (seen.policy.on_demand and waiting) or any(endpoint_name(model.arn) for model in seen.models):
        return units.min
    left = max(due(seen, memory) - start_budget(memory.starts) - seen.now, TICK)
    needed = ceil(units.min * waiting / (seen.wiring.rate * left.total_seconds()))
    return min(max(needed, units.min), units.max)


def concurrency(seen: Observation) -> int:
    """How many environments may work at once: with fewer units than the most, fewer, so that to each of them its share
    of what the models answer stays the same, and nobody has to be told a new rate."""
    units = seen.policy.units
    started = min((model.units for model in seen.models if not endpoint_name(model.arn)), default=units.min)
    return proportional(seen.wiring.max_concurrency, started if seen.is_ready else units.min, units)


def proportional(most: int, started: int, units: Units) -> int:
    """Environments for models that were started with so many units, where the most units get `most`."""
    return min(max(ceil(most * started / units.max), LEAST_CONCURRENCY), most)
