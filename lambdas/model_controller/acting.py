"""Doing what was decided, in its order, as long as what was seen is fresh."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from labelpipe.core.control.actions import (
    Action,
    HoldQueue,
    Outcome,
    ReleaseQueue,
    RemoveLease,
    Serve,
    StartModel,
    StopModel,
    WriteLease,
)
from labelpipe.core.control.leases import FRESH
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Observation
from labelpipe.core.control.remembering import after_no_slot, after_start
from lambdas.model_controller.tools import Tools

Clock = Callable[[], datetime]


class Stale(Exception):
    """Looking took too long: nothing more is done for this route at this tick."""


@dataclass(frozen=True)
class Done:
    """An action and what came of it."""

    action: Action
    outcome: Outcome

    def __str__(self) -> str:
        return str(self.action) if self.outcome is Outcome.DONE else f"{self.action} ({self.outcome})"


def act(tools: Tools, actions: Iterable[Action], seen_at: datetime, clock: Clock, done: list[Done]) -> None:
    """Add to `done` what was done, so that it is known when a later action raises."""
    for action in actions:
        if clock() - seen_at > FRESH:
            raise Stale(f"seen at {seen_at:%H:%M:%S}, too long ago to {action}")
        outcome = _perform(tools, action)
        done.append(Done(action, outcome))
        if outcome is Outcome.NO_SLOT:
            # All models of a route or none: what has just been started would be paid for and answer nothing.
            started = [
                each.action for each in done if isinstance(each.action, StartModel) and each.outcome is Outcome.DONE
            ]
            done.extend(Done(stop := StopModel(start.arn), _perform(tools, stop)) for start in started)
            return


def _perform(tools: Tools, action: Action) -> Outcome:
    match action:
        case HoldQueue(mapping_id):
            return tools.mappings.hold(mapping_id)
        case ReleaseQueue(mapping_id, concurrency):
            return tools.mappings.release(mapping_id, concurrency)
        case WriteLease(lease):
            tools.leases.write(lease)
            return Outcome.DONE
        case RemoveLease(lease):
            return tools.leases.remove(lease)
        case StartModel(arn, parent_arn, units, max_units):
            return tools.models.start(arn, parent_arn, units, max_units)
        case StopModel(arn):
            return tools.models.stop(arn)
        case Serve(parameter, release_key):
            tools.wirings.serve(parameter, release_key)
            return Outcome.DONE


def learn(memory: Memory, seen: Observation, done: Iterable[Done]) -> Memory:
    """The memory after acting."""
    begun = seen.is_on
    for each in done:
        if isinstance(each.action, StartModel) and each.outcome is Outcome.NO_SLOT:
            return after_no_slot(memory, seen.now, undone=begun)
        if isinstance(each.action, StartModel):
            memory, begun = after_start(memory, seen.now), True
    return memory
