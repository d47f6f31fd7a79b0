"""labelpipe standin: the double of Custom Labels, on its own."""

from pathlib import Path
from typing import Annotated

import typer

from labelpipe.local import paths
from labelpipe.standin.__main__ import main as serve_until_ended

app = typer.Typer(no_args_is_help=True, help="A double of Custom Labels that really learns, for this machine only.")


@app.callback()
def _group() -> None:
    """A double of Custom Labels that really learns, for this machine only."""


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 4667,
    state: Annotated[Path, typer.Option(help="Folder that keeps projects and models.")] = Path(".local/standin"),
    s3_endpoint_url: Annotated[str | None, typer.Option(help="S3 to read images from, if not as boto3 says.")] = None,
    cloudwatch_endpoint_url: Annotated[
        str | None, typer.Option(help="CloudWatch that hears each minute what runs, if any.")
    ] = None,
    start_seconds: Annotated[float, typer.Option(min=0, help="From STARTING to RUNNING.")] = 4,
    stop_seconds: Annotated[float, typer.Option(min=0, help="From STOPPING to STOPPED.")] = 1,
    faults: Annotated[str, typer.Option(help="What is to go wrong, in JSON as PUT /_standin/faults takes it.")] = "",
) -> None:
    """Serve until Ctrl-C. Clients reach it with AWS_ENDPOINT_URL_REKOGNITION, _SAGEMAKER and _SAGEMAKER_RUNTIME."""
    arguments = ["--port", str(port), "--state", str(paths.make_folder(state))]
    arguments += ["--start-seconds", str(start_seconds), "--stop-seconds", str(stop_seconds), "--faults", faults]
    if s3_endpoint_url:
        arguments += ["--s3-endpoint-url", s3_endpoint_url]
    if cloudwatch_endpoint_url:
        arguments += ["--cloudwatch-endpoint-url", cloudwatch_endpoint_url]
    raise typer.Exit(serve_until_ended(arguments))
