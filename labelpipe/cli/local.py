"""labelpipe local: a local AWS with the pipeline in it, kept running."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile, Yes
from labelpipe.core.errors import Problem
from labelpipe.local import lasting, paths
from labelpipe.local.lasting import Lasting
from labelpipe.local.phases import Phases

app = typer.Typer(no_args_is_help=True, help="A local AWS with the pipeline in it, kept running.")


@app.callback()
def _group() -> None:
    """A local AWS with the pipeline in it, kept running."""


@app.command()
def up(
    settings: SettingsFile = DEFAULT_SETTINGS,
    port: Annotated[
        int | None,
        typer.Option(min=1024, max=65534, help="Port of the local AWS; the stand-in takes the next one. Kept."),
    ] = None,
    rekognition_endpoint: Annotated[
        str | None, typer.Option(help="Leave the stand-in out, and send the functions to this service.")
    ] = None,
) -> None:
    """Start it, deploy the settings to it, and keep it running. Run it again after a change of settings or code."""
    if rekognition_endpoint and not rekognition_endpoint.startswith(("http://", "https://")):
        raise Problem(
            f"--rekognition-endpoint '{rekognition_endpoint}' is no URL: it should begin with http:// or https://"
        )
    started = lasting.up(settings, port=port, rekognition=rekognition_endpoint, phases=Phases(Console(stderr=True)))
    _explain(started)


@app.command()
def status(as_json: Json = False) -> None:
    """Say what runs, and where."""
    running = lasting.require_up()
    if as_json:
        print(json.dumps(running.to_status(), indent=2))
    else:
        _explain(running)


@app.command()
def down(
    delete: Annotated[
        bool, typer.Option("--delete", help="Also delete all that is in it, and begin afresh next time.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Stop it. What is in it, and its ports, are kept for the next time."""
    if delete and not yes:
        typer.confirm("Delete the local bucket, its images and results, and the trained models?", abort=True)
    stopped = lasting.delete() if delete else lasting.down()
    print(f"stopped {' and '.join(stopped)}" if stopped else "nothing was running")


def _explain(running: Lasting) -> None:
    """For a person: what to paste into a shell, and what to do then."""
    facts = running.to_status()
    for name, value in running.cloud.exports().items():
        print(f"export {name}={value}")
    print(f"export BUCKET={facts['bucket']}")
    prefix = facts["routes"][0]["prefix"]
    sample = next(iter(sorted(map(paths.near, (paths.LOCAL / "images").glob("**/*.jpg")))), Path("image.jpg"))
    print(
        f"\n# paste the lines above into a shell, then for example:\n#   aws s3 cp {sample} s3://$BUCKET/{prefix}first.jpg"
    )
    print(
        f"#   aws s3 cp s3://$BUCKET/{prefix}first.jpg.json -      # within about two minutes: the model starts first"
    )
    if "standin" not in running.processes:
        print("# images of a route without a release wait: labelpipe release set ROUTE ARN")
