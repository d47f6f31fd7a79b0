"""Fifty simulated controllers to which everything happens; and broken ones, which the same simulation must find out."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from labelpipe.core.control.actions import (
    Action,
    HoldQueue,
    ReleaseQueue,
    RemoveLease,
    StartModel,
    StopModel,
    WriteLease,
)
from labelpipe.core.control.leases import RATE, Kind, Lease
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.running import Decision, decide
from tests.chaos.outcome import Outcome
from tests.chaos.plan import make_plan
from tests.chaos.run import Run
from tests.chaos.schedules import INTERVAL

RUNS, DAYS, FEW_DAYS = 50, 4, 3
"""Short ones, which take some 20 s of a processor: `make chaos` has fortnights."""


@pytest.mark.parametrize("seed", range(1, RUNS + 1))
def test_whatever_happens_no_model_outlives_its_lease_and_no_image_is_left(seed: int) -> None:
    assert Run(make_plan(seed, DAYS)).go().faults() == []


def test_passing_over_quiet_minutes_changes_nothing() -> None:
    def lives(*, every: bool) -> Any:
        run = Run(make_plan(8, 3), every=every)
        run.go()
        return {arn: version.history for arn, version in run.world.account.versions.items()}

    assert lives(every=False) == lives(every=True)


def test_a_seed_tells_the_same_story_twice() -> None:
    def story() -> list[tuple[datetime, str]]:
        run = Run(make_plan(4, 3), telling=True)
        run.go()
        return run.reckoning.story

    assert story() == story() != []


def test_leases_recur_here_as_the_controller_asks() -> None:
    assert re.fullmatch(r"rate\((\d+) minutes\)", RATE)[1] == str(INTERVAL // timedelta(minutes=1))  # type: ignore[index]


Mutate = Callable[[Observation, Decision], Iterable[Action]]


def _without(*kinds: type[Action]) -> Mutate:
    return lambda _, decision: (each for each in decision.actions if not isinstance(each, kinds))


def _start_before_lease(_: Observation, decision: Decision) -> Iterable[Action]:
    return sorted(decision.actions, key=lambda each: not isinstance(each, StartModel))


def _lease_gone_with_the_stop(seen: Observation, decision: Decision) -> Iterable[Action]:
    leases = {model.arn: model.lease for model in seen.models}
    for each in decision.actions:
        yield each
        if isinstance(each, StopModel) and (lease := leases.get(each.arn)):
            yield RemoveLease(lease)


def _lease_gone_when_seen_off(seen: Observation, decision: Decision) -> Iterable[Action]:
    """Believes what it sees at once."""
    yield from decision.actions
    yield from (RemoveLease(m.lease) for m in seen.models if m.lease and not m.is_on and not decision.want.running)


def _lease_of_a_day(_: Observation, decision: Decision) -> Iterable[Action]:
    for each in decision.actions:
        long = isinstance(each, WriteLease) and replace(each.lease, ends=each.lease.ends + timedelta(days=1))
        yield WriteLease(long) if isinstance(long, Lease) else each


def _renewed_unwanted(seen: Observation, decision: Decision) -> Iterable[Action]:
    """And so slow to stop that it never does."""
    yield from _without(StopModel)(seen, decision)
    on = [model for model in seen.models if model.is_on]
    yield from (WriteLease(Lease(Kind.of(m.arn), m.arn, seen.now + seen.lease_length, m.parent_arn)) for m in on)


def _started_whenever_off(seen: Observation, decision: Decision) -> Iterable[Action]:
    """As if starts that fail were no matter."""
    return decision.actions if decision.want.running or not seen.depth.total else _start_all(seen)


def _start_all(seen: Observation) -> Iterable[Action]:
    for m in seen.models:
        yield WriteLease(Lease(Kind.of(m.arn), m.arn, seen.now + seen.lease_length, m.parent_arn))
        yield StartModel(m.arn, m.parent_arn, 1, 1)


MUTANTS = {
    "leases are not written": (_without(WriteLease), "ran without a lease"),
    "models start before their lease": (_start_before_lease, "ran without a lease"),
    "leases go with the stop": (_lease_gone_with_the_stop, "ran without a lease"),
    "leases last a day": (_lease_of_a_day, "ran beyond the lease and one interval"),
    "leases are renewed, models not stopped": (_renewed_unwanted, "ran beyond the lease and one interval"),
    "models are not stopped": (_without(StopModel), "was slow to stop on a calm day"),
    "queues are not held": (_without(HoldQueue), "was slow to stop on a calm day"),
    "queues are not released": (_without(ReleaseQueue), "left images unanswered"),
    "models are not started": (_without(StartModel), "left images unanswered"),
    "leases are not removed": (_without(RemoveLease), "left leases or models behind"),
    "models start whenever work waits": (_started_whenever_off, "ran beyond the lease and one interval"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_controller_is_found_out(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutate, fault = MUTANTS[mutant]

    def broken(routes: Any, *others: Any) -> dict[str, Decision]:
        decisions = decide(routes, *others)
        return {
            seen.name: replace(decisions[seen.name], actions=tuple(mutate(seen, decisions[seen.name])))
            for seen in routes
        }

    monkeypatch.setattr("lambdas.model_controller.tick.decide", broken)
    assert any(fault in found.faults() for found in _outcomes())


def _outcomes() -> Iterable[Outcome]:
    yield from (Run(make_plan(seed, FEW_DAYS)).go() for seed in range(1, 11))
