"""The newest version wins: what to do about a result that is already there. Decided anew after every conflict."""

from enum import Enum

from labelpipe.core.results import Image, Result, Status


class Move(Enum):
    """What to do with the result that is there."""

    LEAVE = "leave"
    REPLACE = "replace"
    LOOK = "look at the image: which version is current?"


def first_move(ours: Result, there: Result) -> Move:
    """Of one version, the first answer stays; only a FAILED one gives way to an answer."""
    if not ours.image.same_version(there.image):
        return Move.LOOK
    answers = ours.status is not Status.FAILED and there.status is Status.FAILED
    return Move.REPLACE if answers else Move.LEAVE


def second_move(ours: Result, current: Image | None) -> Move:
    """After a look. None: the image is gone, and the result that is there outlives it."""
    return Move.REPLACE if current and ours.image.same_version(current) else Move.LEAVE
