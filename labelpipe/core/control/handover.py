"""A new release takes over: where slots allow, its models start while those of the former one still answer.

Its models are a route of their own meanwhile, the heir, which has no queue: where a route would be released, it takes
over.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from labelpipe.core.control.actions import Action, HoldQueue, ReleaseQueue, RemoveLease, Serve, WriteLease
from labelpipe.core.control.leases import Kind
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import DISABLED, Depth, Model, Observation
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.running import Decision
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row

_SUFFIX = ".next"
"""No route's name has a dot."""


def heir_name(route: str) -> str:
    """Under which the heir of a route is remembered and reported."""
    return f"{route}{_SUFFIX}"


def route_name(name: str) -> str:
    """Of a route, or of the one whose heir it is."""
    return name.removesuffix(_SUFFIX)


def is_heir(name: str) -> bool:
    """Whether it is the name of one."""
    return name.endswith(_SUFFIX)


def may_overlap(former: Sequence[Model], models: Iterable[Model]) -> bool:
    """Whether the former ones answer, and go on while the next ones start: an endpoint has one configuration."""
    parents = {model.arn: model.parent_arn for model in former}
    answers = bool(parents) and all(model.status is Status.RUNNING for model in former)
    return answers and all(parents.get(model.arn, model.parent_arn) == model.parent_arn for model in models)


def heir(seen: Observation, models: tuple[Model, ...], memory: Memory) -> Observation:
    """Of the route that was seen. It has neither work nor a queue of its own."""
    wiring = replace(seen.wiring, name=heir_name(seen.name))
    return replace(seen, wiring=wiring, models=models, memory=memory, depth=Depth(), mapping=DISABLED)


def as_the_route(heir: Observation, decision: Decision) -> Observation:
    """Whether it should run is what was decided of its route."""
    order = Override("start" if decision.want.running else "stop", None, "its route", heir.now)
    return replace(heir, override=order)


def heir_actions(decision: Decision, taking_over: Serve) -> Iterator[Action]:
    """Without a slot it takes over at once: the former one stops, and answers pause until the heir runs."""
    if decision.want.row is Row.NO_SLOT:
        yield taking_over
    for action in decision.actions:
        if isinstance(action, ReleaseQueue):
            yield taking_over
        elif not _of_a_queue(action):
            yield action


def _of_a_queue(action: Action) -> bool:
    leased = isinstance(action, WriteLease | RemoveLease) and action.lease.kind is Kind.QUEUE
    return leased or isinstance(action, HoldQueue)
