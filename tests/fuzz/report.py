"""The table: what was asked, what was answered, what took longest."""

from rich.console import Console, Group
from rich.table import Table

from tests.fuzz.campaign import Told

SHOWN = 20


def show(told: Told, console: Console) -> None:
    table = Table(title=f"Fuzz: {told.requests:,} requests, seed {told.seed}")
    for heading in ("", "requests", "200", "4xx", "5xx", "closed", "slowest"):
        table.add_column(heading, justify="left" if not heading else "right")
    for operation in sorted(told.slowest):
        table.add_row(operation, *_row(told, operation), f"{told.slowest[operation] * 1000:,.0f} ms")
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in told.kinds.most_common())
    rate = f"{told.requests / told.seconds:,.0f} a second; the server held {told.memory / 1e6:,.0f} MB at most"
    more = [f"… and {len(told.faults) - SHOWN} more"] if len(told.faults) > SHOWN else []
    console.print(Group(table, kinds + ".", f"{told.seconds:.0f} s, {rate}."))
    console.print("\n".join([*told.faults[:SHOWN], *more]) or "Nothing is wrong.", markup=False, highlight=False)


def _row(told: Told, operation: str) -> list[str]:
    counts = {status: n for (name, status), n in told.replies.items() if name == operation}
    hundreds = [sum(n for status, n in counts.items() if status // 100 == h) for h in (2, 4, 5)]
    return [f"{n:,}" if n else "" for n in (sum(counts.values()), *hundreds, counts.get(0, 0))]
