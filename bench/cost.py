"""On demand against who knew all arrivals, and against an hourly workflow, for six kinds of arrivals in 30 days.

    .venv/bin/python bench/cost.py [--seed 1] [--json]

The limit is 1.10 times the clairvoyant's model hours where starts take the planned 15 minutes. One thing takes
foresight: to answer a batch that takes longer than its promise less a start (nightly batch, 30 min; with long starts
also 1 h).

With starts that take 10 to 25 minutes the ratio is told; the clairvoyant keeps starts of 15. They are planned with
their mean and three standard deviations, 30 minutes, so that a run begins 13 minutes before it must, on average, and
answers what came in so much less time: a promise of an hour costs 60 / 47 as much. With the longest of the last 30
starts instead, one start in 31 would be longer than planned, and its images late. Under 30 minutes, an image that comes
while a model is stopped (2 quiet ticks, 3 minutes) would be late after a start of 25: where images come all the time,
no stop is safe, and the ratio is that of always on.

Arrivals that are strictly regular can cost more, and are not in the table, as a controller that is sure cannot help it:

- one image or three every 5 minutes, under 30 minutes: 1.17. The oldest may have come right after the look before the
  one that saw it, so the model is RUNNING a minute before it may be too late, and answers 6 times what comes at once;
  who knows when it came starts a minute later, and answers what comes in that minute too: 7;
- 20 images every 30 seconds, one a second answered, some of which are there at every look: up to 1.45, since the model
  stays on. Counts have no age: a queue that is emptied slowly and one that is filled anew look the same. In a plan one
  image is answered after another. Functions that take all 20 at once leave none visible, and what is only in flight
  for 5 minutes keeps no model on: 1.01 to 1.04;
- one a minute that is in flight at every look: up to 1.63, those 5 minutes of each run.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from labelpipe.core.control.policy import OnDemand, Policy
from labelpipe.core.durations import format_duration
from labelpipe.cost.arrivals import DAY, Arrivals
from labelpipe.cost.outcomes import Outcome
from labelpipe.cost.physics import Physics
from labelpipe.cost.plan import CLAIRVOYANT, MAX_WAITS, Way, outcome

LIMIT = 1.10
SPAN = 30 * DAY
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
Counts = NDArray[np.int64]


def kinds(random: np.random.Generator) -> dict[str, Counts]:
    """By the minute: two an hour, office days, 2,000 at two in the morning, bursts, two a minute, 23 a minute."""
    minute = np.arange(SPAN)
    office = (minute // DAY % 7 < 5) & (minute % DAY >= 9 * 60) & (minute % DAY < 17 * 60)
    nightly = np.where(minute % DAY == 120, random.integers(1600, 2400, SPAN), 0)
    burst = np.convolve(random.random(SPAN) < 1 / 480, np.ones(20), "full")[:SPAN] > 0
    return {
        "sparse": random.poisson(2 / 60, SPAN),
        "office hours": random.poisson(np.where(office, 1.0, 0.02)),
        "nightly batch": nightly,
        "bursts": random.poisson(np.where(burst, 15.0, 0.01)),
        "steady light": random.poisson(2, SPAN),
        "steady heavy": random.poisson(23, SPAN),
    }


def arrivals(counts: Counts, random: np.random.Generator) -> Arrivals:
    """Somewhere within their minutes."""
    minutes = np.repeat(np.arange(SPAN), counts) + random.random(counts.sum())
    return Arrivals(BEGIN, np.sort(minutes))


def slow_start(number: int) -> float:
    """10 to 25 minutes, always the same for the same start."""
    return float(np.random.default_rng(number + 1_000_000).uniform(10, 25))


@dataclass(frozen=True)
class Row:
    """One kind of arrivals under one promise, in minutes."""

    kind: str
    max_wait: int
    hours: float
    ratio: float
    broken: int
    broken_by_clairvoyant: int
    ratio_varying: float
    broken_varying: int
    usd: float
    share_of_workflow: float
    share_of_always_on: float


def row(kind: str, come: Arrivals, max_wait: int) -> Row:
    """Compare."""
    way = Way("on_demand", max_wait, Policy(on_demand=OnDemand(max_wait=max_wait * 60)))
    steady, varying = Physics(), Physics(start_of=slow_start)
    ours, ours_varying = outcome(way, come, steady), outcome(way, come, varying)
    bound, workflow = outcome(Way(CLAIRVOYANT, max_wait), come, steady), outcome(Way("hourly_workflow"), come, steady)
    return Row(
        kind=kind,
        max_wait=max_wait,
        hours=ours.model_minutes / 60,
        ratio=_times(ours, bound),
        broken=ours.broken,
        broken_by_clairvoyant=bound.broken,
        ratio_varying=_times(ours_varying, bound),
        broken_varying=ours_varying.broken,
        usd=ours.usd,
        share_of_workflow=_times(ours, workflow),
        share_of_always_on=ours.model_minutes / SPAN,
    )


def _times(one: Outcome, other: Outcome) -> float:
    return one.model_minutes / other.model_minutes


def rows(seed: int) -> Iterator[Row]:
    """All kinds under all promises, as they are ready."""
    random = np.random.default_rng(seed)
    with ProcessPoolExecutor() as pool:
        for kind, counts in kinds(random).items():
            yield from pool.map(partial(row, kind, arrivals(counts, random)), MAX_WAITS)


def table(found: list[Row]) -> Table:
    """For people."""
    made = Table(title=f"Model hours of 30 days on demand; the limit is {LIMIT:.2f} x the clairvoyant's")
    for column in ("arrivals", "max_wait"):
        made.add_column(column)
    for column in ("hours", "USD", "x clairv.", "broken (its)", "starts 10-25 min", "broken", "x workflow", "x always"):
        made.add_column(column, justify="right")
    for each in found:
        made.add_row(
            each.kind,
            format_duration(each.max_wait * 60),
            f"{each.hours:.1f}",
            f"{each.usd:.0f}",
            f"{each.ratio:.3f}",
            f"{each.broken} ({each.broken_by_clairvoyant})",
            f"{each.ratio_varying:.3f}",
            str(each.broken_varying),
            f"{each.share_of_workflow:.3f}",
            f"{each.share_of_always_on:.3f}",
        )
    return made


def main() -> None:
    """Print the table, or JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with Console(stderr=True).status("30 days at a time"):
        found = list(rows(given.seed))
    if given.json:
        print(json.dumps([asdict(each) for each in found], indent=1))
    else:
        Console(width=None if sys.stdout.isatty() else 110).print(table(found))


if __name__ == "__main__":
    main()
