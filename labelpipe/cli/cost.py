"""labelpipe cost: what running models costs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from labelpipe.cli import spending
from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile
from labelpipe.core.durations import format_duration
from labelpipe.cost.arrivals import read_arrivals
from labelpipe.cost.outcomes import Outcome
from labelpipe.cost.physics import Physics
from labelpipe.cost.plan import plan as compare
from labelpipe.cost.plan import ways
from labelpipe.settings import RouteSettings, Settings, load_settings
from labelpipe.settings.choosing import one_route

app = typer.Typer(no_args_is_help=True, help="What running models costs.")
app.command()(spending.report)

_NAMES = {
    "always_on": "always on",
    "office_hours": "office hours",
    "hourly_workflow": "hourly workflow",
    "on_demand": "on demand",
    "settings": "settings",
    "clairvoyant": "clairvoyant",
}


@app.callback()
def _group() -> None:
    """What running models costs."""


@app.command()
def plan(
    arrivals: Annotated[
        Path, typer.Option(help="A file with an ISO timestamp a line, and a count where there were several: TIME,3")
    ],
    route: Annotated[str | None, typer.Argument(help="Whose policy to try; may be left out when there is one.")] = None,
    start_minutes: Annotated[float, typer.Option(min=0, max=1440, help="What a start takes.")] = 15,
    stop_minutes: Annotated[float, typer.Option(min=0, max=1440, help="What a stop takes; it is billed.")] = 3,
    images_per_second: Annotated[
        float | None, typer.Option(min=0.001, help="Of one inference unit. Without it, what the settings say.")
    ] = None,
    usd_per_hour: Annotated[
        float | None, typer.Option(min=0, help="Of one inference unit. Without it, what the settings say.")
    ] = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """Replay arrivals under several policies, by the controller's own decision function and a virtual clock."""
    loaded = load_settings(settings)
    own = one_route(loaded.routes, route)
    physics = _physics(loaded, own, start_minutes, stop_minutes, images_per_second, usd_per_hour)
    chosen, remarks = ways(own.policy, physics)
    for remark in remarks:
        print(remark, file=_stderr.file)
    with _shown() as tell:
        tell("reading arrivals")
        come = read_arrivals(arrivals, ZoneInfo(own.policy.time_zone))
        outcomes = compare(come, physics, chosen, own.policy, tell)
    if as_json:
        print(json.dumps([outcome.to_json() for outcome in outcomes], indent=1))
    else:
        Console().print(_table(outcomes, physics))


_stderr = Console(stderr=True)


def _physics(
    settings: Settings, route: RouteSettings, start: float, stop: float, speed: float | None, price: float | None
) -> Physics:
    """Of all the route's models, which run together."""
    units = route.policy.units.min
    each = settings.prices.inference_unit_hour if price is None else price
    return Physics(
        start=start,
        stop=stop,
        images_per_second=route.rate if speed is None else speed * units,
        usd_per_hour=each * units * len(route.models),
    )


@contextmanager
def _shown() -> Iterator[Callable[[str], None]]:
    with _stderr.status("") as status:
        yield lambda what: status.update(_NAMES.get(what, what))


def _table(outcomes: list[Outcome], physics: Physics) -> Table:
    first = outcomes[0]
    table = Table(
        title=f"{first.images:,} images in {first.days} days. A start takes {physics.start:g} min, a stop "
        f"{physics.stop:g} min.\n{physics.images_per_second:g} images a second, USD {physics.usd_per_hour:g} an hour",
        caption=_caption(outcomes),
        box=SIMPLE_HEAD,
        padding=0,
    )
    table.add_column("")
    for column in ("USD/\nmonth", "USD/\n1000", "model\nhours", "\nstarts", "delay\np50", "\np95", "\nmax"):
        table.add_column(column, justify="right")
    table.add_column("broken\npromises", justify="right")
    table.add_column("x clair-\nvoyant", justify="right")
    for outcome in outcomes:
        table.add_row(*_cells(outcome))
    return table


def _caption(outcomes: list[Outcome]) -> str:
    lines = ["x clairvoyant: model hours, as a multiple of who knew all arrivals and kept the same promise"]
    for outcome in outcomes:
        if outcome.unanswered:
            lines.append(f"{_title(outcome)}: {outcome.unanswered:,} images are never answered")
    return "\n".join(lines)


def _title(outcome: Outcome) -> str:
    wait = "" if outcome.max_wait is None else f" {format_duration(outcome.max_wait * 60)}"
    return _NAMES[outcome.policy] + wait


def _cells(outcome: Outcome) -> list[str]:
    told = outcome.to_json()
    return [
        _title(outcome),
        f"{told['usd_per_month']:,.0f}",
        f"{told['usd_per_1000']:,.2f}",
        f"{told['model_hours']:,.1f}",
        f"{outcome.starts:,}",
        *map(_delay, outcome.delays),
        f"{outcome.broken:,}",
        f"{outcome.ratio:.2f}" if outcome.ratio else "",
    ]


def _delay(minutes: float) -> str:
    """Two digits are enough to compare."""
    if minutes < 99.5:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"
