"""labelpipe cost report: what models have cost, as CloudWatch has measured it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor, log10
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import boto3
import typer
from PIL.Image import Image
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from labelpipe.aws.records import Records
from labelpipe.cli.drawing import Picture, save
from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile
from labelpipe.cost.measured import LONGEST, find_versions, read_results, read_service, stored_results
from labelpipe.cost.report import DayCost, Measures, Rates, Report
from labelpipe.cost.report import report as measured
from labelpipe.operations.pipeline import Pipeline, find_pipeline
from labelpipe.pictures.bars import Bar, bar_picture
from labelpipe.settings import RouteSettings, Settings, load_settings
from labelpipe.settings.choosing import some_routes

_STORED = "CloudWatch has no counts of results: those in the bucket were counted, by when they were last written"
_LONGEST_BAR = 16
_COLOURS = {"running, with results": "#0B7A53", "running, without any": "#E69F00", "training": "#56B4E9"}


def report(
    route: Annotated[str | None, typer.Argument(help="Without it, all routes together.")] = None,
    days: Annotated[int, typer.Option(min=1, max=LONGEST, help="How many, today among them.")] = 30,
    picture: Picture = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """What models have cost: USD a day and per 1,000 images, idle share, trend, and what always-on would have cost."""
    loaded = load_settings(settings)
    routes = some_routes(loaded.routes, route)
    pipeline = find_pipeline(boto3.client("cloudformation"), loaded)
    spent, remarks = _measured(loaded, routes, pipeline, days)
    found = _Spending(loaded, routes, spent, _hosted(routes, pipeline), remarks)
    if as_json:
        print(json.dumps(found.to_json(), indent=1))
    else:
        found.print(Console())
    if picture:
        save(found.picture(), picture)


def _measured(
    settings: Settings, routes: dict[str, RouteSettings], pipeline: Pipeline, days: int
) -> tuple[Report, tuple[str, ...]]:
    """Results of other routes tell, where they share a project, that its versions were not idle."""
    cloudwatch, now = boto3.client("cloudwatch"), datetime.now(UTC)
    zone, units = _zone(routes), _units(routes)
    begin = _midnight(now, zone, days)
    routes_of: defaultdict[str, set[str]] = defaultdict(set)
    for name, own in settings.routes.items():
        for model in own.models:
            routes_of[model.project].add(name)
    sharing = {name for project in units for name in routes_of[project]} | set(routes)
    versions = find_versions(boto3.client("rekognition"), cloudwatch, units)
    service = list(read_service(cloudwatch, versions, begin, now))
    results, remarks = read_results(cloudwatch, pipeline.bucket, sharing, begin, now), ()
    if service and not results:
        prefixes = {name: settings.routes[name].prefix for name in sharing}
        results = stored_results(boto3.client("s3"), pipeline.bucket, prefixes, begin, now)
        remarks = (_STORED,)
    measures = Measures(
        service=service,
        results=results,
        versions=versions,
        routes_of={project: frozenset(names) for project, names in routes_of.items()},
        routes=frozenset(routes),
    )
    rates = Rates(settings.prices.inference_unit_hour, settings.prices.training_hour)
    return measured(measures, begin, now, zone, rates, sum(units.values())), remarks


def _units(routes: dict[str, RouteSettings]) -> dict[str, int]:
    """By project, the units with which its version runs at least."""
    units: dict[str, int] = {}
    for own in routes.values():
        for model in own.models:
            if model.project:
                units[model.project] = max(own.policy.units.min, units.get(model.project, 0))
    return units


def _zone(routes: dict[str, RouteSettings]) -> ZoneInfo:
    """Theirs, if it is one."""
    zones = {own.policy.time_zone for own in routes.values()}
    return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")


def _midnight(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)


@dataclass(frozen=True)
class _Hosted:
    """Hours that the controller has counted of a route with endpoints: SageMaker has no such metric."""

    route: str
    today: float
    month: float

    def __str__(self) -> str:
        hours = f"{self.today:.2f} h today, {self.month:.2f} h this month"
        return f"route {self.route} has endpoints, which no metric counts: {hours}, by the controller, without a price"


def _hosted(routes: dict[str, RouteSettings], pipeline: Pipeline) -> list[_Hosted]:
    hosted = {name: own for name, own in routes.items() if any(model.endpoint for model in own.models)}
    records = Records(boto3.client("s3"), pipeline.bucket, pipeline.key_arn)
    found = []
    for name, own in hosted.items():
        usage = records.memory(name).memory.usage.on(own.policy.local(datetime.now(UTC)).date())
        found.append(_Hosted(name, usage.day_minutes / 60, usage.month_minutes / 60))
    return found


@dataclass(frozen=True)
class _Spending:
    """The report, for people and for programs."""

    settings: Settings
    routes: dict[str, RouteSettings]
    report: Report
    hosted: list[_Hosted]
    remarks: tuple[str, ...] = ()

    @property
    def _heading(self) -> str:
        names, report = ", ".join(self.routes), self.report
        return f"{names}: {report.days[0].date} to {report.days[-1].date}, USD {_usd(report.usd)}"

    def _facts(self) -> Iterator[tuple[str, str]]:
        report = self.report
        always = f"USD {report.always_on_usd:,.2f}"
        part = report.usd_running / report.always_on_usd if report.always_on_usd else None
        share = "" if part is None else f", {_share(part)} of that was spent"
        yield "USD a day", _usd(report.usd / len(report.days))
        each = report.usd_per_1000
        yield "USD per 1,000 images", "no result was counted" if each is None else _usd(each)
        yield (
            "idle",
            _or_none(report.idle_share, "{:.0%} of the time in service had no result", "nothing was in service"),
        )
        trend = "the later half cost {:.2f} times the half before, by whole days"
        yield "trend", _or_none(report.trend, trend, "nothing to compare with")
        yield "always on", f"{always} without training{share}"

    @property
    def _prices(self) -> str:
        prices = self.settings.prices
        unit, hour = f"{prices.inference_unit_hour:.2f}", f"{prices.training_hour:.2f}"
        return f"USD {unit} an inference unit and hour in service, {hour} an hour of training, as of {prices.as_of}"

    def _shared(self) -> Iterator[str]:
        """A version's time is not divided between routes."""
        mine = {model.project for own in self.routes.values() for model in own.models if model.project}
        for name, own in self.settings.routes.items():
            if name not in self.routes and (both := mine & {model.project for model in own.models}):
                yield f"route {name} uses {', '.join(sorted(both))} too: all that it ran is counted here"

    def print(self, console: Console) -> None:
        console.print(f"[bold]{self._heading}[/]", highlight=False)
        console.print(self._table(), highlight=False)
        for name, text in self._facts():
            console.print(f"  {name:<22}{text}", highlight=False, soft_wrap=True)
        for line in (self._prices, *self._shared(), *map(str, self.hosted), *self.remarks):
            console.print(f"  [dim]{line}[/]", highlight=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table(box=SIMPLE_HEAD, padding=0)
        for column in ("day", "unit hours", "USD running", "of it idle", "USD training", "images"):
            table.add_column(column, justify="left" if column == "day" else "right", no_wrap=column == "day")
        table.add_column("", no_wrap=True)
        dearest = max(map(self._usd, self.report.days)) or 1
        shown = [day for day in self.report.days if self._usd(day) or day.images]
        for day in shown:
            cells = (self.report.running(day), self.report.idle(day), self.report.training(day))
            bar = "█" * round(_LONGEST_BAR * self._usd(day) / dearest)
            table.add_row(str(day.date), f"{day.unit_minutes / 60:,.2f}", *map(_usd, cells), f"{day.images:,}", bar)
        if quiet := len(self.report.days) - len(shown):
            table.add_row(f"{quiet} day{'s' * (quiet > 1)}", "", "0.00", "", "", "0", "")
        return table

    def _usd(self, day: DayCost) -> float:
        return self.report.running(day) + self.report.training(day)

    def picture(self) -> Image:
        report = self.report
        bars = [
            Bar(f"{day.date:%d %b}", (report.running(day) - report.idle(day), report.idle(day), report.training(day)))
            for day in report.days
        ]
        subtitle = "; ".join(
            f"{name}: {text}" for name, text in self._facts() if name in ("USD per 1,000 images", "idle")
        )
        return bar_picture(bars, _COLOURS, title=self._heading, subtitle=subtitle, footer=self._prices, unit="USD ")

    def to_json(self) -> dict[str, Any]:
        prices = self.settings.prices
        return {
            "routes": list(self.routes),
            **self.report.to_json(),
            "prices": {
                "as_of": prices.as_of.isoformat(),
                "inference_unit_hour": prices.inference_unit_hour,
                "training_hour": prices.training_hour,
            },
            "remarks": list(self.remarks),
            "endpoints": [
                {"route": each.route, "today_hours": each.today, "month_hours": each.month} for each in self.hosted
            ],
        }


def _usd(value: float) -> str:
    """To the cent, or of what is less than one two digits, as far down as they are."""
    digits = 1 - floor(log10(value)) if 0 < value < 0.01 else 2
    return f"{value:,.{digits}f}"


def _share(value: float) -> str:
    return "less than 0.1%" if 0 < value < 0.001 else f"{value:.1%}"


def _or_none(value: float | None, form: str, otherwise: str) -> str:
    return otherwise if value is None else form.format(value)
