"""Where the labelpipe command begins: all else is imported in here, since importing takes a second of its own."""

import sys


def main() -> None:
    """Run the command. Interrupted while it is still being imported, it ends without a word."""
    try:
        from labelpipe.cli.main import main as run  # noqa: PLC0415 (the import is what may be interrupted)
    except KeyboardInterrupt:
        sys.exit(130)
    run()
