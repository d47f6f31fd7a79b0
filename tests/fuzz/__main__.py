"""python -m tests.fuzz --requests 50000 --seed 1: exit 1 when a reply or the server is not as it should be."""

import argparse
import sys

from rich.console import Console

from tests.fuzz import report
from tests.fuzz.campaign import CALLERS, run


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description="Seeded nonsense for the stand-in.")
    parser.add_argument("--requests", type=int, default=50_000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed asks the same of the same names")
    parser.add_argument("--callers", type=int, default=CALLERS, help="at once; with 1 every run is alike")
    options = parser.parse_args()
    told = run(options.seed, options.requests, options.callers)
    report.show(told, Console(soft_wrap=True))
    return 1 if told.faults else 0


if __name__ == "__main__":
    sys.exit(main())
