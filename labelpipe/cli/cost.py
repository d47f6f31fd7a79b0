"""labelpipe cost: what running models costs."""

import typer

from labelpipe.cli import planning, spending

app = typer.Typer(no_args_is_help=True, help="What running models costs.")
app.command()(spending.report)
app.command()(planning.plan)


@app.callback()
def _group() -> None:
    """What running models costs."""
