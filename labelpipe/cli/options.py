"""Options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

SettingsFile = Annotated[Path, typer.Option("--settings", help="The settings file.", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="Print for a program instead of a person.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

DEFAULT_SETTINGS = Path("pipeline.toml")
