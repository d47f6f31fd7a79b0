"""labelpipe demo: the whole pipeline on this machine."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from labelpipe.core.errors import Problem
from labelpipe.local.demo import Demo, run_demo
from labelpipe.local.material import drawn_material, own_material
from labelpipe.local.paths import near
from labelpipe.local.report import specimen, table

GOOD_F1 = 0.8
"""What the demo promises on the images that it draws itself."""


def command(
    images: Annotated[Path | None, typer.Option(help="A folder of your own images, instead of drawn ones.")] = None,
    annotations: Annotated[
        Path | None,
        typer.Option(help="Their boxes: a folder of Pascal VOC files, or a manifest. Default: among the images."),
    ] = None,
) -> None:
    """Run everything on this machine: deploy to a local AWS, train, start the model, take images in, show the JSON."""
    if annotations and not images:
        raise Problem("--annotations belongs to --images: say which images they are of")
    own = images and own_material(images, annotations)
    prepare = partial(lambda material, _folder: material, own) if own else drawn_material
    demo = run_demo(Console(stderr=True), prepare)
    _show(demo)
    if complaint := _complaint(demo):
        raise Problem(complaint)


def _show(demo: Demo) -> None:
    console, summary = Console(), demo.summary
    console.print()
    console.print(specimen(demo.answers), soft_wrap=True)
    console.print()
    console.print(table(demo.answers))
    f1 = "" if summary.f1 is None else f"   F1 {summary.f1:.2f}"
    console.print(
        f"\n{summary.images} images: {summary.succeeded} labelled, {summary.rejected} refused, "
        f"{summary.failed} failed, {summary.missing} missing{f1}\n"
        f"{summary.seconds:.0f} s, of which the model ran {60 * summary.model_running_minutes:.0f} s",
        highlight=False,
    )
    sheet, results = near(demo.sheet), near(demo.sheet.with_name("results"))
    console.print(f"Look at {sheet}; every JSON is in {results}", highlight=False, soft_wrap=True)


def _complaint(demo: Demo) -> str | None:
    """Why this was no success; None when it was one."""
    summary = demo.summary
    if summary.unexpected:
        return f"{summary.unexpected} of {summary.images} images did not get the status expected of them: see the table"
    if demo.drawn and (summary.f1 is None or summary.f1 < GOOD_F1):
        return f"F1 on the drawn images is {summary.f1}, under {GOOD_F1}: the engine has learnt too little"
    return None
