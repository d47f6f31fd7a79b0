"""Pictures that commands write."""

from contextlib import suppress
from os import getpid
from pathlib import Path
from typing import Annotated

import typer
from PIL.Image import Image

from labelpipe.core.errors import Problem


def _png(path: Path | None) -> Path | None:
    """Refused before anything is computed."""
    if path and path.suffix.lower() != ".png":
        raise Problem(f"--picture {path}: pictures are PNG: name a file that ends in .png")
    if path and path.is_dir():
        raise Problem(f"--picture {path}: it is a folder: name a file in it")
    if path and not path.absolute().parent.is_dir():
        raise Problem(f"--picture {path}: there is no folder {path.parent}: make it first")
    return path


Picture = Annotated[
    Path | None, typer.Option("--picture", metavar="FILE.png", callback=_png, help="Draw it into a file, too.")
]


def save(picture: Image, path: Path) -> None:
    """All of it, or what was there before."""
    part = path.with_name(f".{path.name}.{getpid()}")
    try:
        picture.save(part, "PNG")
        part.replace(path)
    except OSError as error:
        raise Problem(f"--picture {path}: {error.strerror}: name a file that can be written") from error
    finally:
        with suppress(OSError):
            part.unlink()
