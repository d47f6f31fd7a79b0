"""The closing table, and the same as JSON."""

import json

from rich.console import Console, Group
from rich.table import Table

from tests.campaign.campaign import Haste, Outcome

SHOWN = 20


def as_json(outcome: Outcome) -> str:
    """Everything, with the reasons."""
    told = vars(outcome.reckoning) | {"well": outcome.reckoning.well}
    return json.dumps(told | {"done_to_it": outcome.tally, "seconds": round(outcome.seconds)}, ensure_ascii=False)


def show(outcome: Outcome, title: str, haste: Haste, console: Console) -> None:
    """What came of it, what was done to the pipeline, and whatever is not as it should be."""
    quick = (
        f"Messages that were given back came again {haste.times} times as soon, after {haste.longest} s at most; "
        f"what a dead worker had in its hands, after {haste.hidden} s."
    )
    console.print(Group(_came_of_it(outcome, title), _done(outcome), *_faults(outcome), quick))


def _came_of_it(outcome: Outcome, title: str) -> Table:
    told = outcome.reckoning
    table = Table(title=f"{title}, {outcome.seconds:.0f} s", show_header=False)
    rows = {
        "images": told.images,
        "versions uploaded": told.uploads,
        "images deleted in the end": told.deleted,
        "current versions with the right result": told.right,
        **{f"  {status}": count for status, count in sorted(told.right_by_status.items())},
        "wrong": len(told.wrong),
        "missing": len(told.missing),
        **{f"dead-lettered: {cause}": count for cause, count in sorted(told.letters.items())},
        "dead letters that should not be": len(told.stray_letters),
        "results written twice": told.written_twice,
    }
    for name, count in rows.items():
        table.add_row(name, str(count))
    return table


def _done(outcome: Outcome) -> Table:
    table = Table(title="What was done to it", show_header=False)
    for name, count in outcome.tally.items():
        table.add_row(name, str(count))
    return table


def _faults(outcome: Outcome) -> list[str]:
    told = outcome.reckoning
    faults = [
        *(f"wrong: {key}: {reason}" for key, reason in told.wrong.items()),
        *(f"missing: {key}: {reason}" for key, reason in told.missing.items()),
        *(f"dead letter: {letter}" for letter in told.stray_letters),
    ]
    return [*faults[:SHOWN], *([f"… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else [])]
