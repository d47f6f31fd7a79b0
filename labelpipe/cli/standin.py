"""labelpipe standin: the double of Custom Labels, on its own."""

from pathlib import Path
from typing import Annotated, Any

import typer

from labelpipe.standin.__main__ import HIGHEST_PORT, LASTS, LONGEST
from labelpipe.standin.__main__ import main as serve_until_ended
from labelpipe.standin.lifecycle import REALISTIC, Delays

app = typer.Typer(no_args_is_help=True, help="A double of Custom Labels that really learns, for this machine only.")


@app.callback()
def _group() -> None:
    """A double of Custom Labels that really learns, for this machine only."""


def _lasting(name: str) -> Any:
    short, long = (getattr(delays, name) for delays in (Delays(), REALISTIC))
    text = f"Seconds {LASTS[name]}: {short:g}, or {long:g} with --realistic, if not given."
    return typer.Option(min=0, max=LONGEST, rich_help_panel="How long", help=text)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=HIGHEST_PORT, help="Port on 127.0.0.1; 0 takes a free one.")] = 4667,
    state: Annotated[Path, typer.Option(help="Folder that keeps projects and models.")] = Path(".local/standin"),
    s3_endpoint_url: Annotated[str | None, typer.Option(help="S3 to read images from, if not as boto3 says.")] = None,
    cloudwatch_endpoint_url: Annotated[
        str | None, typer.Option(help="CloudWatch that hears each minute what runs, if any.")
    ] = None,
    realistic: Annotated[
        bool,
        typer.Option(
            "--realistic",
            rich_help_panel="How long",
            help="Let all last as in the service: a start 15 minutes, a training 30 at least. Try it with --speed.",
        ),
    ] = False,
    speed: Annotated[
        float,
        typer.Option(
            min=0, max=LONGEST, rich_help_panel="How long", help="Seconds of the service in a real one; 0: time stands."
        ),
    ] = 1,
    start_seconds: Annotated[float | None, _lasting("start")] = None,
    stop_seconds: Annotated[float | None, _lasting("stop")] = None,
    training_seconds: Annotated[float | None, _lasting("training")] = None,
    dataset_seconds: Annotated[float | None, _lasting("dataset")] = None,
    copy_seconds: Annotated[float | None, _lasting("copy")] = None,
    delete_seconds: Annotated[float | None, _lasting("delete")] = None,
    project_seconds: Annotated[float | None, _lasting("project")] = None,
    faults: Annotated[str, typer.Option(help="What is to go wrong, in JSON as PUT /_standin/faults takes it.")] = "",
    limits: Annotated[
        str, typer.Option(help='Quotas, in JSON as PUT /_standin/limits takes them, or "off"; otherwise AWS\'s.')
    ] = "",
) -> None:
    """Serve until Ctrl-C. Clients reach it with AWS_ENDPOINT_URL_REKOGNITION, _SAGEMAKER and _SAGEMAKER_RUNTIME.

    While it serves, /_standin/clock turns its time forward, and /_standin/limits, /_standin/faults and
    /_standin/statuses change what it says.
    """
    given = {
        "--port": port,
        "--state": state,
        "--s3-endpoint-url": s3_endpoint_url,
        "--cloudwatch-endpoint-url": cloudwatch_endpoint_url,
        "--speed": speed,
        "--start-seconds": start_seconds,
        "--stop-seconds": stop_seconds,
        "--training-seconds": training_seconds,
        "--dataset-seconds": dataset_seconds,
        "--copy-seconds": copy_seconds,
        "--delete-seconds": delete_seconds,
        "--project-seconds": project_seconds,
        "--faults": faults or None,
        "--limits": limits or None,
    }
    arguments = [word for name, value in given.items() if value is not None for word in (name, str(value))]
    raise typer.Exit(serve_until_ended([*arguments, *(["--realistic"] if realistic else [])]))
