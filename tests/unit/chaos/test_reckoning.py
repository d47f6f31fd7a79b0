"""What the simulation holds a controller to, and what it does not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.usage import Usage
from labelpipe.core.control.wanting import Row
from tests.chaos import tools
from tests.chaos.clock import MINUTE
from tests.chaos.plan import Plan, RoutePlan, make_plan
from tests.chaos.run import Run
from tests.chaos.world import arn

WINDOW = {"on_demand": False, "always_on": ["daily 08:00-12:00"], "time_zone": "UTC"}
CAPPED = {"on_demand": {"max_wait": "30m"}, "cap": {"day": 3}, "time_zone": "UTC"}


def calm_plan(*routes: tuple[str, dict[str, Any]], slots: int) -> Plan:
    """A day on which nothing goes wrong. Each route has a version of its own name, and an image at the beginning."""
    drawn = make_plan(1, 3)
    arrivals = ((drawn.calm + MINUTE, False),)
    plans = tuple(RoutePlan(name, {name: name}, policy, arrivals) for name, policy in routes)
    calm = replace(drawn, begin=drawn.calm, orders=(), releases=(), episodes=())
    return replace(calm, routes=plans, slots=slots)


def test_slots_that_another_route_rightly_holds_are_no_capacity() -> None:
    outcome = Run(calm_plan(("a", WINDOW), ("b", WINDOW), slots=1)).go()
    assert (outcome.answered, outcome.faults()) == (1, [])


def test_slots_of_a_model_that_nobody_wants_are_capacity() -> None:
    run = Run(calm_plan(("a", WINDOW), ("b", WINDOW), slots=1))
    run.world._version("a2")
    run.world.account.versions[arn("a2")].history.append((run.plan.begin, Status.RUNNING))
    assert run.go().unanswered == 2


def test_used_up_is_what_the_controller_could_count() -> None:
    run = Run(calm_plan(("a", CAPPED), slots=1))
    today = run.truth.policies["a"].local(run.world.clock.now).date()
    run.world.memories["a"] = (Memory(usage=Usage(today, 180.0, 180.0)), "1")
    run.truth.look()
    assert run.truth.decisions["a"].want.row is Row.CAP


def test_a_controller_that_forgets_its_count_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    remember = tools.Records.remember

    def without_count(self: Any, route: str, memory: Memory, etag: str | None) -> None:
        remember(self, route, replace(memory, usage=Usage(date.min)), etag)

    always = {"always_on": ["daily 00:00-24:00"], "time_zone": "UTC"}
    plan = calm_plan(("a", always), slots=1)
    assert Run(plan).go().faults() == []
    monkeypatch.setattr(tools.Records, "remember", without_count)
    assert Run(plan).go().faults() == ["miscounted what is used up on a calm day"]


def test_lingering_is_wanted_from_when_it_is_first_seen_and_for_no_longer_than_it_may() -> None:
    run = Run(calm_plan(("a", CAPPED), slots=1))
    reckoning, clock = run.reckoning, run.world.clock
    run.world.account.versions[arn("a")].history.append((clock.now, Status.RUNNING))

    def beyond_after_lingering(minutes: int) -> list[timedelta]:
        reckoning.beyond.clear()
        for _ in range(minutes):
            reckoning.judge(frozenset())
            reckoning.lingers("a", [arn("a")], 5 * MINUTE)
            clock.now += MINUTE
        reckoning.close()
        return [span.length for span in reckoning.beyond if span.length]

    assert beyond_after_lingering(5) == []
    assert beyond_after_lingering(60) == [59 * MINUTE], "the same lingering goes on"
    reckoning.lingers_no_more("a")
    assert beyond_after_lingering(60) == [54 * MINUTE]
