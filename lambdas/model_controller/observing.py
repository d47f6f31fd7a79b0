"""Looking: everything that a decision needs, read anew at every tick."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from labelpipe.aws.records import usable_release
from labelpipe.core.control.handover import heir, heir_name, may_overlap
from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth, Model, Observation
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.statuses import Status
from labelpipe.core.releases import ReleasedModel
from labelpipe.core.wiring import RouteWiring
from lambdas.model_controller.tools import Tools
from lambdas.model_controller.troubles import Troubles

SHALLOW = 100
"""Messages that are looked at before paying for a model: every deploy may bring a test message for each rule of the
bucket's notification, and there are at most so many. Source: AWS General Reference, "Amazon S3 quotas"."""

Leased = Mapping[tuple[Kind, str], Lease]
"""Leases by what they end."""


@dataclass(frozen=True)
class Named:
    """A route and what its release asks for: known before anything is looked at."""

    wiring: RouteWiring
    models: tuple[ReleasedModel, ...]
    refusal: str | None
    """Why there is no release that can be used, for people."""
    to_serve: str | None = None
    """Key of the release, where the function asks another one still, or none yet."""
    former: tuple[ReleasedModel, ...] = ()
    """What that other one asks for."""


@dataclass(frozen=True)
class Sight:
    """A route as it was seen, and the ETag under which its memory may be replaced."""

    seen: Observation
    etag: str | None
    to_serve: str | None = None
    """Key of the release that the function should ask from now on; of an heir, once it runs."""
    heir: "Sight | None" = None
    """The next release's models, while the former's, which are seen, answer still."""


def leased(tools: Tools) -> Leased:
    """Every lease in our group."""
    return {(lease.kind, lease.subject): lease for lease in tools.leases.all()}


def name(tools: Tools, parameter: str) -> Named:
    """One route."""
    wiring = tools.wirings.route(parameter)
    key = tools.wirings.release_key(wiring.release_parameter)
    release, reason = usable_release(tools.records, wiring, key)
    if not release or not wiring.serving_parameter:
        return Named(wiring, release.models if release else (), reason)
    served = tools.wirings.release_key(wiring.serving_parameter)
    former = usable_release(tools.records, wiring, served)[0] if served != key else None
    return Named(wiring, release.models, None, key if served != key else None, former.models if former else ())


def look(tools: Tools, named: Named, leases: Leased, now: datetime) -> Sight:
    """One route. now: a moment before the first read."""
    wiring = named.wiring
    kept = tools.records.memory(wiring.name)
    models, former = _models(tools, named.models, leases), _models(tools, named.former, leases)
    heirs = models if may_overlap(former, models) else ()
    models = former if heirs else models
    seen = Observation(
        now=now,
        wiring=wiring,
        policy=Policy.parse(wiring.policy),
        depth=_depth(tools, wiring.queue_url, models, kept.memory),
        mapping=tools.mappings.state(wiring.mapping_id),
        models=models,
        refusal=named.refusal,
        memory=kept.memory,
        override=tools.records.override(wiring.name),
        queue_lease=leases.get((Kind.QUEUE, wiring.mapping_id)),
    )
    if not heirs:
        return Sight(seen, kept.etag, named.to_serve)
    memory = tools.records.memory(heir_name(wiring.name))
    return Sight(seen, kept.etag, None, Sight(heir(seen, heirs, memory.memory), memory.etag, named.to_serve))


def _depth(tools: Tools, queue_url: str, models: Sequence[Model], memory: Memory) -> Depth:
    """How much work waits. Where it has just begun to wait for a model that is off, noise is no work, and goes.

    Another route may have started some of the models; the others would be paid for.
    """
    depth = tools.depths.depth(queue_url)
    is_on = bool(models) and all(model.is_on for model in models)
    if memory.non_empty_since is None and not is_on and 0 < depth.visible <= SHALLOW:
        cleared = tools.noise.clear(queue_url, depth.visible)
        return replace(depth, visible=max(depth.visible - cleared, 0))
    return depth


def strays(
    tools: Tools, routes: Iterable[Observation], leases: Leased, troubles: Troubles
) -> tuple[list[Model], list[Lease]]:
    """Leased models that no route has, and leases on queues of no route."""
    known = {model.arn for seen in routes for model in seen.models} | {s.wiring.mapping_id for s in routes}
    lost = [lease for lease in leases.values() if lease.subject not in known]
    models = [each for each in lost if each.kind is not Kind.QUEUE]
    queues = [each for each in lost if each.kind is Kind.QUEUE]
    return [leased_model(tools, each, troubles) for each in models], queues


def leased_model(tools: Tools, lease: Lease, troubles: Troubles) -> Model:
    """What a lease ends. What cannot be described may run: it is UNKNOWN, and spoils no other."""
    with troubles.of(f"looking at {lease.subject}"):
        return replace(tools.models.describe(lease.subject, lease.parent_arn), lease=lease)
    return Model(lease.subject, lease.parent_arn, Status.UNKNOWN, lease=lease)


def _models(tools: Tools, released: Iterable[ReleasedModel], leases: Leased) -> tuple[Model, ...]:
    return tuple(_model(tools, m.version_arn, m.project_arn, leases, m.name) for m in released)


def _model(tools: Tools, arn: str, parent_arn: str, leases: Leased, name: str) -> Model:
    return replace(tools.models.describe(arn, parent_arn, name), lease=leases.get((Kind.of(arn), arn)))
