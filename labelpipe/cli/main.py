"""The command's top: groups of commands, and one funnel through which every complaint reaches a person."""

import signal
import sys
from types import FrameType

import typer
from botocore.exceptions import BotoCoreError, ClientError

from labelpipe.cli import cost, demo, local, model, release, results, schedule, settings, standin
from labelpipe.cli.complaints import explain
from labelpipe.core.errors import Problem

app = typer.Typer(
    name="labelpipe",
    help="A bucket of uploaded images into trustworthy labels, with Amazon Rekognition Custom Labels.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.command)
app.add_typer(cost.app, name="cost")
app.add_typer(local.app, name="local")
app.add_typer(model.app, name="model")
app.add_typer(release.app, name="release")
app.add_typer(results.app, name="results")
app.add_typer(schedule.app, name="schedule")
app.add_typer(settings.app, name="settings")
app.add_typer(standin.app, name="standin")


def main() -> None:
    """Run the command: 0 when all is well, 1 with one line on stderr for what a person can mend."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        app()
    except Problem as problem:
        _complain(str(problem))
    except (ClientError, BotoCoreError) as error:
        _complain(explain(error))


def _complain(text: str) -> None:
    for line in text.splitlines():
        print(f"labelpipe: {line}", file=sys.stderr)
    sys.exit(1)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Being ended is like Ctrl-C: everything that we started is stopped on the way out."""
    raise KeyboardInterrupt
