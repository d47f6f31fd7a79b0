"""What a case is: a file, the suffix that it is uploaded under, and the result that it must get."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from labelpipe.core.codes import Code
from labelpipe.core.results import Status

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Case:
    """A kind of file. The result is that of a route that lists every format, with `upright = true`."""

    name: str
    suffix: str
    make: Make
    """The same bytes at every call."""
    status: Status
    code: Code | None = None
    """Of a REJECTED result."""
    steps: tuple[str, ...] | None = None
    """Of a SUCCEEDED result's Transform; None: it has none, the image is asked as it lies in S3."""
    spotted: bool = False
    """It shows `drawing.SPOT`, and nothing else that is dark."""


def asked(name: str, suffix: str, make: Make, *, spotted: bool = True) -> Case:
    """Within the documented limits: the model sees the object itself."""
    return Case(name, suffix, make, Status.SUCCEEDED, spotted=spotted)


def fitted(name: str, suffix: str, make: Make, *steps: str, spotted: bool = True) -> Case:
    """Made to fit by these steps, and encoded as JPEG."""
    return Case(name, suffix, make, Status.SUCCEEDED, steps=(*steps, "encode"), spotted=spotted)


def rejected(code: Code, name: str, suffix: str, make: Make) -> Case:
    """It can never work."""
    return Case(name, suffix, make, Status.REJECTED, code)


damaged = partial(rejected, Code.DAMAGED)
too_costly = partial(rejected, Code.TOO_COSTLY)
too_many_pixels = partial(rejected, Code.TOO_MANY_PIXELS)
