"""How a route's memory follows from what is seen, and from what came of acting."""

from dataclasses import replace
from datetime import datetime, timedelta

from labelpipe.core.control.leases import SETTLING
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Observation
from labelpipe.core.control.statuses import BILLED, FAILURES, ON

QUIET_TICKS = 2
"""So many in a row before an idle model is stopped: the queue's counts are eventually consistent.

Source: Amazon SQS API Reference, GetQueueAttributes."""

IN_WORK = timedelta(minutes=5)
"""Nothing is worked on for longer: what has been in flight all that time was given back, for up to half a day, and no
model should be paid to wait for it. Should a slow function still be at it, its image is given back, not lost."""

FIRST_BACK_OFF, LONGEST_BACK_OFF = timedelta(minutes=5), timedelta(hours=2)
_LEASE_LAG = timedelta(minutes=10)
"""A lease recurs every 5 minutes and stopping takes some: beyond its end by this much, nothing is billed unseen."""


def remember(seen: Observation) -> Memory:
    """The memory with which this tick decides."""
    return _with_starts(_with_usage(_with_queue(seen.memory, seen), seen), seen)


def comes_later(memory: Memory, now: datetime) -> bool:
    """Whether the queue holds nothing but what was given back to come again later: nobody can answer it now."""
    return memory.hidden_since is not None and now - memory.hidden_since >= IN_WORK


def _with_queue(memory: Memory, seen: Observation) -> Memory:
    hidden = seen.depth.in_flight > 0 and not (seen.depth.visible or seen.depth.delayed)
    memory = replace(memory, hidden_since=(memory.hidden_since or seen.now) if hidden else None)
    if seen.depth.total and not comes_later(memory, seen.now):
        return replace(memory, non_empty_since=memory.non_empty_since or seen.now, empty_since=None, quiet_ticks=0)
    quiet = min(memory.quiet_ticks + 1, QUIET_TICKS) if seen.mapping == DISABLED else 0
    empty_since = memory.empty_since or memory.hidden_since or seen.now
    return replace(memory, non_empty_since=None, empty_since=empty_since, quiet_ticks=quiet)


def _with_usage(memory: Memory, seen: Observation) -> Memory:
    today = seen.policy.local(seen.now).date()
    longest = seen.lease_length + _LEASE_LAG
    return replace(memory, usage=memory.usage.count(seen.now, today, seen.billed_units, longest))


def _with_starts(memory: Memory, seen: Observation) -> Memory:
    if seen.is_ready:
        return replace(memory, started_at=memory.started_at or seen.now, failures=0, back_off_until=None)
    if memory.started_at is None:
        backing_off = memory.back_off_until is not None and seen.now < memory.back_off_until
        return replace(memory, started_at=seen.now) if seen.is_on and not backing_off else memory
    if seen.now - memory.started_at < SETTLING:
        return memory
    statuses = {model.status for model in seen.models}
    if statuses & FAILURES:
        failures = memory.failures + 1
        return replace(memory, started_at=None, failures=failures, back_off_until=seen.now + back_off(failures))
    return memory if statuses & (ON | BILLED) else replace(memory, started_at=None)


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
    return replace(memory, started_at=None, failures=failures, back_off_until=now + wait)
