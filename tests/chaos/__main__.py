"""python -m tests.chaos --runs 1000 --seed 1: so many simulated fortnights, each with its own seed."""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from rich.console import Console

from tests.chaos import report
from tests.chaos.outcome import Outcome
from tests.chaos.plan import make_plan
from tests.chaos.run import Run


def main() -> int:
    options = _parser().parse_args()
    console = Console(soft_wrap=True)
    if options.story:
        return _tell(options.seed, options.days, console)
    seeds = range(options.seed, options.seed + options.runs)
    with ProcessPoolExecutor(options.jobs) as pool:
        outcomes = []
        for each in pool.map(partial(one, days=options.days), seeds, chunksize=4):
            outcomes.append(each)
            if len(outcomes) % 50 == 0:
                print(f"{len(outcomes)} of {options.runs}", file=sys.stderr, flush=True)
    if options.json:
        print(report.as_json(outcomes))
    else:
        report.show(outcomes, options.days, console)
    return 1 if any(each.faults() for each in outcomes) else 0


def one(seed: int, days: int) -> Outcome:
    return Run(make_plan(seed, days)).go()


def _tell(seed: int, days: int, console: Console) -> int:
    run = Run(make_plan(seed, days), telling=True)
    came_of_it = run.go()
    report.tell(run, came_of_it, console)
    return 1 if came_of_it.faults() else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.chaos", description="Everything goes wrong for the controller.")
    parser.add_argument("--runs", type=int, default=1000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the first; each next one counts up")
    parser.add_argument("--days", type=int, default=14, help="of each, with a calm last one (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at the same time (default: every processor)")
    parser.add_argument("--json", action="store_true", help="each run's outcome, as JSON")
    parser.add_argument("--story", action="store_true", help="tell what happens in the run of the seed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
