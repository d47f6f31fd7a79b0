"""A function's bundle: its wheels and our own files, in a folder named by their content."""

import os
import shutil
from pathlib import Path

from stacks.bundling.ships import Bundle
from stacks.bundling.target import Target
from stacks.bundling.wheels import BUILD, digest, once, wheels


def stage(bundle: Bundle, target: Target) -> Path:
    """The folder to zip. Its name changes exactly when its content does."""
    third_party = wheels(bundle, target)
    own = {str(path): (bundle.root / path).read_text(encoding="utf-8") for path in bundle.own_files()}
    key = digest(third_party.name, *(text for file in own.items() for text in file))
    return once(BUILD / "bundles" / f"{bundle.function}-{key}", lambda folder: _fill(folder, third_party, own))


def _fill(folder: Path, third_party: Path, own: dict[str, str]) -> None:
    # Links instead of copies: the wheels are the same in every bundle.
    shutil.copytree(third_party, folder, copy_function=os.link, dirs_exist_ok=True)
    for path, text in own.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
