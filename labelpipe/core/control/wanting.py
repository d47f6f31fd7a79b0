"""Whether a route's models should run: one table, read from the top, the first row that speaks decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from labelpipe.core.control.budgets import PLANNED_STOP, QUIET_TICKS, TICK, start_budget
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Observation
from labelpipe.core.control.remembering import comes_later
from labelpipe.core.control.statuses import IN_THE_WAY, ON, STARTABLE, Status
from labelpipe.core.durations import format_duration

IDLE_STOP = timedelta(minutes=5)
"""`idle_stop = "auto"`, where new work would need a model at once: what one more stop and start is billed for without
answering anything, by our reading of the bill: about 3 minutes in STOPPING and the quiet ticks before it. Idling longer
than this costs more than it saves. Where new work may wait for another start, any idling does."""


class Row(StrEnum):
    """The rows, highest first."""

    NO_RELEASE = "no release"
    CAP = "cap"
    STOP_OVERRIDE = "stop override"
    START_OVERRIDE = "start override"
    NOT_ALLOWED = "not allowed"
    ALWAYS_ON = "always on"
    DEMAND = "demand"
    CAN_WAIT = "can wait"
    LINGER = "linger"
    IDLE = "idle"
    NO_DEMAND = "no demand"
    # What stands in the way of a route that is wanted.
    BLOCKED = "blocked"
    BACK_OFF = "back-off"
    NO_SLOT = "no slot"


@dataclass(frozen=True)
class Want:
    """What should be, which row says so, and why, in a sentence for people."""

    running: bool
    row: Row
    reason: str


def want(seen: Observation, memory: Memory) -> Want:
    """Total over everything that can be seen. memory is the one that includes this tick."""
    wanted = next(answer for row in _ROWS if (answer := row(seen, memory)))
    return (wanted.running and _obstacle(seen, memory)) or wanted


def _no_release(seen: Observation, _: Memory) -> Want | None:
    return Want(False, Row.NO_RELEASE, seen.refusal or "the release names no model") if not seen.models else None


def _cap(seen: Observation, memory: Memory) -> Want | None:
    cap, usage = seen.policy.cap, memory.usage.on(seen.policy.local(seen.now).date())
    for period, hours, minutes in (("day", cap.day, usage.day_minutes), ("month", cap.month, usage.month_minutes)):
        if hours is not None and minutes >= hours * 60:
            return Want(False, Row.CAP, f"the cap of {hours:g} inference-unit hours a {period} is used up; work waits")
    return None


def _override(seen: Observation, _: Memory) -> Want | None:
    order = seen.override
    if order is None or not order.holds(seen.now):
        return None
    end = f"until {_clock(seen, order.until)}" if order.until else "until taken back"
    row = Row.START_OVERRIDE if order.want == "start" else Row.STOP_OVERRIDE
    return Want(order.want == "start", row, f"{order.who} said {order.want}, {end}")


def _not_allowed(seen: Observation, _: Memory) -> Want | None:
    if seen.policy.is_allowed(seen.now):
        return None
    return Want(False, Row.NOT_ALLOWED, f"{_clock(seen, seen.now)} is outside the times at which it may run")


def _always_on(seen: Observation, _: Memory) -> Want | None:
    if not seen.policy.is_always_on(seen.now):
        return None
    return Want(True, Row.ALWAYS_ON, f"{_clock(seen, seen.now)} is inside a window of always_on")


def _demand(seen: Observation, memory: Memory) -> Want | None:
    demand, waiting = seen.policy.on_demand, seen.depth.total
    if not demand or not waiting or comes_later(memory, seen.now):
        return None
    if seen.is_on and not _came_meanwhile(memory):
        return Want(True, Row.DEMAND, f"{_images(waiting)} and the model is on")
    latest = latest_start(seen, memory)
    promise = f"{_images(waiting)}, for {format_duration(demand.max_wait)} at most"
    if seen.now + _until_off(seen, memory) + TICK > latest:
        return Want(True, Row.DEMAND, f"{promise}: starting later could be too late")
    return Want(False, Row.CAN_WAIT, f"{promise}: a start at {_clock(seen, latest)} is soon enough")


def _came_meanwhile(memory: Memory) -> bool:
    """Whether all that waits came while the model was on: the queue has been seen empty since it was started.

    Such work may wait for the next run, as it would have if the model had been off: under a steady trickle, a model
    that waits for the queue to stay empty never stops.
    """
    begun, since = memory.started_at, memory.non_empty_since
    return begun is not None and since is not None and since > begun


def latest_start(seen: Observation, memory: Memory) -> datetime:
    """When starting is still soon enough for the oldest work that waits, with everything behind it.

    With the fewest units: they are paid for as long as they take, and more of them also while nothing is answered.
    """
    draining = timedelta(seconds=seen.depth.total / seen.wiring.rate)
    return due(seen, memory) - start_budget(memory.starts) - draining


def due(seen: Observation, memory: Memory) -> datetime:
    """When the oldest work that waits is to be answered at the latest. It may have come a tick before it was seen."""
    return (memory.non_empty_since or seen.now) - TICK + _max_wait(seen)


def _max_wait(seen: Observation) -> timedelta:
    demand = seen.policy.on_demand
    return timedelta(seconds=demand.max_wait if demand else 0)


def _until_off(seen: Observation, memory: Memory) -> timedelta:
    """How long a model that is on goes on until it could be started again: the hold, the quiet ticks, the stop."""
    if not seen.is_on:
        return timedelta()
    ticks = QUIET_TICKS - memory.quiet_ticks if seen.mapping == DISABLED else QUIET_TICKS + 1
    return ticks * TICK + PLANNED_STOP


def _idle(seen: Observation, memory: Memory) -> Want:
    demand = seen.policy.on_demand
    if not demand:
        return Want(False, Row.NO_DEMAND, "no window of always_on is open, and work alone does not start it")
    if not all(model.is_on for model in seen.models):  # some may be on for another route: the rest is not to be started
        return Want(False, Row.IDLE, _nothing(seen))
    limit = _idle_stop(seen, memory) if demand.idle_stop is None else timedelta(seconds=demand.idle_stop)
    idle = seen.now - (memory.empty_since or seen.now)
    if idle < limit:
        return Want(True, Row.LINGER, f"no work for {_span(idle)}; stops after {_span(limit)}")
    return Want(False, Row.IDLE, f"no work for {_span(idle)}, the limit is {_span(limit)}")


def _idle_stop(seen: Observation, memory: Memory) -> timedelta:
    """None at all where work that came now could wait for a stop and another start."""
    slack = _max_wait(seen) - start_budget(memory.starts) - _until_off(seen, memory) - 2 * TICK
    return timedelta() if slack > timedelta() else IDLE_STOP


_ROWS: tuple[Callable[[Observation, Memory], Want | None], ...] = (
    _no_release,
    _cap,
    _override,
    _not_allowed,
    _always_on,
    _demand,
    _idle,
)


def _obstacle(seen: Observation, memory: Memory) -> Want | None:
    """Why a route that is wanted cannot run. All its models run, or none."""
    for model in seen.models:
        if model.status not in STARTABLE | ON | IN_THE_WAY | {Status.STOPPING}:
            return Want(False, Row.BLOCKED, f"model {model.name} is {model.status}: it cannot be started")
    if memory.back_off_until and seen.now < memory.back_off_until:
        failed = "1 failed start" if memory.failures == 1 else f"{memory.failures} failed starts"
        cause = failed if memory.failures else "meeting the account's limit of running models"
        return Want(False, Row.BACK_OFF, f"after {cause} the next try is at {_clock(seen, memory.back_off_until)}")
    return None


def _nothing(seen: Observation) -> str:
    later = seen.depth.total
    return f"no work waits; {later} given back, to come again later" if later else "no work waits"


def _images(count: int) -> str:
    return f"{count} message waits" if count == 1 else f"{count} messages wait"


def _span(span: timedelta) -> str:
    return format_duration(span.total_seconds())


def _clock(seen: Observation, moment: datetime) -> str:
    local, today = seen.policy.local(moment), seen.policy.local(seen.now).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
