"""The table of the worst, each with the seed that tells its story; and the story."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from rich.console import Console, Group
from rich.table import Table

from labelpipe.core.durations import format_duration
from tests.chaos.outcome import MOST_CALM, MOST_MISCOUNTED, MOST_STARTS, Outcome
from tests.chaos.run import Run

SHOWN = 20

_MINUTES, _COUNT, _SHARE = "minutes", "count", "share"
_ROWS = (
    # what it is called, the field, how it reads, what it must not exceed
    ("a model ran beyond what its policy wanted", "beyond", _MINUTES, ""),
    ("… of its lease and one interval", "share", _SHARE, ""),
    ("… beyond them, as Scheduler is late", "over", _MINUTES, "1m"),
    ("… on the calm day at the end", "calm_beyond", _MINUTES, f"{MOST_CALM}m"),
    ("a model started or ran without a lease", "unleased", _MINUTES, "0s"),
    ("images unanswered that could be answered", "unanswered", _COUNT, "0"),
    ("dead letters", "dead", _COUNT, "0"),
    ("starts of one version in a day", "starts_a_day", _COUNT, str(MOST_STARTS)),
    ("messages given back on the calm day", "given_back", _COUNT, "0"),
    ("stops under a released queue on the calm day", "unheld", _COUNT, "0"),
    ("unit-minutes a start counted wrongly on the calm day", "miscounted", _COUNT, f"{MOST_MISCOUNTED:g}"),
    ("leases and models left over at the end", "left_over", _COUNT, "0"),
    ("ticks that broke in an unforeseen way", "surprises", _COUNT, "0"),
    ("an image waited", "wait", _MINUTES, ""),
)


def as_json(outcomes: Sequence[Outcome]) -> str:
    """One object a run."""
    return json.dumps([asdict(each) | {"faults": each.faults()} for each in outcomes])


def show(outcomes: Sequence[Outcome], days: int, console: Console) -> None:
    """The worst of every kind, the sums, and each run that is not as promised."""
    table = Table(title=f"Chaos: {len(outcomes)} runs of {days} days")
    for heading in ("the worst of all runs", "", "bound", "seed"):
        table.add_column(heading)
    for told, field, kind, bound in _ROWS:
        worst = max(outcomes, key=lambda each: getattr(each, field))
        value = getattr(worst, field)
        table.add_row(told, _read(value, kind), bound, str(worst.seed) if value else "")
    bad = [f"seed {each.seed}: {'; '.join(each.faults())}" for each in outcomes if each.faults()]
    more = [f"… and {len(bad) - SHOWN} more"] if len(bad) > SHOWN else []
    console.print(Group(table, _sums(outcomes), *bad[:SHOWN], *more))


def _sums(outcomes: Sequence[Outcome]) -> str:
    sums = {f: sum(getattr(each, f) for each in outcomes) for f in ("ticks", "troubles", "starts", "answered")}
    return (
        f"{sums['ticks']:,} ticks that could change something, {sums['troubles']:,} of them spoilt; "
        f"{sums['starts']:,} starts; {sums['answered']:,} images answered."
    )


def _read(value: float, kind: str) -> str:
    if kind == _MINUTES:
        return format_duration(timedelta(minutes=value).total_seconds())
    return f"{value:.0%}".replace("%", " %") if kind == _SHARE else f"{value:,}"


def tell(run: Run, came_of_it: Outcome, console: Console) -> None:
    """What happened, moment by moment, UTC."""
    plan = run.plan
    lines = [f"{route.name}: {', '.join(route.models.values())}; {route.raw_policy}" for route in plan.routes]
    lines += [f"{plan.slots} slots; descriptions are {plan.lag.seconds} s old"]
    lines += [f"{when:%a %d %b %H:%M:%S}  {what}" for when, what in run.reckoning.story]
    faults = "; ".join(came_of_it.faults()) or "as promised"
    console.print("\n".join([*lines, str(came_of_it), faults]), markup=False, highlight=False)
