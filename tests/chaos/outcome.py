"""What came of one simulated controller, and whether it is as promised."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from labelpipe.core.control.statuses import BILLED, ON, Status
from labelpipe.core.control.usage import Usage
from labelpipe.core.control.wanting import Row
from tests.chaos.clock import HOUR, MINUTE
from tests.chaos.reckoning import Reckoning, Span
from tests.chaos.schedules import INTERVAL, LATE
from tests.chaos.truth import Truth
from tests.chaos.world import World

MOST_STARTS = 40
"""Of one version on one day: more is a storm."""
MOST_MISCOUNTED = 3.0
"""Unit-minutes of a run that a look a minute may miss or add."""
MOST_CALM = 10
"""Minutes that a stop may take to come where nothing goes wrong: the hold, the quiet ticks, what is in flight."""
_ENOUGH = 2 * HOUR
"""Of time to run on the calm day: for a start and all that waits."""


@dataclass(frozen=True)
class Outcome:
    """Minutes where nothing else is said."""

    seed: int
    beyond: float
    """Longest that a version ran beyond what its policy wanted."""
    share: float
    """Of the bound, its lease and one interval, the most that was used."""
    over: float
    """Longest beyond that bound: Scheduler calls up to LATE after the time."""
    calm_beyond: float
    """The same on the calm day at the end."""
    unleased: float
    """Longest that a version started or ran without a lease."""
    unanswered: int
    """Images that capacity and policy allowed to answer."""
    answered: int
    dead: int
    starts_a_day: int
    """The most of one version."""
    starts: int
    given_back: int
    """Messages on the calm day, where descriptions are fresh: nothing is to be asked of a model that is off."""
    unheld: int
    """Stops on the calm day of a model whose queue was not held."""
    miscounted: float
    """Unit-minutes of a start by which the controller's count of the last day, a calm one, is wrong."""
    left_over: int
    """Leases and running versions in the end that nobody has wanted for a while."""
    wait: float
    """Longest that an answered image waited; the policy may have wanted that."""
    surprises: int
    """Ticks that broke in a way that nothing here is meant to break them."""
    ticks: int
    """Those at which something could change."""
    troubles: int
    """Ticks that were spoilt."""

    def faults(self) -> list[str]:
        """What is not as promised."""
        checks = {
            "ran beyond the lease and one interval": self.over > LATE / MINUTE,
            "was slow to stop on a calm day": self.calm_beyond > MOST_CALM,
            "ran without a lease": self.unleased > 0,
            "left images unanswered": self.unanswered > 0,
            "made dead letters": self.dead > 0,
            "started too often": self.starts_a_day > MOST_STARTS,
            "gave messages back on a calm day": self.given_back > 0,
            "stopped a model under a released queue on a calm day": self.unheld > 0,
            "miscounted what is used up on a calm day": self.miscounted > MOST_MISCOUNTED,
            "left leases or models behind": self.left_over > 0,
            "broke in an unforeseen way": self.surprises > 0,
        }
        return [fault for fault, is_so in checks.items() if is_so]


@dataclass(frozen=True)
class Counts:
    """Of ticks."""

    ticks: int
    troubles: int
    surprises: int


def outcome(world: World, reckoning: Reckoning, truth: Truth, counts: Counts) -> Outcome:
    """Once the end has come."""
    plan, queues = world.plan, world.queues.values()
    spans = [(span, span.length / _bound(world, span)) for span in reckoning.beyond]
    calm = [span for span in reckoning.beyond if span.begin >= plan.calm]
    waits = [when - message.sent for queue in queues for message, when in queue.answered]
    return Outcome(
        seed=plan.seed,
        beyond=_longest(span.length for span, _ in spans),
        share=round(max((share for _, share in spans), default=0), 3),
        over=_longest(max(span.length - _bound(world, span), timedelta()) for span in reckoning.beyond),
        calm_beyond=_longest(span.length for span in calm),
        unleased=_longest(span.length for span in reckoning.unleased),
        unanswered=sum(_unanswered(world, truth, name) for name in world.queues),
        answered=len(waits),
        dead=sum(len(queue.dead) for queue in queues),
        starts_a_day=max(reckoning.starts.values(), default=0),
        starts=reckoning.starts.total(),
        given_back=sum(not plan.lag and when > plan.calm + HOUR for queue in queues for when in queue.given_back),
        unheld=sum(when >= plan.calm for when in reckoning.unheld),
        miscounted=max(_miscounted(world, truth, name) for name in world.queues),
        left_over=_left_over(world, truth),
        wait=_longest(waits),
        **asdict(counts),
    )


def _longest(spans: Iterable[timedelta]) -> float:
    return round(max(spans, default=timedelta()) / MINUTE, 1)


def _bound(world: World, span: Span) -> timedelta:
    """A version's lease may be any route's that has it, now or before."""
    model = span.arn.partition("project/")[2][0]
    leases = [route.policy.lease for route in world.plan.routes if model in route.models]
    return timedelta(seconds=max(leases)) + INTERVAL


def _unanswered(world: World, truth: Truth, name: str) -> int:
    """Images for which enough time has passed, after the wait that is allowed, at which the models may run, and have
    the slots."""
    policy, plan, step = truth.policies[name], world.plan, 10 * MINUTE
    if truth.decisions[name].want.row is Row.CAP:
        return 0
    moments = [plan.calm + n * step for n in range(int((plan.end - plan.calm) / step))]
    taken = [(begin, end) for route, begin, end in truth.crowded if route == name]
    moments = [moment for moment in moments if not any(begin <= moment < end for begin, end in taken)]
    room = [m for m in moments if policy.is_allowed(m) and (policy.on_demand or policy.is_always_on(m))]
    wait = timedelta(seconds=policy.on_demand.max_wait if policy.on_demand else 0)
    waiting = world.queues[name].waiting
    return sum(step * sum(moment > message.sent + wait for moment in room) >= _ENOUGH for message in waiting)


def _miscounted(world: World, truth: Truth, name: str) -> float:
    """Since local midnight, and up to the end: the last quiet ticks are passed over."""
    seen, end = truth.seen[name], world.plan.end
    today = truth.policies[name].local(end).date()
    starts = sum(when >= world.plan.calm for m in seen.models for when in world.account.versions[m.arn].starts)
    counted = world.memories[name][0].usage if name in world.memories else Usage()
    counted = counted.count(end, today, seen.billed_units, timedelta.max).on(today)
    return round(abs(truth.usages[name].on(today).day_minutes - counted.day_minutes) / (1 + starts), 1)


def _left_over(world: World, truth: Truth) -> int:
    """What nothing has happened to for a while, although nobody wants it. What runs is beyond, and counted there."""
    wanted = {m.arn for name, d in truth.decisions.items() if d.want.running for m in truth.seen[name].models}
    before, versions = world.plan.end - 3 * MOST_CALM * MINUTE, world.account.versions
    at_rest = {arn for arn, v in versions.items() if v.history[-1][0] < before and arn not in wanted}
    at_rest -= {arn for arn in at_rest if versions[arn].status is Status.RUNNING}
    at_rest |= {name for name, seen in truth.seen.items() if all(model.arn in at_rest for model in seen.models)}
    leases = sum(lease.subject in at_rest and lease.ends < before for lease in world.schedules.kept.values())
    return leases + sum(versions[arn].status in ON | BILLED for arn in at_rest & set(versions))
