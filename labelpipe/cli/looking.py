"""labelpipe model status and explain: what the controller sees and decides, for people. Nothing is changed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import boto3
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from labelpipe.aws.control_clients import ControlClients
from labelpipe.cli.moments import read_any_moment
from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile
from labelpipe.core.control.wanting import Row
from labelpipe.core.durations import format_duration
from labelpipe.core.releases import short
from labelpipe.operations.explaining import Explanation
from labelpipe.operations.explaining import explain as explained
from labelpipe.operations.pipeline import find_pipeline
from labelpipe.operations.status import RouteStatus, statuses
from labelpipe.operations.watching import Watch, Watched
from labelpipe.settings import Settings, load_settings

Routes = Annotated[str | None, typer.Argument(help="Without it, every route.")]


def status(route: Routes = None, settings: SettingsFile = DEFAULT_SETTINGS, as_json: Json = False) -> None:
    """What the models do, why, since when, what happens next, what waits, and what it has cost."""
    loaded, watched = _look(settings)
    found = list(statuses(watched, route, loaded.prices.inference_unit_hour))
    if as_json:
        for each in found:
            print(json.dumps(each.to_json()))
        return
    for each in found:
        Console().print(_status(each))
    print(f"USD {loaded.prices.inference_unit_hour:.2f} an inference unit and hour, as of {loaded.prices.as_of}")


def explain(
    route: Routes = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="18:00 (the route's clock), '2026-12-24 18:00', also past, or 2h."),
    ] = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """Which row of the table decides, now or at a time with the queue as it is now, and why no higher one does."""
    _, watched = _look(settings)
    decisions = watched.decisions()
    for seen in watched.chosen(route):
        moment = read_any_moment(at, seen.policy.local(seen.now)).astimezone(UTC) if at else seen.now
        decision = decisions[seen.name]
        found = explained(seen, decision.memory, moment, decision.want)
        print(json.dumps(found.to_json())) if as_json else Console().print(_explanation(found))


def _look(settings_file: Path) -> tuple[Settings, Watched]:
    settings = load_settings(settings_file)
    pipeline = find_pipeline(boto3.client("cloudformation"), settings)
    watch = Watch.of(pipeline.controller_function_name, ControlClients())
    return settings, watch.look(datetime.now(UTC))


def _status(status: RouteStatus) -> Table:
    table = Table.grid(padding=(0, 2))
    table.title, table.title_justify, table.title_style = _title(status), "left", "bold"
    for name, text in _lines(status):
        table.add_row(Text(name, "dim"), Text(text))
    table.add_row("")
    return table


def _title(status: RouteStatus) -> str:
    """With the clock that all its times are on: another route's may be another."""
    return f"route {status.seen.name}, {status.seen.policy.local(status.seen.now):%a %d %b %H:%M %Z}"


def _lines(status: RouteStatus) -> Iterator[tuple[str, str]]:
    seen = status.seen
    for model in seen.models:
        units = f", {model.units} unit{'s' * (model.units > 1)}" if model.is_on else ""
        yield f"model {model.name}", f"{model.status.value}{_since(status, status.since)}  {short(model.arn)}{units}"
    if status.sharing:
        routes = f"route{'s' * (len(status.sharing) > 1)} {', '.join(status.sharing)}"
        yield "shared", f"with {routes}: runs while any of them wants it, and each counts all of it"
    wanted = "running" if status.want.running else "off"
    yield "wanted", f"{wanted}: {status.want.reason} ({status.want.row.value}{_since(status, status.wanted_since)})"
    if status.doing:
        yield "now", f"{', '.join(status.doing)}: at the next minute"
    yield from _next(status)
    yield "waiting", _waiting(status)
    if status.lease_end and seen.is_on:
        yield "lease", f"AWS stops it from {_clock(status, status.lease_end)} on, unless the controller renews"
    yield "today", _spent(status, status.spend.day_hours, seen.policy.cap.day)
    yield "this month", _spent(status, status.spend.month_hours, seen.policy.cap.month)


def _next(status: RouteStatus) -> Iterator[tuple[str, str]]:
    for number, event in enumerate(status.next):
        left = format_duration(max(60, (event.when - status.seen.now).total_seconds()) // 60 * 60)
        moment = f"{_clock(status, event.when)}{_bound(status) if event.latest else ''}"
        yield "next" if not number else "", f"{event.what}: {moment}, in {left}"
    if not status.next:
        yield "next", _NOTHING.get(status.want.row, "nothing until work comes, or somebody says so")


_NOTHING = {
    Row.NO_SLOT: "a start, once another route's models are off: when, cannot be foreseen",
    Row.NO_RELEASE: "nothing until a release can be used",
    Row.BLOCKED: "nothing until it can be started, or another version is released",
    Row.STOP_OVERRIDE: "nothing until somebody says otherwise",
    Row.START_OVERRIDE: "nothing until somebody says otherwise",
}
"""Where nothing is foreseen."""


def _waiting(status: RouteStatus) -> str:
    count = status.seen.depth.total
    if not count:
        return "nothing"
    by = status.ahead.answered
    answer = f"answered by {_clock(status, by)}{_bound(status)}" if by else "when they are answered cannot be foreseen"
    return f"{count} message{'s' * (count > 1)}{_since(status, status.memory.non_empty_since)}; {answer}"


def _spent(status: RouteStatus, hours: float, cap: float | None) -> str:
    usd, limit = status.spend.usd(hours), f" of {cap:g}" if cap is not None else ""
    price = "the price is the endpoint's instance's" if usd is None else f"USD {usd:,.2f}"
    return f"{hours:.2f}{limit} inference-unit hours, {price}"


def _since(status: RouteStatus, moment: datetime | None) -> str:
    return f" since {_clock(status, moment)}" if moment else ""


def _bound(status: RouteStatus) -> str:
    return " at the earliest, as the start takes longer than planned" if status.is_overdue else " at the latest"


def _clock(status: RouteStatus, moment: datetime) -> str:
    """With its zone where the clock is changed in between: an hour comes twice then."""
    local, now = status.seen.policy.local(moment), status.seen.policy.local(status.seen.now)
    zone = f" {local:%Z}" if local.utcoffset() != now.utcoffset() else ""
    return f"{local:%H:%M}{zone}" if local.date() == now.date() else f"{local:%a %d %b %H:%M}{zone}"


def _explanation(found: Explanation) -> Table:
    table = Table.grid(padding=(0, 2))
    table.title = f"route {found.route} at {found.at:%Y-%m-%d %H:%M %Z}"
    table.title_justify, table.title_style = "left", "bold"
    for silent in found.silent:
        table.add_row("", Text(silent.row.value, "dim"), Text(silent.why, "dim"))
    said = "running" if found.want.running else "off"
    if found.want.row is not found.behind:
        table.add_row("", found.behind.value, "would run it")
    table.add_row(Text("->", "bold"), Text(found.want.row.value, "bold"), Text(f"{said}: {found.want.reason}", "bold"))
    table.add_row("")
    return table
