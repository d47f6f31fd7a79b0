"""labelpipe cost plan: what each way of running a model would cost, for arrivals that are known."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from PIL.Image import Image
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from labelpipe.cli.drawing import Picture, save
from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile
from labelpipe.cli.timeline import part_of, timeline
from labelpipe.core.durations import format_duration
from labelpipe.core.releases import REKOGNITION
from labelpipe.cost.arrivals import Arrivals, read_arrivals
from labelpipe.cost.outcomes import Outcome
from labelpipe.cost.physics import Physics
from labelpipe.cost.plan import CLAIRVOYANT, ways
from labelpipe.cost.plan import plan as compare
from labelpipe.pictures.plans import DrawnWay, plan_picture
from labelpipe.settings import RouteSettings, Settings, load_settings
from labelpipe.settings.choosing import one_route

_NAMES = {
    "always_on": "always on",
    "office_hours": "office hours",
    "hourly_workflow": "hourly workflow",
    "on_demand": "on demand",
    "settings": "settings",
    CLAIRVOYANT: "clairvoyant",
}
_stderr = Console(stderr=True)


def plan(
    arrivals: Annotated[
        Path,
        typer.Option(
            help="A file (- for standard input) with an ISO timestamp a line, and a count where there were several: "
            "TIME,3. Without an offset, times are on the route's clock."
        ),
    ],
    route: Annotated[str | None, typer.Argument(help="Whose policy to try; may be left out when there is one.")] = None,
    start_minutes: Annotated[float, typer.Option(min=0, max=1440, help="What a start takes.")] = 15,
    stop_minutes: Annotated[float, typer.Option(min=0, max=1440, help="What a stop takes; it is billed.")] = 3,
    images_per_second: Annotated[
        float | None, typer.Option(min=0.001, help="Of one inference unit. Without it, what the settings say.")
    ] = None,
    usd_per_hour: Annotated[
        float | None,
        typer.Option(min=0, help="Of one inference unit, and of an endpoint. Without it, what the settings say."),
    ] = None,
    picture: Picture = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """Replay arrivals under several policies, by the controller's own decision function and a virtual clock.

    Each is held against a clairvoyant with the same promise; always on, office hours and the hourly workflow, which
    promise nothing, against the one with the promise of the settings, or a day where they have none.
    """
    loaded = load_settings(settings)
    own = one_route(loaded.routes, route)
    physics = _physics(loaded, own, start_minutes, stop_minutes, images_per_second, usd_per_hour)
    chosen, remarks = ways(own.policy, physics)
    for remark in (*remarks, *_unpriced(own, usd_per_hour)):
        print(remark, file=_stderr.file)
    with _shown() as tell:
        tell("reading arrivals")
        come = read_arrivals(Path("/dev/stdin") if str(arrivals) == "-" else arrivals, ZoneInfo(own.policy.time_zone))
        name = next(name for name, each in loaded.routes.items() if each is own)
        found = _Plan(name, come, physics, own.policy.time_zone, compare(come, physics, chosen, own.policy, tell))
    if as_json:
        print(json.dumps([outcome.to_json() for outcome in found.outcomes], indent=1))
    else:
        Console().print(found.table())
    if picture:
        save(found.picture(), picture)


def _physics(
    settings: Settings, route: RouteSettings, start: float, stop: float, speed: float | None, price: float | None
) -> Physics:
    """Of all the route's models, which run together. The settings' price is of inference units alone."""
    units, versions = route.policy.units.min, sum(model.backend == REKOGNITION for model in route.models)
    each = settings.prices.inference_unit_hour * units * versions
    return Physics(
        start=start,
        stop=stop,
        images_per_second=route.rate if speed is None else speed * units,
        usd_per_hour=each if price is None else price * (units * versions + len(route.models) - versions),
    )


def _unpriced(route: RouteSettings, price: float | None) -> Iterator[str]:
    hosted = [model.name for model in route.models if model.backend != REKOGNITION]
    if hosted and price is None:
        yield f"without the price of {', '.join(hosted)}: an endpoint's is its instances'; say --usd-per-hour"


@contextmanager
def _shown() -> Iterator[Callable[[str], None]]:
    with _stderr.status("") as status:
        yield lambda what: status.update(_NAMES.get(what, what))


@dataclass(frozen=True)
class _Plan:
    """What came of every way, for people."""

    route: str
    arrivals: Arrivals
    physics: Physics
    time_zone: str
    outcomes: list[Outcome]

    @property
    def _heading(self) -> str:
        images, days = self.outcomes[0].images, self.arrivals.days
        return f"{self.route}: {_several(images, 'image')} in {_several(days, 'day')}"

    @property
    def _service(self) -> str:
        at = self.physics
        return (
            f"Every start takes {at.start:g} min, a stop {at.stop:g} min; "
            f"{at.images_per_second:g} image{'s' * (at.images_per_second != 1)}/s, USD {at.usd_per_hour:g} an hour"
        )

    def table(self) -> Table:
        table = Table(
            title=f"{self._heading}\n{self._service}\n",
            caption="\n".join(["", *self._held_against(), *self._too_many(), *self._never()]),
            caption_justify="left",
            box=SIMPLE_HEAD,
            show_edge=False,
            padding=0,
        )
        table.add_column("", min_width=15)
        delays = ("delay\np50", "\np95", "\nmax")
        for column in (
            "USD/\nmonth",
            "USD/\n1000",
            "model\nhours",
            "\nstarts",
            *delays,
            "broken\npromises",
            "x clair-\nvoyant",
        ):
            table.add_column(column, justify="right", no_wrap=True)
        for outcome in self.outcomes:
            table.add_row(*_cells(outcome))
        return table

    def _held_against(self) -> Iterator[str]:
        reference = next(each.bound_max_wait for each in self.outcomes if each.max_wait is None)
        yield "x clairvoyant: model hours over those of a clairvoyant with the same promise"
        yield f"what promises nothing, like always on, is held against a promise of {_wait(reference)}"

    def _too_many(self) -> Iterator[str]:
        come = self.outcomes[0].images / (self.arrivals.span * 60)
        if come > self.physics.images_per_second:
            yield f"{come:.2g} images come a second, more than are answered: hours after the days' end are counted too"

    def _never(self) -> Iterator[str]:
        for outcome in self.outcomes:
            if outcome.unanswered:
                yield f"{_title(outcome)}: {outcome.unanswered:,} images are never answered"

    def picture(self) -> Image:
        """Each clairvoyant is a line on the bars of its promise."""
        end = part_of(self.arrivals)
        drawn = [self._way(outcome, end) for outcome in self.outcomes if outcome.policy != CLAIRVOYANT]
        time = timeline(self.arrivals, ZoneInfo(self.time_zone), end)
        return plan_picture(
            drawn, time, title=self._heading, subtitle=self._service, footer="; ".join(self._held_against())
        )

    def _way(self, outcome: Outcome, end: float) -> DrawnWay:
        _, p95, longest = map(_delay, outcome.delays)
        promised = outcome.max_wait is not None
        broken = f"{outcome.broken:,}" if promised else ""
        bound = None if outcome.ratio is None else outcome.usd_per_month / outcome.ratio
        ratio = "" if outcome.ratio is None else f"{outcome.ratio:.2f}"
        return DrawnWay(
            title=_title(outcome),
            usd=outcome.usd_per_month,
            bound=bound,
            cells=(
                _usd(outcome.usd_per_month, 10),
                ratio,
                p95,
                longest,
                f"{outcome.unanswered:,} never" if outcome.unanswered else broken,
            ),
            is_broken=outcome.broken > 0 or outcome.unanswered > 0,
            is_chosen=promised,
            spans=[(begin / end, min(stop / end, 1)) for begin, stop in outcome.spans if begin < end],
            note=f"{outcome.model_minutes / 60:,.1f} h, {_several(outcome.starts, 'start')} in all",
        )


def _several(count: float, what: str) -> str:
    return f"{count:,} {what}" + "s" * (count != 1)


def _wait(minutes: float | None) -> str:
    return "" if minutes is None else format_duration(minutes * 60)


def _title(outcome: Outcome) -> str:
    return f"{_NAMES[outcome.policy]} {_wait(outcome.max_wait)}".strip()


def _cells(outcome: Outcome) -> list[str]:
    told = outcome.to_json()
    return [
        _title(outcome),
        _usd(outcome.usd_per_month, 10),
        _usd(told["usd_per_1000"], 100),
        f"{told['model_hours']:,.1f}",
        f"{outcome.starts:,}",
        *map(_delay, outcome.delays),
        "" if outcome.max_wait is None else f"{outcome.broken:,}",
        f"{outcome.ratio:.2f}" if outcome.ratio else "",
    ]


def _usd(value: float, whole: float) -> str:
    """Without cents from a sum on where they do not matter."""
    return f"{value:,.{2 if 0 < value < whole else 0}f}"


def _delay(minutes: float) -> str:
    """Two digits are enough to compare."""
    if minutes < 99.5:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"
