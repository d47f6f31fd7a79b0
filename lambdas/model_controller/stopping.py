"""Stopping everything for good: what holds a lease, until it is seen not to run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from labelpipe.core.control.leases import FRESH, Kind
from labelpipe.core.control.observations import Version
from labelpipe.core.control.statuses import ON, Status
from labelpipe.core.errors import Problem
from lambdas.model_controller.tools import Tools

POLL = 5.0
"""Seconds between two looks."""


@dataclass(frozen=True)
class Patience:
    """A clock, the seconds left, and a way to pass some."""

    clock: Callable[[], datetime]
    time_left: Callable[[], float]
    sleep: Callable[[float], None]


def stop_all(tools: Tools, patience: Patience) -> None:
    """Raise Problem, naming what still runs and how to stop it, when time is up."""
    try:
        for parameter in tools.settings.route_parameters:
            tools.mappings.hold(tools.wirings.route(parameter).mapping_id)
    finally:  # whatever holding has met, what is paid for must stop
        running = _stop_versions(tools, patience)
    _remove_leases(tools, running)
    if running:
        commands = "; ".join(f"aws rekognition stop-project-version --project-version-arn {arn}" for arn in running)
        raise Problem(f"still running, and paid for: {', '.join(running)}; stop it, then delete again: {commands}")


def _stop_versions(tools: Tools, patience: Patience) -> list[str]:
    """ARNs of what still runs when time is up. Looks for as long as a tick that was under way may still act."""
    began, met = patience.clock(), set[str]()
    while True:
        versions = _leased_versions(tools)
        running = [version for version in versions if version.status in ON]
        met |= {version.arn for version in running}
        for version in running:
            tools.versions.stop(version.arn)  # one that meets STARTING is asked again
        now = patience.clock()
        unsure = [version for version in versions if not _has_stopped(version, met, now)]
        if (not unsure and now - began >= FRESH) or patience.time_left() < POLL:
            return [version.arn for version in unsure]
        patience.sleep(POLL)


def _leased_versions(tools: Tools) -> list[Version]:
    leases = [lease for lease in tools.leases.all() if lease.kind is Kind.VERSION]
    return [replace(tools.versions.describe(each.subject, each.project_arn), lease=each) for each in leases]


def _has_stopped(version: Version, met: set[str], now: datetime) -> bool:
    """An off status is believed of a version that we met running, or whose start would show by now."""
    off = version.status not in ON | {Status.UNKNOWN}
    return off and (version.arn in met or version.lease is None or version.lease.is_settled(now))


def _remove_leases(tools: Tools, running: Iterable[str]) -> None:
    for lease in tools.leases.all():
        if lease.subject not in running:
            tools.leases.remove(lease)
