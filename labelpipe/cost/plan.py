"""What each way of running a model would have cost for the same arrivals."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from os import cpu_count

from labelpipe.core.control.budgets import QUIET_TICKS
from labelpipe.core.control.policy import OnDemand, Policy
from labelpipe.core.durations import format_duration
from labelpipe.core.errors import Problem
from labelpipe.cost.arrivals import Arrivals
from labelpipe.cost.clairvoyant import clairvoyant
from labelpipe.cost.outcomes import Outcome
from labelpipe.cost.physics import Physics
from labelpipe.cost.replay import Replay
from labelpipe.cost.workflow import hourly_workflow

MAX_WAITS = (30, 60, 4 * 60, 24 * 60)
"""Minutes: the promises that are compared."""

CLAIRVOYANT = "clairvoyant"


@dataclass(frozen=True)
class Way:
    """One way of running a model. No policy: the hourly workflow, or the clairvoyant. max_wait in minutes."""

    name: str
    max_wait: float | None = None
    policy: Policy | None = None


def ways(own: Policy, physics: Physics) -> tuple[list[Way], list[str]]:
    """All that are compared, and remarks on what is left out. Raise Problem for settings that cannot be kept."""
    if reason := refusal(own, physics):
        raise Problem(f"the settings' policy: {reason}")
    zone = own.time_zone
    office = Policy.parse({"time_zone": zone, "always_on": ["mon-fri 09:00-17:00"], "on_demand": False})
    always = Policy.parse({"time_zone": zone, "always_on": ["daily 00:00-24:00"], "on_demand": False})
    found = [Way("always_on", None, always), Way("office_hours", None, office), Way("hourly_workflow")]
    remarks = []
    for minutes in MAX_WAITS:
        policy = Policy(time_zone=zone, on_demand=OnDemand(max_wait=minutes * 60), units=own.units)
        if reason := refusal(policy, physics):
            remarks.append(f"left out: {reason}")
        else:
            found.append(Way("on_demand", minutes, policy))
    found.append(Way("settings", _promise(own), own))
    promises = sorted({way.max_wait for way in found if way.max_wait is not None} | {_reference(own)})
    return found + [Way(CLAIRVOYANT, promise) for promise in promises], remarks


def refusal(policy: Policy, physics: Physics) -> str | None:
    """Why nothing could keep a policy's promise, for people."""
    promise = _promise(policy)
    if policy.always_on or (promise is not None and promise >= physics.start):
        return None
    if promise is None:
        return "with neither always_on nor on_demand nothing is ever answered: add one of them"
    wait, start = format_duration(promise * 60), format_duration(physics.start * 60)
    return f"max_wait {wait} is shorter than a start, which takes {start}: allow more, or add a window of always_on"


def plan(
    arrivals: Arrivals, physics: Physics, chosen: Iterable[Way], own: Policy, tell: Callable[[str], None]
) -> list[Outcome]:
    """One outcome for each way, in their order, each with the clairvoyant's model minutes under the same promise."""
    chosen = list(chosen)
    with ProcessPoolExecutor(
        min(len(chosen), cpu_count() or 1), initializer=_share, initargs=(arrivals, physics)
    ) as pool:
        futures = {pool.submit(_outcome_of_shared, way): way for way in chosen}
        for future in as_completed(futures):
            future.result()
            tell(futures[future].name)
        outcomes = [future.result() for future in futures]
    return list(_with_bounds(outcomes, _reference(own)))


_shared: list[tuple[Arrivals, Physics]] = []
"""Of a worker: a million arrivals are handed over once, not with every way."""


def _share(arrivals: Arrivals, physics: Physics) -> None:
    _shared[:] = [(arrivals, physics)]


def _outcome_of_shared(way: Way) -> Outcome:
    return outcome(way, *_shared[0])


def outcome(way: Way, arrivals: Arrivals, physics: Physics) -> Outcome:
    """What comes of one way."""
    if way.name == CLAIRVOYANT:
        schedule = clairvoyant(arrivals, physics, way.max_wait or 0, QUIET_TICKS)
        answered = schedule.answered(arrivals.minutes, physics.per_minute)
        spans, starts = schedule.spans(), len(schedule.runs)
    elif way.policy is None:
        line, server = hourly_workflow(arrivals, physics)
        answered, spans, starts = line.answered, server.spans, server.starts
    else:
        replay = Replay(arrivals, physics, way.policy)
        replay.run()
        answered, spans, starts = replay.line.answered, replay.server.spans, replay.server.starts
    return Outcome.of(way.name, way.max_wait, arrivals, answered, spans, starts, physics.usd_per_hour)


def _with_bounds(outcomes: list[Outcome], reference: float) -> Iterator[Outcome]:
    bounds = {each.max_wait: each.model_minutes for each in outcomes if each.policy == CLAIRVOYANT}
    for each in outcomes:
        promise = reference if each.max_wait is None else each.max_wait
        yield replace(each, bound=bounds[promise], bound_max_wait=promise)


def _promise(policy: Policy) -> float | None:
    return policy.on_demand.max_wait / 60 if policy.on_demand else None


def _reference(own: Policy) -> float:
    """The promise against which ways without one are held: the settings' own, else a day."""
    promise = _promise(own)
    return MAX_WAITS[-1] if promise is None else promise
