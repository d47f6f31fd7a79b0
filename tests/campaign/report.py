"""The closing table, and the same as JSON."""

import json

from rich.console import Console, Group
from rich.table import Table

from tests.campaign.campaign import LONGEST, TIMES, Outcome

SHOWN = 20


def as_json(outcome: Outcome) -> str:
    """Everything, with the reasons."""
    told = vars(outcome.reckoning) | {"well": outcome.reckoning.well}
    return json.dumps(told | {"done_to_it": outcome.tally, "seconds": round(outcome.seconds)}, ensure_ascii=False)


def show(outcome: Outcome, images: int, seed: int, console: Console) -> None:
    """What came of it, what was done to the pipeline, and whatever is not as it should be."""
    console.print(Group(_came_of_it(outcome, images, seed), _done(outcome), _remarks(outcome)))


def _came_of_it(outcome: Outcome, images: int, seed: int) -> Table:
    told = outcome.reckoning
    table = Table(title=f"Fault campaign: {images} images, seed {seed}, {outcome.seconds:.0f} s", show_header=False)
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


def _remarks(outcome: Outcome) -> str:
    told = outcome.reckoning
    faults = [
        *(f"wrong: {key}: {reason}" for key, reason in told.wrong.items()),
        *(f"missing: {key}: {reason}" for key, reason in told.missing.items()),
        *(f"dead letter: {letter}" for letter in told.stray_letters),
    ]
    quick = (
        f"Waits before a message came again were {TIMES} times as short, and at most {LONGEST} s; what a dead worker "
        f"had in its hands came again after {outcome.hidden} s."
    )
    return "\n".join([*faults[:SHOWN], *([f"… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []), quick])
