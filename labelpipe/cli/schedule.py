"""labelpipe schedule: when models run by the clock, drawn."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Annotated

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from PIL.Image import Image
from rich.console import Console
from rich.text import Text

from labelpipe.aws.records import Records
from labelpipe.cli.drawing import Picture, save
from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile
from labelpipe.core.control.overrides import Override
from labelpipe.core.errors import Problem
from labelpipe.core.releases import REKOGNITION
from labelpipe.cost.weeks import Day, Kind, Price, Span, days
from labelpipe.operations.pipeline import find_pipeline
from labelpipe.pictures.week import DrawnDay, DrawnSpan, week_picture
from labelpipe.settings import RouteSettings, Settings, load_settings
from labelpipe.settings.choosing import some_routes

app = typer.Typer(no_args_is_help=True, help="When models run by the clock.")

_HASTY = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
"""For what the picture can do without."""


@app.callback()
def _group() -> None:
    """When models run by the clock."""


@app.command()
def show(
    route: Annotated[str | None, typer.Argument(help="Without it, every route.")] = None,
    week: Annotated[bool, typer.Option("--week", help="Seven days: there is nothing else yet.")] = True,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day. Without it, today.")
    ] = None,
    picture: Picture = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """A week of the settings' policy: on for sure, if work asks for it, never; and USD a day, at least and at most."""
    loaded = load_settings(settings)
    chosen = some_routes(loaded.routes, route)
    if picture and len(chosen) > 1:
        raise Problem(f"--picture draws one route: say which of {', '.join(chosen)}")
    overrides = _overrides(loaded)
    for name, own in chosen.items():
        drawn = _Week.of(loaded, name, own, first.date() if first else None, overrides.get(name))
        print(json.dumps(drawn.to_json())) if as_json else drawn.print(Console())
        if picture:
            save(drawn.picture(), picture)


def _overrides(settings: Settings) -> dict[str, Override]:
    """What people have said, where a deployed stack can be asked; none where it cannot."""
    try:
        pipeline = find_pipeline(boto3.client("cloudformation", config=_HASTY), settings)
        records = Records(boto3.client("s3", config=_HASTY), pipeline.bucket, pipeline.key_arn)
        found = {route.name: records.override(route.name) for route in pipeline.routes}
    except (Problem, ClientError, BotoCoreError):
        print("from the settings alone: no deployed stack could be asked for overrides", file=Console(stderr=True).file)
        return {}
    return {name: override for name, override in found.items() if override}


@dataclass(frozen=True)
class _Week:
    """A route's days, with what they cost. Only project versions have a price here; an endpoint's is its instance's."""

    name: str
    own: RouteSettings
    settings: Settings
    days: tuple[Day, ...]
    override: Override | None

    @classmethod
    def of(
        cls, settings: Settings, name: str, own: RouteSettings, first: date | None, override: Override | None
    ) -> "_Week":
        begin = first or own.policy.local(datetime.now(UTC)).date()
        return cls(name, own, settings, tuple(days(own.policy, begin, 7, override)), override)

    @property
    def _price(self) -> Price:
        versions, units = sum(model.backend == REKOGNITION for model in self.own.models), self.own.policy.units
        return Price(versions * units.min, versions * units.max, self.settings.prices.inference_unit_hour)

    def _usd(self, day: Day) -> tuple[float, float]:
        cap = self.own.policy.cap.day
        return self._price.sure(day, cap), self._price.at_most(day, cap)

    @property
    def _sum(self) -> str:
        """Of each month no more than its cap."""
        cap, price = self.own.policy.cap.month, self._price.usd
        months = groupby(self.days, lambda day: day.date.month)
        sums = [[sum(each) for each in zip(*map(self._usd, days), strict=True)] for _, days in months]
        capped = sums if cap is None else [[min(each, cap * price) for each in both] for both in sums]
        return f"the week: {_money(*map(sum, zip(*capped, strict=True)))}"

    @property
    def _heading(self) -> str:
        return f"route {self.name}, from {self.days[0].date} on, {self.own.policy.time_zone}"

    def _remarks(self) -> Iterator[str]:
        cap, prices = self.own.policy.cap, self.settings.prices
        caps = [f"{most:g} a {each}" for each, most in (("day", cap.day), ("month", cap.month)) if most is not None]
        if caps:
            yield f"caps of inference-unit hours: {', '.join(caps)}"
        if any(model.backend != REKOGNITION for model in self.own.models):
            yield "without the price of its endpoints, which their instances have"
        yield f"USD {prices.inference_unit_hour:.2f} a unit and hour, as of {prices.as_of}"
        for day in self.days:
            if day.length != 24:
                yield f"{day.date:%a %d %b} has {day.length:g} h: the clock is changed"

    def _said(self) -> str:
        order = self.override
        if order is None:
            return ""
        end = f"until {self.own.policy.local(order.until):%a %d %b %H:%M}" if order.until else "until taken back"
        return f"{order.who} said {order.want}, {end}"

    def print(self, console: Console) -> None:
        console.print(Text(self._heading, "bold"))
        console.print(Text(" " * 11 + "".join(f"{hour:<6}" for hour in range(0, 24, 3)) + "24", "dim"))
        for day in self.days:
            console.print(Text(f"{day.date:%a %d %b} ") + _cells(day) + f" {_money(*self._usd(day))}", soft_wrap=True)
        by_word = f"   ◆ on, ◇ off: {self._said()}" if self.override else ""
        console.print(Text(f"█ on for sure   ░ if work asks for it   · never{by_word}", "dim"), soft_wrap=True)
        console.print(f"{self._sum}; {'; '.join(self._remarks())}\n", highlight=False, soft_wrap=True)

    def picture(self) -> Image:
        rows = [
            DrawnDay(f"{day.date:%a %d %b}", [_drawn_span(span) for span in day.spans], _money(*self._usd(day)))
            for day in self.days
        ]
        subtitle = "; ".join(filter(None, [self._sum, self._said()]))
        return week_picture(rows, title=self._heading, subtitle=subtitle, footer="; ".join(self._remarks()))

    def to_json(self) -> dict[str, object]:
        return {
            "route": self.name,
            "time_zone": self.own.policy.time_zone,
            "days": [
                {
                    "date": day.date.isoformat(),
                    "hours": day.length,
                    **{f"{kind}_hours": round(day.hours(kind), 3) for kind in Kind},
                    "usd_sure": round(self._usd(day)[0], 2),
                    "usd_at_most": round(self._usd(day)[1], 2),
                    "spans": [
                        {"begin": s.begin.isoformat(), "end": s.end.isoformat(), "kind": s.kind, "ordered": s.ordered}
                        for s in day.spans
                    ],
                }
                for day in self.days
            ],
        }


_SIGNS = {
    (Kind.ON, False): "█",
    (Kind.MAY, False): "░",
    (Kind.NEVER, False): "·",
    (Kind.ON, True): "◆",
    (Kind.NEVER, True): "◇",
}
_STYLES = {"█": "green", "░": "green", "·": "dim", "◆": "yellow", "◇": "yellow"}
_STRENGTH = (Kind.NEVER, Kind.MAY, Kind.ON)


def _cells(day: Day) -> Text:
    """Half an hour each, on the wall clock: the most that happens in it. What the clock skips is empty."""
    text = Text()
    for cell in range(48):
        begin, end = cell / 2, (cell + 1) / 2
        met = [s for s in map(_drawn_span, day.spans) if s.begin < end and s.begin + s.hours > begin]
        strongest = max(met, key=lambda span: _STRENGTH.index(Kind(span.kind)), default=None)
        sign = _SIGNS[Kind(strongest.kind), strongest.ordered] if strongest else " "
        text.append(sign, _STYLES.get(sign, ""))
    return text


def _drawn_span(span: Span) -> DrawnSpan:
    return DrawnSpan(span.begin.hour + span.begin.minute / 60, span.hours, span.kind.value, span.ordered)


def _money(sure: float, most: float) -> str:
    return f"USD {sure:,.0f}" if sure == most else f"USD {sure:,.0f} to {most:,.0f}"
