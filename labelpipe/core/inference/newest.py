"""The newest version wins: what to do about a result that is already there. Decided anew after every conflict."""

from enum import Enum

from labelpipe.core.codes import Code
from labelpipe.core.results import Image, Result, Status


class Move(Enum):
    """What to do with the result that is there."""

    LEAVE = "leave"
    REPLACE = "replace"
    LOOK = "look at the image: which version is current?"


def first_move(ours: Result, there: Result) -> Move:
    """Of one version, the first answer stays; only a FAILED one gives way to an answer, and CRASHED, which may have
    been written as a precaution, to whatever is known better."""
    if not ours.image.same_version(there.image):
        return Move.LOOK
    if there.status is not Status.FAILED:
        return Move.LEAVE
    answers, knows_better = ours.status is not Status.FAILED, _crashed(there) and not _crashed(ours)
    return Move.REPLACE if answers or knows_better else Move.LEAVE


def _crashed(result: Result) -> bool:
    return result.error is not None and result.error.code is Code.CRASHED


def second_move(ours: Result, current: Image | None) -> Move:
    """After a look. None: the image is gone, and the result that is there outlives it."""
    return Move.REPLACE if current and ours.image.same_version(current) else Move.LEAVE
