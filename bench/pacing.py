"""How near environments come to a model's rate, and how many of their calls are throttled, on a simulated clock.

    .venv/bin/python -m bench.pacing [--seconds 300] [--seeds 1] [--json]

For each kind of service, and for a published rate that is right, a fifth of the true one, or five times it. A cell
holds what is sustained of the true rate T after a warm-up of 30 s, the share of calls that are throttled, and the
seconds until nine tenths of T were sustained for ten. The limits hold where the published rate is right.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from itertools import product
from statistics import mean

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.unit.core.inference.pacing_world import SERVICES, WARM_UP, measure

CONCURRENCY = (2, 5, 10, 20, 50)
RATES = (2, 5, 10, 25)
PUBLISHED = {"right": 1.0, "a fifth": 0.2, "five times": 5.0}
LEAST_SUSTAINED, MOST_THROTTLED = 0.9, 0.05


@dataclass(frozen=True)
class Cell:
    """Means over the seeds; given up: the sum. `found` is None where not all seeds found the rate."""

    service: str
    published: str
    concurrency: int
    rate: int
    sustained: float
    throttled: float
    found: float | None
    receives: float
    given_up: int

    @property
    def within(self) -> bool:
        return self.sustained >= LEAST_SUSTAINED and self.throttled < MOST_THROTTLED and not self.given_up

    def __str__(self) -> str:
        found = "  never" if self.found is None else f"{self.found:5.0f} s"
        text = f"{self.sustained:.2f} {self.throttled:6.1%} {found}"
        return text if self.within else f"[yellow]{text}[/yellow]"


def cell(service: str, published: str, concurrency: int, rate: int, seeds: int, seconds: float) -> Cell:
    runs = [
        measure(service, concurrency, rate, published=rate * PUBLISHED[published], seed=seed, seconds=seconds)
        for seed in range(1, seeds + 1)
    ]
    found = [run.found for run in runs if run.found is not None]
    return Cell(
        service,
        published,
        concurrency,
        rate,
        mean(run.sustained for run in runs),
        mean(run.throttled for run in runs),
        mean(found) if len(found) == len(runs) else None,
        mean(run.receives for run in runs),
        sum(run.given_up for run in runs),
    )


def table(service: str, published: str, cells: list[Cell]) -> Table:
    """Concurrency down, rates across."""
    drawn = Table("concurrency", *(f"T = {rate}/s" for rate in RATES), title=f"{service}; published rate: {published}")
    for concurrency in CONCURRENCY:
        drawn.add_row(str(concurrency), *(str(each) for each in cells if each.concurrency == concurrency))
    return drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cases = list(product(SERVICES, PUBLISHED, CONCURRENCY, RATES))
    progress = track(cases, console=Console(stderr=True), transient=True)
    cells = [cell(*case, options.seeds, options.seconds) for case in progress]
    right = [each for each in cells if each.published == "right"]
    if options.json:
        limits = {"sustained": LEAST_SUSTAINED, "throttled": MOST_THROTTLED}
        print(json.dumps({"warm_up": WARM_UP, "limits": limits, "cells": [asdict(each) for each in cells]}))
        return
    console = Console()
    for service, published in product(SERVICES, PUBLISHED):
        mine = [each for each in cells if (each.service, each.published) == (service, published)]
        console.print(table(service, published, mine))
    console.print(
        f"limits, where the published rate is right: at least {LEAST_SUSTAINED} T, less than {MOST_THROTTLED:.0%} "
        f"throttled, none given up; within them: {sum(each.within for each in right)} of {len(right)}; "
        f"given up in all: {sum(each.given_up for each in cells)}"
    )


if __name__ == "__main__":
    main()
