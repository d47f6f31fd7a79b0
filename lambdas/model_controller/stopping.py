"""Stopping everything for good: what holds a lease, until it is seen not to run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from labelpipe.core.control.leases import LAST_START, Kind, Lease
from labelpipe.core.control.observations import Model
from labelpipe.core.control.statuses import OFF, TO_STOP
from labelpipe.core.errors import Problem
from labelpipe.core.releases import endpoint_name
from lambdas.model_controller.observing import leased_model
from lambdas.model_controller.tools import Tools
from lambdas.model_controller.troubles import Troubles

POLL = 5.0
"""Seconds between two looks."""


@dataclass(frozen=True)
class Patience:
    """A clock, the seconds left, and a way to pass some."""

    clock: Callable[[], datetime]
    time_left: Callable[[], float]
    sleep: Callable[[float], None]


def stop_all(tools: Tools, patience: Patience, log: Logger) -> None:
    """Raise Problem, naming what may still run and how to stop it, when time is up, or what could not be held."""
    holding, stopping = Troubles(log), Troubles(log)
    for parameter in tools.settings.route_parameters:
        with holding.of(f"holding the queue of {parameter}"):
            tools.mappings.hold(tools.wirings.route(parameter).mapping_id)
    running = _stop_models(tools, patience, stopping)
    if not holding.lines:
        _remove_leases(tools, running)
    if running:
        raise Problem(_still_running(running, [*holding.lines, *stopping.lines]))
    if holding.lines:
        raise Problem(f"{'; '.join(holding.lines)}; nothing runs any more: delete again")


def _still_running(arns: list[str], troubles: list[str]) -> str:
    commands = "; ".join(map(_to_stop, arns))
    cause = f" ({'; '.join(troubles)})" if troubles else ""
    return f"still running, and paid for: {', '.join(arns)}; stop it, then delete again: {commands}{cause}"


def _to_stop(arn: str) -> str:
    if name := endpoint_name(arn):
        return f"aws sagemaker delete-endpoint --endpoint-name {name}"
    return f"aws rekognition stop-project-version --project-version-arn {arn}"


def _stop_models(tools: Tools, patience: Patience, troubles: Troubles) -> list[str]:
    """ARNs of what may still run when time is up. Looks for as long as a tick that is under way or late may act."""
    began, met = patience.clock(), set[Lease]()
    while True:
        now = patience.clock()
        leases = [lease for lease in tools.leases.all() if lease.kind is not Kind.QUEUE]
        models = [leased_model(tools, lease, troubles) for lease in leases]
        met |= {model.lease for model in models if model.is_on and model.lease}
        for model in models:
            if model.status in TO_STOP:
                with troubles.of(f"stopping {model.arn}"):
                    tools.models.stop(model.arn)  # one that meets STARTING is asked again
        unsure = [model for model in models if not _has_stopped(model, met, now)]
        if (not unsure and now - began >= LAST_START) or patience.time_left() < POLL:
            return [model.arn for model in unsure]
        patience.sleep(POLL)


def _has_stopped(model: Model, met: set[Lease], now: datetime) -> bool:
    """An off status is believed of what was met running under the same lease, or whose start would show by now."""
    lease = model.lease
    return model.status in OFF and (lease is None or lease in met or lease.is_settled(now))


def _remove_leases(tools: Tools, running: Iterable[str]) -> None:
    for lease in tools.leases.all():
        if lease.subject not in running:
            tools.leases.remove(lease)
