"""labelpipe release: which model versions answer for a route."""

import json
from dataclasses import asdict
from typing import Annotated

import boto3
import typer

from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile
from labelpipe.core.errors import Problem
from labelpipe.core.releases import VersionArn
from labelpipe.operations.pipeline import find_pipeline
from labelpipe.operations.releases import Releases, release_versions
from labelpipe.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Which model versions answer for a route.")


@app.callback()
def _group() -> None:
    """Which model versions answer for a route."""


@app.command("set", no_args_is_help=True)
def set_(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ROUTE] [ARN]...",
            help="The route, if there are several, and a version ARN for each model of Rekognition.",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=100, help="Confidence from which labels count, instead of those that training found."),
    ] = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: Json = False,
) -> None:
    """Let these versions, and the settings' endpoints, answer from now on. Waiting images begin to move."""
    loaded = load_settings(settings)
    name, arns = _split(words or [])
    if not arns and not any(model.endpoint for route in loaded.routes.values() for model in route.models):
        raise Problem("say which version shall answer: labelpipe release set ROUTE ARN")
    pipeline = find_pipeline(boto3.client("cloudformation"), loaded)
    route = pipeline.route(name)
    releases = Releases(pipeline, route, boto3.client("s3"), boto3.client("ssm"))
    wanted = loaded.routes[route.name].models
    rekognition, sagemaker = boto3.client("rekognition"), boto3.client("sagemaker")
    release = release_versions(releases, wanted, arns, rekognition, threshold, sagemaker)
    if as_json:
        print(json.dumps(asdict(release)))
        return
    print(f"{release.id} answers for {route.prefix} from now on")
    for model in release.models:
        thresholds = ", ".join(f"{label} {value:.1f}" for label, value in model.thresholds.items())
        print(
            f"  {model.name}: {model.version_arn}\n"
            f"    thresholds: {thresholds or f'all labels {model.default_threshold:g}'}"
        )


def _split(words: list[str]) -> tuple[str | None, list[VersionArn]]:
    """The route, when the first word is no ARN, and the ARNs."""
    name, texts = (words[0], words[1:]) if words and not words[0].startswith("arn:") else (None, words)
    try:
        return name, [VersionArn.parse(text) for text in texts]
    except ValueError as error:
        raise Problem(str(error)) from None
