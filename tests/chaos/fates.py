"""What is done to one tick: lost, doubled, late, slow, killed, its calls failing or lying."""

from dataclasses import dataclass
from random import Random

_KINDS = ("death", "error", "lie", "slow", "again")


@dataclass(frozen=True)
class Trouble:
    """At the nth call that the tick makes, or the nth by which it changes something.

    kind: `death` of the function, an `error`, a `lie` (where a call can), `slow`: so many seconds, `again`: another
    whole tick, which sees what this one saw. after: once the call has had its effect.
    """

    kind: str
    changes: bool
    nth: int
    after: bool
    seconds: float

    def __str__(self) -> str:
        what = f"{self.seconds:.0f} s slower" if self.kind == "slow" else self.kind
        return f"{what} {'after' if self.after else 'at'} {'change' if self.changes else 'call'} {self.nth}"


@dataclass(frozen=True)
class Fate:
    """late: seconds."""

    lost: bool = False
    late: float = 0.0
    troubles: tuple[Trouble, ...] = ()

    def __str__(self) -> str:
        return "lost" if self.lost else "; ".join([f"{self.late:.0f} s late", *map(str, self.troubles)])


NO_FATE = Fate()


def fate(seed: int, minute: int, wildness: float) -> Fate:
    """Of the tick of a minute: the same whatever happened before."""
    luck = Random(seed << 32 | minute)
    if luck.random() >= wildness:
        return NO_FATE
    if luck.random() < 0.25:
        return Fate(lost=True)
    late = luck.choice((0.0, 0.0, luck.uniform(0, 58)))
    return Fate(False, late, tuple(_trouble(luck) for _ in range(luck.choice((1, 1, 2, 3)))))


def _trouble(luck: Random) -> Trouble:
    changes = luck.random() < 0.7
    nth = luck.randint(1, 5 if changes else 14)
    return Trouble(luck.choice(_KINDS), changes, nth, luck.random() < 0.5, luck.choice((2, 8, 15, 25, 55)))
