"""Third-party code for a target: installed by uv from a lock with hashes, trimmed, and kept for the next time."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from labelpipe.core.errors import Problem
from stacks.bundling import models
from stacks.bundling.ships import ROOT, Bundle
from stacks.bundling.target import Target

BUILD = ROOT / "build"

_UNUSED = (
    "*.dist-info",
    "bin",
    ".lock",
    "**/*.pyi",
    "**/py.typed",
    "**/__pycache__",
    "botocore/data/*/*/examples-1.json*",
)


def wheels(bundle: Bundle, target: Target) -> Path:
    """A folder with the third-party code of bundle. Nothing in it depends on when or where it was made."""
    makers = (Path(file).read_text() for file in (__file__, models.__file__))
    key = digest(*(lock.read_text() for lock in bundle.locks), target.identity, *bundle.services, *makers)
    return once(BUILD / "wheels" / f"{bundle.function}-{key}", lambda folder: _install(bundle, target, folder))


def digest(*texts: str) -> str:
    """Short enough for a folder's name."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def once(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Fill a folder, unless it is there. It appears whole or not at all, also when two do this at the same time."""
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as making:
        made = Path(making) / "whole"
        made.mkdir()
        fill(made)
        _readable(made)
        try:
            made.rename(folder)
        except OSError:  # another was quicker: the content is the same
            if not folder.exists():
                raise
    return folder


def _readable(folder: Path) -> None:
    """For Lambda, which runs as another user: the zip keeps the modes, whatever the umask of whoever makes it."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _install(bundle: Bundle, target: Target, folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--link-mode", "copy"]  # what is linked has uv's own modes, and would change them in uv's cache
    command += [*target.options, "--target", folder, *(f"--requirement={lock}" for lock in bundle.locks)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Problem(f"no uv beside {sys.executable}; run 'make install', and use the Python of .venv") from None
    if done.returncode:
        reason = " ".join(done.stderr.split())[-300:]
        locks = " and ".join(str(lock.relative_to(ROOT)) for lock in bundle.locks)
        raise Problem(f"could not install {locks} for {target.identity}: {reason}; try again")
    _trim(bundle, folder)


def _trim(bundle: Bundle, folder: Path) -> None:
    unused = [path for pattern in _UNUSED for path in folder.glob(pattern)]
    data = folder / "botocore" / "data"
    unused += [path for path in data.iterdir() if path.is_dir() and path.name not in bundle.services]
    unused += [old for service in bundle.services for old in sorted((data / service).iterdir())[:-1]]
    for path in unused:
        _remove(path)
    models.cut_down(data, bundle.services)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
