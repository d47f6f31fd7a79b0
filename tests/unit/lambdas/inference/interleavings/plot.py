"""What may happen to one key: uploads and deletions in their order, messages about them, and how much goes wrong."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from labelpipe.core.results import Status


class Line(Enum):
    """What a person does to the key. Two uploads of one kind are the same bytes: one ETag, two versions."""

    BEE = "upload a bee"
    WASP = "upload a wasp"
    EMPTY = "upload nothing"
    DENIED = "upload what may not be read"
    LOCKED = "upload what only a key of one's own can read"
    DELETE = "delete"

    @property
    def answers(self) -> Status:
        """How an image of this kind ends, unless a handler gives up."""
        rejected, failed = dict.fromkeys((Line.EMPTY, Line.LOCKED), Status.REJECTED), {Line.DENIED: Status.FAILED}
        return (rejected | failed).get(self, Status.SUCCEEDED)


class Model(Enum):
    """What the model says to one handler."""

    ANSWERS = "answers"
    OFF = "is off"
    BREAKS = "breaks"
    NOT_ASKED = "is not asked"
    """No message at all: a person has the stored result rewritten under new thresholds."""


class Delivery(NamedTuple):
    """A message as a handler receives it. The version is its line in the plot; None: a message without one."""

    version: int | None = None
    receives: int = 1
    model: Model = Model.ANSWERS
    waited: bool = False
    """Longer than the route's `give_up_after`."""
    etag: bool = True
    """Whether the message tells it."""

    @property
    def again(self) -> "Delivery":
        """After its handler died or gave it back."""
        return self._replace(receives=self.receives + 1, model=Model.ANSWERS)


ATTEMPTS = 3
ONCE = (Delivery(),)
TWICE = (Delivery(), Delivery())
BARE = Delivery(etag=False)
BREAKS = Delivery(receives=ATTEMPTS, model=Model.BREAKS)
TIRED = Delivery(model=Model.OFF, waited=True)
REWRITE = Delivery(model=Model.NOT_ASKED)
CRASHED = Delivery(receives=ATTEMPTS + 1)
"""It has killed its handlers before: FAILED is written ahead of the next try."""


@dataclass(frozen=True)
class Scenario:
    """`events`: the deliveries of each upload's event, by line; once if not told. `early`: messages without a version.

    `faults`: how many calls may fail, and handlers die. `redrives`: how many dead letters are sent again.
    `least`: states that a search must have seen, or it has lost some.
    """

    name: str
    plot: tuple[Line, ...]
    events: tuple[tuple[Delivery, ...], ...] = ()
    early: tuple[Delivery, ...] = ()
    faults: int = 0
    redrives: int = 0
    least: int = 0

    def deliveries(self, line: int) -> list[Delivery]:
        """What an upload's event becomes."""
        if self.plot[line] is Line.DELETE:
            return []
        return [delivery._replace(version=line) for delivery in (self.events[line] if self.events else ONCE)]
