"""`python -m tests.unit.lambdas.inference.interleavings [--long]`: explore, and print what was seen."""

import sys
import time

from tests.unit.lambdas.inference.interleavings.scenarios import LONG, SHORT
from tests.unit.lambdas.inference.interleavings.search import explore

ROW = "{:<58}{:>12}{:>12}{:>8}{:>10}{:>9}{:>8}"


def main() -> None:
    print(ROW.format("scenario", "states", "transitions", "finals", "handler's", "longest", "seconds"))
    totals = [0, 0, 0]
    for scenario in (*SHORT, *(LONG if "--long" in sys.argv else ())):
        started = time.monotonic()
        count = explore(scenario)
        seen = (count.states, count.transitions, count.finals)
        totals = [total + each for total, each in zip(totals, seen, strict=True)]
        seconds = f"{time.monotonic() - started:.1f}"
        print(ROW.format(scenario.name, *seen, count.handlers, count.longest, seconds), flush=True)
    print(ROW.format("in all", *totals, "", "", ""))


main()
