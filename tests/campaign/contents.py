"""What uploads hold, and what must come of each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from labelpipe.core.codes import Code
from labelpipe.core.results import Status
from tests.integration.stage import picture

SHADES = 20
"""Ways to draw the same sky; the model has learnt from some of them."""


@dataclass(frozen=True)
class Content:
    """A file, and the result that it must get. None: whatever it is."""

    name: str
    suffix: str
    make: Callable[[], bytes]
    status: Status = Status.SUCCEEDED
    code: Code | None = None
    label: str | None = None
    """The surest of those that count."""


def sky(label: str, shade: int) -> Content:
    """What every model of the campaign tells apart. label: day or night."""
    return Content(f"{label}-{shade}", ".jpg", partial(picture, label == "day", shade), label=label)


def other(content: Content) -> Content:
    """A sky that differs where it counts."""
    return sky("night" if content.label == "day" else "day", len(content.name))
