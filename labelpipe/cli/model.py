"""labelpipe model: what a route's models do, and a person's word over its policy."""

import getpass
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import boto3
import typer

from labelpipe.aws.records import Records
from labelpipe.cli import looking
from labelpipe.cli.moments import read_moment
from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile, Yes
from labelpipe.core.control.overrides import Override
from labelpipe.core.releases import REKOGNITION
from labelpipe.operations.pipeline import DeployedRoute, find_pipeline
from labelpipe.settings import RouteSettings, Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="What a route's models do, and your word over the policy.")
app.command()(looking.status)
app.command()(looking.explain)

Route = Annotated[str | None, typer.Argument(help="May be left out when there is one.")]
Until = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="When it ends: 18:00 (the route's clock), '2026-12-24 18:00', or 2h."),
]


@app.callback()
def _group() -> None:
    """What a route's models do, and your word over the policy."""


@app.command()
def start(
    route: Route = None,
    until: Until = None,
    yes: Yes = False,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """Let them run, whatever the policy says; only a used-up cap is stronger. It costs money until it ends."""
    target = _target(settings, route)
    order = target.order("start", until)
    if not yes:
        typer.confirm(f"Run {target.models} {_end(order, target)}, for {target.price}?", abort=True, err=True)
    _give(target, order, as_json)


@app.command()
def stop(
    route: Route = None, until: Until = None, settings: SettingsFile = DEFAULT_SETTINGS, as_json: Json = False
) -> None:
    """Stop them, and keep them off. Work waits meanwhile."""
    target = _target(settings, route)
    _give(target, target.order("stop", until), as_json)


@app.command()
def auto(route: Route = None, settings: SettingsFile = DEFAULT_SETTINGS, as_json: Json = False) -> None:
    """Take the word back: the policy alone decides again."""
    _give(_target(settings, route), None, as_json)


@dataclass(frozen=True)
class _Target:
    """A deployed route, and where its override is kept."""

    records: Records
    route: DeployedRoute
    settings: Settings

    @property
    def _own(self) -> RouteSettings:
        return self.settings.routes[self.route.name]

    @property
    def models(self) -> str:
        names = [model.name for model in self._own.models]
        return f"model{'s' * (len(names) > 1)} {', '.join(names)} of route {self.route.name}"

    @property
    def price(self) -> str:
        versions = sum(model.backend == REKOGNITION for model in self._own.models)
        usd = self._own.policy.units.min * versions * self.settings.prices.inference_unit_hour
        parts = [f"about USD {usd:.2f} an hour"] * (versions > 0)
        parts += ["what the instances of its endpoints cost"] * (versions < len(self._own.models))
        return " and ".join(parts)

    def local(self, moment: datetime) -> datetime:
        return self._own.policy.local(moment)

    def order(self, want: Literal["start", "stop"], until: str | None) -> Override:
        now = datetime.now(UTC)
        end = read_moment(until, self.local(now)).astimezone(UTC) if until else None
        return Override(want, end, getpass.getuser(), now)


def _target(settings_file: Path, name: str | None) -> _Target:
    settings = load_settings(settings_file)
    pipeline = find_pipeline(boto3.client("cloudformation"), settings)
    records = Records(boto3.client("s3"), pipeline.bucket, pipeline.key_arn)
    return _Target(records, pipeline.route(name), settings)


def _give(target: _Target, order: Override | None, as_json: bool) -> None:
    target.records.order(target.route.name, order)
    if as_json:
        known = {"route": target.route.name, "want": order.want if order else "auto"}
        print(json.dumps(known | {"until": order.until.isoformat() if order and order.until else None}))
    elif order is None:
        print(f"the policy of route {target.route.name} decides again, within a minute")
    else:
        action = "run" if order.want == "start" else "stop, and stay off,"
        print(f"{target.models}: {action} from the next minute on, {_end(order, target)}")


def _end(order: Override, target: _Target) -> str:
    if order.until is None:
        return f"until 'labelpipe model auto {target.route.name}'"
    return f"until {target.local(order.until):%Y-%m-%d %H:%M %Z}"
