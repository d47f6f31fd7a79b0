"""The search through all states of a scenario's world."""

import gc
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.unit.lambdas.inference.interleavings.clients import Violation
from tests.unit.lambdas.inference.interleavings.plot import Scenario
from tests.unit.lambdas.inference.interleavings.world import State, Step, World

Came = dict[State, Step | None]
"""By what step, and from where, a state was first reached."""


@dataclass(frozen=True)
class Count:
    """What a search has seen."""

    states: int
    transitions: int
    finals: int
    handlers: int
    """Different states of a handler."""
    longest: int
    """Calls of the handler that made the most."""


def explore(scenario: Scenario) -> Count:
    """Every state that can come. Raise Violation with the shortest story that breaks the scheme."""
    with _quiet():
        world = World(scenario)
        came: Came = {world.start(): None}
        queue, transitions, finals = deque(came), 0, 0
        while queue:
            state = queue.popleft()
            steps = _judged(world, state, came)
            transitions, finals = transitions + len(steps), finals + (not steps)
            for label, following in steps:
                if following not in came:
                    came[following] = (label, state)
                    queue.append(following)
        return Count(len(came), transitions, finals, len(world.handlers), world.handlers.longest())


def _judged(world: World, state: State, came: Came) -> list[Step]:
    try:
        steps = list(world.steps(state))
        if not steps:
            world.judge(state)
    except Violation as violation:
        raise Violation("\n".join([*_story(state, came), f"BROKEN: {violation}"])) from None
    return steps


def _story(state: State, came: Came) -> list[str]:
    lines = []
    while step := came[state]:
        label, state = step
        lines.append(str(label))
    return lines[::-1]


@contextmanager
def _quiet() -> Iterator[None]:
    """The handlers' logs would be longer than the search; and millions of tuples make no garbage to look for."""
    logging.disable(logging.CRITICAL)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        logging.disable(logging.NOTSET)
