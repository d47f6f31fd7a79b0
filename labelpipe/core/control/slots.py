"""The account runs few models at once: which routes may, when not all can."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Model, Observation
from labelpipe.core.control.statuses import BILLED, ON
from labelpipe.core.control.wanting import Row, Want, due
from labelpipe.core.releases import endpoint_name


def share(
    routes: Iterable[Observation],
    wants: Mapping[str, Want],
    memories: Mapping[str, Memory],
    strays: Iterable[Model],
    slots: int,
) -> dict[str, Want]:
    """Each route's want, with `no slot` for those that must wait. A route gets all its models or none.

    Who is on stays on; then the earliest deadline first. A model of a route that is not wanted, and one that no route
    has, holds its slot until it has stopped. Endpoints take none: they have quotas of their own, by instance.
    """
    routes = sorted(routes, key=lambda seen: _urgency(seen, memories[seen.name], wants[seen.name]))
    models = (*(model for seen in routes for model in seen.models), *strays)
    taken = _versions(model for model in models if model.status in ON | BILLED)
    answers = dict(wants)
    for seen in routes:
        if not wants[seen.name].running:
            continue
        needed = taken | _versions(seen.models)
        if len(needed) <= slots:
            taken = needed
        elif needed != taken:
            reason = f"max_running_models is {slots}: {len(taken)} taken, and it needs {len(needed - taken)} more"
            answers[seen.name] = replace(wants[seen.name], running=False, row=Row.NO_SLOT, reason=reason)
    return answers


def _versions(models: Iterable[Model]) -> set[str]:
    """ARNs of those that the quota counts."""
    return {model.arn for model in models if not endpoint_name(model.arn)}


def _urgency(seen: Observation, memory: Memory, wanted: Want) -> tuple[bool, bool, datetime, str]:
    return (not seen.is_on, wanted.row is not Row.START_OVERRIDE, _deadline(seen, memory, wanted), seen.name)


def _deadline(seen: Observation, memory: Memory, wanted: Want) -> datetime:
    """When the route should answer: in a window of always_on now, else when its oldest work is due."""
    promised = due(seen, memory) if seen.policy.on_demand else seen.now
    return min(seen.now, promised) if wanted.row is Row.ALWAYS_ON else promised
