"""A function's bundle: its wheels and our own files, in a folder named by their content."""

import os
import shutil
from pathlib import Path

from stacks.bundling.ships import ROOT, Bundle
from stacks.bundling.target import Target
from stacks.bundling.wheels import BUILD, digest, once, wheels


def stage(bundle: Bundle, target: Target) -> Path:
    """The folder to zip. Its name changes exactly when its content does."""
    third_party = wheels(bundle, target)
    own = list(bundle.own_files())
    contents = [text for path in own for text in (str(path), (ROOT / path).read_text(encoding="utf-8"))]
    key = digest(third_party.name, *contents)
    return once(BUILD / "bundles" / f"{bundle.function}-{key}", lambda folder: _fill(folder, third_party, own))


def _fill(folder: Path, third_party: Path, own: list[Path]) -> None:
    # Links instead of copies: the wheels are the same in every bundle.
    shutil.copytree(third_party, folder, copy_function=os.link, dirs_exist_ok=True)
    for path in own:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
