"""labelpipe results: what was stored beside the images."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from labelpipe.aws.results import Results
from labelpipe.cli.complaints import explain
from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile, Yes
from labelpipe.cli.thresholds import Thresholds, read_thresholds
from labelpipe.core.errors import Problem
from labelpipe.core.rejudging import Judge, by_hand, by_release
from labelpipe.operations.pipeline import DeployedRoute, Pipeline, find_pipeline
from labelpipe.operations.rejudging import Progress, Rejudging
from labelpipe.operations.releases import Releases
from labelpipe.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="What is stored beside the images.")

_SAID = {
    "rewritten": "under the new thresholds",
    "same": "stood so already",
    "no_labels": "REJECTED or FAILED: no labels",
    "other_version": "answered by another version: left as they are",
    "kept_too_high": "a threshold is below what was kept (KeptFrom): left; upload those images again to ask the model",
    "foreign": "JSON that labelpipe did not write: left",
    "gone": "deleted meanwhile",
}


@app.callback()
def _group() -> None:
    """What is stored beside the images."""


@app.command()
def rethreshold(
    route: Annotated[str | None, typer.Argument(help="May be left out when there is one.")] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[LABEL=]NUMBER",
            help="Of one label, or of all others; 0 to 100, may be said again. Without it: the current release's.",
        ),
    ] = None,
    prefix: Annotated[str | None, typer.Option(help="Only results below it, within the route's own.")] = None,
    after: Annotated[str | None, typer.Option(help="Go on after this key, as an interrupted run has said.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would change.")] = False,
    yes: Yes = False,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """Judge stored results by new thresholds, asking no model: labels move between CustomLabels and BelowThreshold."""
    loaded, s3 = load_settings(settings), boto3.client("s3")
    given = read_thresholds(threshold or [])
    pipeline = find_pipeline(boto3.client("cloudformation"), loaded)
    deployed = pipeline.route(route)
    below = _within(deployed, prefix)
    judge, release = _judge(pipeline, deployed, s3, given)
    if not (yes or dry_run):
        by = f"the thresholds of {release}" if release else f"{given}"
        typer.confirm(f"Rewrite the results below {below} in {pipeline.bucket} by {by}?", abort=True, err=True)
    results = Results(s3, pipeline.bucket, pipeline.key_arn)
    rejudging = Rejudging(s3, results, pipeline.bucket, judge, release, write=not dry_run)
    progress = Progress()
    with _shown(progress) as tell, _resumable(progress):
        rejudging.run(below, after, progress, tell)
    _report(deployed, progress, release, dry_run=dry_run, as_json=as_json)


def _within(route: DeployedRoute, prefix: str | None) -> str:
    if prefix and not prefix.startswith(route.prefix):
        raise Problem(f"--prefix '{prefix}' is not below '{route.prefix}', where route {route.name} has its images")
    return prefix or route.prefix


def _judge(pipeline: Pipeline, route: DeployedRoute, s3: Any, given: Thresholds | None) -> tuple[Judge, str | None]:
    """By hand, or by the current release, which the results name from then on."""
    if given:
        return by_hand(given.labels, given.default), None
    release = Releases(pipeline, route, s3, boto3.client("ssm")).current()
    if release is None:
        raise Problem(f"route {route.name} has no release whose thresholds to take: say --threshold LABEL=NUMBER")
    return by_release(release), release.id


@contextmanager
def _shown(progress: Progress) -> Iterator[Callable[[], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("listing results")

        def tell() -> None:
            bar.update(task, description=f"{progress.examined} results, {progress.counts['rewritten']} to change")

        yield tell


@contextmanager
def _resumable(progress: Progress) -> Iterator[None]:
    """However it ends early, say how to go on."""
    try:
        yield
    except (Problem, ClientError, BotoCoreError, KeyboardInterrupt) as error:
        if progress.last_key is None:
            raise
        why = explain(error) if isinstance(error, (ClientError, BotoCoreError)) else str(error) or "interrupted"
        done = f"{progress.examined} results are done: go on with --after '{progress.last_key}'"
        raise Problem(f"{why}\n{done}") from error


def _report(route: DeployedRoute, progress: Progress, release: str | None, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        counts = {name: progress.counts[name] for name in _SAID}
        known = {"route": route.name, "release": release, "dry_run": dry_run, "examined": progress.examined}
        print(json.dumps(known | counts | {"last_key": progress.last_key}))
        return
    print(f"{progress.examined} results{': nothing was written' if dry_run else ''}")
    for name, meaning in _SAID.items():
        if count := progress.counts[name]:
            print(f"  {count:>7} {meaning}")
    if not release and progress.counts["rewritten"] and not dry_run:
        print(f"new images are still judged by the release: labelpipe release set {route.name} ARN --threshold NUMBER")
