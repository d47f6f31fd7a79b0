"""Pictures that commands write."""

from pathlib import Path
from typing import Annotated

import typer
from PIL.Image import Image

from labelpipe.core.errors import Problem

Picture = Annotated[Path | None, typer.Option("--picture", metavar="FILE.png", help="Draw it into a file, too.")]


def save(picture: Image, path: Path) -> None:
    """As PNG, whatever it is called."""
    try:
        picture.save(path, "PNG")
    except OSError as error:
        raise Problem(f"--picture {path}: {error.strerror}: name a file that can be written") from error
