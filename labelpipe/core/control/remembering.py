"""How a route's memory follows from what is seen, and from what came of acting."""

from dataclasses import replace
from datetime import datetime, timedelta

from labelpipe.core.control.budgets import QUIET_TICKS, observed
from labelpipe.core.control.leases import SETTLING
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Observation
from labelpipe.core.control.statuses import BILLED, FAILURES, ON

IN_WORK = timedelta(minutes=5)
"""Nothing is worked on for longer: what has been in flight all that time was given back, for up to half a day, and no
model should be paid to wait for it. Should a slow function still be at it, its image is given back, not lost."""

FIRST_BACK_OFF, LONGEST_BACK_OFF = timedelta(minutes=5), timedelta(hours=2)
_LEASE_LAG = timedelta(minutes=10)
"""A lease recurs every 5 minutes and stopping takes some: beyond its end by this much, nothing is billed unseen."""


def remember(seen: Observation) -> Memory:
    """The memory with which this tick decides."""
    return _with_starts(_with_usage(_with_hold(_with_queue(seen.memory, seen), seen), seen), seen)


def comes_later(memory: Memory, now: datetime) -> bool:
    """Whether the queue holds nothing but what was given back to come again later: nobody can answer it now."""
    return memory.hidden_since is not None and now - memory.hidden_since >= IN_WORK


def _with_queue(memory: Memory, seen: Observation) -> Memory:
    hidden = seen.depth.in_flight > 0 and not (seen.depth.visible or seen.depth.delayed)
    memory = replace(memory, hidden_since=(memory.hidden_since or seen.now) if hidden else None)
    if seen.depth.total and not comes_later(memory, seen.now):
        return replace(memory, non_empty_since=memory.non_empty_since or seen.now, empty_since=None)
    return replace(memory, non_empty_since=None, empty_since=memory.empty_since or memory.hidden_since or seen.now)


def _with_hold(memory: Memory, seen: Observation) -> Memory:
    """Quiet is a queue from which nothing is taken and nothing is worked on; what has just come may wait in it."""
    if seen.mapping != DISABLED:
        return replace(memory, held_since=None, quiet_ticks=0)
    since = memory.held_since or seen.now
    quiet = not seen.depth.in_flight or comes_later(memory, seen.now) or seen.now - since >= IN_WORK
    return replace(memory, held_since=since, quiet_ticks=min(memory.quiet_ticks + 1, QUIET_TICKS) if quiet else 0)


def _with_usage(memory: Memory, seen: Observation) -> Memory:
    today = seen.policy.local(seen.now).date()
    longest = seen.lease_length + _LEASE_LAG
    return replace(memory, usage=memory.usage.count(seen.now, today, seen.billed_units, longest))


def _with_starts(memory: Memory, seen: Observation) -> Memory:
    if seen.is_ready:
        return _with_ready(memory, seen.now)
    if memory.started_at is None:
        backing_off = memory.back_off_until is not None and seen.now < memory.back_off_until
        return replace(memory, started_at=seen.now) if seen.is_on and not backing_off else memory
    if seen.now - memory.started_at < SETTLING:
        return memory
    statuses = {model.status for model in seen.models}
    if statuses & FAILURES:
        failures = memory.failures + 1
        over = replace(memory, started_at=None, ready_at=None)
        return replace(over, failures=failures, back_off_until=seen.now + back_off(failures))
    return memory if statuses & (ON | BILLED) else replace(memory, started_at=None, ready_at=None)


def _with_ready(memory: Memory, now: datetime) -> Memory:
    """A start is observed when its end is first seen, and so was its begin."""
    if memory.started_at and not memory.ready_at:
        memory = replace(memory, starts=observed(memory.starts, now - memory.started_at))
    begun, ready = memory.started_at or now, memory.ready_at or now
    return replace(memory, started_at=begun, ready_at=ready, failures=0, back_off_until=None)


def back_off(failures: int) -> timedelta:
    """How long after that many failed starts in a row the next one waits: 5 minutes, doubling up to 2 hours."""
    doublings = min(failures - 1, 10)
    return min(FIRST_BACK_OFF * (1 << doublings), LONGEST_BACK_OFF)


def after_start(memory: Memory, now: datetime) -> Memory:
    """A start was accepted."""
    return replace(memory, started_at=memory.started_at or now)


def after_no_slot(memory: Memory, now: datetime, *, undone: bool) -> Memory:
    """The account runs as many models as it may. undone: siblings were on already and stop again, which is paid for.

    Only then is it a failed start; otherwise asking costs nothing, and a slot may be free soon.
    """
    failures = memory.failures + undone
    wait = back_off(failures) if undone else FIRST_BACK_OFF
    return replace(memory, started_at=None, ready_at=None, failures=failures, back_off_until=now + wait)
