"""Where things are: the project's own files, and what running it locally makes."""

from pathlib import Path

from labelpipe.core.errors import Problem

ROOT = Path(__file__).resolve().parents[2]
"""The clone: `labelpipe` is installed from it, in place, since deploying needs app.py and the lambdas beside it."""

LOCAL_PYTHON = ROOT / ".venv-local/bin/python"
CDK = ROOT / "node_modules/.bin/cdk"
LOCAL = ROOT / ".local"
DEMO = ROOT / "build/demo"
DEMO_SETTINGS = Path(__file__).with_name("demo.toml")


def near(path: Path) -> Path:
    """As a person in the current folder would write it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def require_installed() -> None:
    """Raise a Problem when `make install` has not made what a local AWS needs."""
    for path in (ROOT / "app.py", LOCAL_PYTHON, CDK):
        if not path.exists():
            raise Problem(f"{path} is missing: run 'make install' in {ROOT}")


def make_folder(path: Path) -> Path:
    """Make a folder, or raise a Problem that says why it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / ".writable").touch()
        (path / ".writable").unlink()
    except OSError as error:
        raise Problem(
            f"cannot write in {path} ({error.strerror}): give yourself the right to, or use a clone of your own"
        ) from None
    return path
