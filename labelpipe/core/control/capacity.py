"""With how many inference units a route's models are started."""

from math import ceil

from labelpipe.core.control.budgets import TICK, start_budget
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.wanting import due
from labelpipe.core.releases import endpoint_name


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
