"""The controller's decision: from what one tick sees of every route to what it does, with no I/O."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from labelpipe.core.control.actions import (
    Action,
    HoldQueue,
    ReleaseQueue,
    RemoveLease,
    StartModel,
    StopModel,
    WriteLease,
)
from labelpipe.core.control.budgets import QUIET_TICKS
from labelpipe.core.control.capacity import concurrency, units_to_start
from labelpipe.core.control.leases import QUEUE_MARGIN, Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, DISABLING, ENABLED, ENABLING, Model, Observation
from labelpipe.core.control.remembering import remember
from labelpipe.core.control.slots import share
from labelpipe.core.control.statuses import IN_THE_WAY, OFF, STARTABLE, TO_STOP
from labelpipe.core.control.wanting import Row, Want, want

_UNHURRIED = (Row.IDLE, Row.CAN_WAIT)
"""Rows that let what is in flight end before the stop."""


@dataclass(frozen=True)
class Decision:
    """Of one route: what is wanted, what to remember, and what to do, in this order."""

    want: Want
    memory: Memory
    actions: tuple[Action, ...]


def decide(
    routes: Sequence[Observation], strays: Iterable[Model], slots: int, unseen: frozenset[str] = frozenset()
) -> dict[str, Decision]:
    """One decision for each route, by its name.

    strays: models that hold a lease but belong to no route: they take slots until they have stopped.
    unseen: ARNs of the models of routes that could not be looked at: who wants them is not known, so none is stopped.
    """
    memories = {seen.name: remember(seen) for seen in routes}
    wants = {seen.name: want(seen, memories[seen.name]) for seen in routes}
    wants = share(routes, wants, memories, strays, slots)
    kept = unseen | {model.arn for seen in routes if wants[seen.name].running for model in seen.models}
    busy = (seen for seen in routes if not _is_at_rest(seen, memories[seen.name], wants[seen.name]))
    asked = frozenset(model.arn for seen in busy for model in seen.models)
    return {seen.name: decide_route(seen, memories[seen.name], wants[seen.name], kept, asked) for seen in routes}


def decide_route(
    seen: Observation, memory: Memory, wanted: Want, kept: frozenset[str], asked: frozenset[str] = frozenset()
) -> Decision:
    """kept: ARNs of the models that some route wants, this one or another. asked: of those that an image of some route
    may still be shown to."""
    actions = _run(seen, memory) if wanted.running else _rest(seen, memory, wanted, kept, asked)
    return Decision(wanted, memory, (*actions, *_make_way(seen, wanted, kept)))


def decide_strays(models: Iterable[Model], queues: Iterable[Lease], now: datetime) -> tuple[Action, ...]:
    """What to do about leased models that no route has, and about leases on queues that are gone."""
    stops = (StopModel(model.arn) for model in models if model.status in TO_STOP)
    done = (RemoveLease(model.lease) for model in models if model.lease and _is_over(model, now))
    return *stops, *done, *(RemoveLease(lease) for lease in queues)


def _run(seen: Observation, memory: Memory) -> Iterator[Action]:
    """Hold what cannot be answered yet, lease, and only then start."""
    starting = [model for model in seen.models if model.status in STARTABLE]
    if not seen.is_ready:
        yield from _hold(seen)
    yield from map(WriteLease, _leases(seen, starting))
    units, most = units_to_start(seen, memory), seen.policy.units.max
    yield from (StartModel(model.arn, model.parent_arn, units, most) for model in starting)
    if seen.is_ready:
        yield from _release(seen)


def _make_way(seen: Observation, wanted: Want, kept: frozenset[str]) -> Iterator[Action]:
    """What can answer nothing for this release goes, wanted or not; first what is in flight ends."""
    if seen.mapping == DISABLED:
        in_the_way = (model for model in seen.models if model.status in IN_THE_WAY)
        yield from (StopModel(model.arn) for model in in_the_way if wanted.running or model.arn not in kept)


def _is_at_rest(seen: Observation, memory: Memory, wanted: Want) -> bool:
    """Whether nothing is taken from the route's queue any more and, if there is time for it, what was has ended."""
    return seen.mapping == DISABLED and (wanted.row not in _UNHURRIED or memory.quiet_ticks >= QUIET_TICKS)


def _rest(
    seen: Observation, memory: Memory, wanted: Want, kept: frozenset[str], asked: frozenset[str]
) -> Iterator[Action]:
    """Hold the queue, see it held, and only then stop; leases go when there is nothing left to end."""
    stopping = [model for model in seen.models if model.is_on and model.arn not in kept]
    yield from (WriteLease(_lease(seen, model)) for model in stopping if not model.lease)
    if not stopping and _is_overdue(seen, memory):
        if _queue_is_worn(seen):
            yield WriteLease(_queue_lease(seen))
        yield from _release(seen)
        return
    yield from _hold(seen)
    if _is_at_rest(seen, memory, wanted):
        ready = (model for model in stopping if model.arn not in asked)
        yield from (StopModel(model.arn) for model in ready if model.status not in IN_THE_WAY)
    yield from _ended_leases(seen, kept)


def _is_overdue(seen: Observation, memory: Memory) -> bool:
    """Whether the oldest work may have waited until the function gives it up: it does so only if it sees it."""
    since = memory.non_empty_since
    return since is not None and (seen.now - since).total_seconds() >= seen.wiring.give_up_after


def _hold(seen: Observation) -> Iterator[Action]:
    if seen.mapping not in (DISABLED, DISABLING):
        yield HoldQueue(seen.wiring.mapping_id)


def _release(seen: Observation) -> Iterator[Action]:
    if seen.mapping not in (ENABLED, ENABLING):
        yield ReleaseQueue(seen.wiring.mapping_id, concurrency(seen))


def _leases(seen: Observation, starting: Sequence[Model]) -> Iterator[Lease]:
    """All of the route's leases or none, so that the queue's ends first.

    A start gets full ones, written just before it: an off status is not believed soon after.
    """
    running = [model for model in seen.models if model.is_on]
    worn = [model for model in running if not model.lease or model.lease.is_worn(seen.now, seen.lease_length)]
    if starting or worn or _queue_is_worn(seen):
        yield from (_lease(seen, model) for model in (*starting, *running))
        yield _queue_lease(seen)


def _lease(seen: Observation, model: Model) -> Lease:
    return Lease(Kind.of(model.arn), model.arn, seen.now + seen.lease_length, model.parent_arn)


def _queue_lease(seen: Observation) -> Lease:
    return Lease(Kind.QUEUE, seen.wiring.mapping_id, seen.now + seen.lease_length - QUEUE_MARGIN)


def _queue_is_worn(seen: Observation) -> bool:
    return seen.queue_lease is None or seen.queue_lease.is_worn(seen.now, seen.lease_length - QUEUE_MARGIN)


def _ended_leases(seen: Observation, kept: frozenset[str]) -> Iterator[Action]:
    for model in seen.models:
        if model.lease and model.arn not in kept and _is_over(model, seen.now):
            yield RemoveLease(model.lease)
    queue = seen.queue_lease
    if queue and seen.mapping == DISABLED and not seen.is_on and queue.is_settled(seen.now):
        yield RemoveLease(queue)


def _is_over(model: Model, now: datetime) -> bool:
    return model.status in OFF and model.lease is not None and model.lease.is_spent(now)
