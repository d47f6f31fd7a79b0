"""The one treatment that each cause has, decided from all that is known about the image, its message and its error."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.images import Facts
from labelpipe.core.inference.planning import unfit
from labelpipe.core.inference.waits import BETWEEN_ATTEMPTS, LONGEST_WAIT, MOST_RECEIVES, attempts_made, wait

TIME_TO_ASK = 20
"""Seconds that a model may take to answer, and S3 to take the result."""
_TIME_TO_FIT = 20
"""Seconds that fetching, shrinking and asking again may take."""
_RETRIES = 4
"""Within one delivery."""
_FIRST_RETRY = 0.5
"""Seconds; doubles."""
_LAST_AGE = 11.5 * 86400
"""Seconds. The queue keeps a message for 12 days."""


class Shown(Enum):
    """What the models had been given to look at."""

    NOTHING = "nothing"
    AS_IT_IS = "as it is"
    """The image itself, which the ranged GET had found readable and within the limits."""
    FITTED = "fitted"
    """A picture that we made to fit: within every documented limit."""


@dataclass(frozen=True)
class Situation:
    """What a decision depends on beside the error. Times in seconds."""

    seen: Facts | None
    """What the ranged GET told of the image; None before its answer, or when it had none."""
    shown: Shown
    receive_count: int
    age: float
    """Since the message was sent."""
    since_first_receive: float
    time_left: float
    """Until this invocation must have answered."""
    retries: int
    """So far, in this delivery."""
    chance: float
    """From 0 to 1, random: retries of many must not fall together."""
    attempts: int
    give_up_after: int


@dataclass(frozen=True)
class Acknowledge:
    """Nothing to do: another event answers for the image, or there is none."""


@dataclass(frozen=True)
class Reject:
    """Write a REJECTED result and acknowledge."""

    code: Code


@dataclass(frozen=True)
class SendBytes:
    """Ask again at once, with a picture that we made to fit."""


@dataclass(frozen=True)
class Retry:
    """Ask again after so many seconds, in this delivery."""

    seconds: float


@dataclass(frozen=True)
class GiveBack:
    """Let the message come again after so many seconds."""

    seconds: int


@dataclass(frozen=True)
class Fail:
    """Write a FAILED result, send the image to the dead-letter queue with its cause, acknowledge."""

    code: Code


@dataclass(frozen=True)
class DeadLetter:
    """Send to the dead-letter queue with the cause, acknowledge: there is no place for a result."""


Treatment = Acknowledge | Reject | SendBytes | Retry | GiveBack | Fail | DeadLetter


def treat(failure: Failure, now: Situation) -> Treatment:
    """Total over Cause and over every situation."""
    match failure.cause:
        case Cause.GONE | Cause.STALE:
            return Acknowledge()
        case Cause.BAD_IMAGE:
            return Reject(failure.code or Code.REFUSED_BY_MODEL)
        case Cause.UNREADABLE_MESSAGE | Cause.FOREIGN_RESULT | Cause.KEY_TOO_LONG:
            return DeadLetter()
        case Cause.MODEL_OFF | Cause.ROUTE_FAULT:
            return _wait(failure.cause, now)
        case Cause.TOO_FAST | Cause.THEIR_FAULT:
            return (not failure.later and _retry(now)) or _wait(failure.cause, now, failure.later)
        case Cause.OUR_FAULT:
            return _try_again(failure.code or Code.UNEXPECTED, now)
        case Cause.TIMED_OUT:
            return treat_time_out(now)
        case Cause.CRASHED:
            return Fail(Code.CRASHED)
        case Cause.REFUSED_IMAGE | Cause.UNREADABLE_OBJECT | Cause.BAD_PARAMETER:
            return _unclear(failure.cause, now)


def treat_time_out(now: Situation) -> GiveBack | Fail:
    """What runs out of the function's time every time is given up after its attempts."""
    return _try_again(Code.CRASHED, now)


def treat_unwritten(failure: Failure, now: Situation) -> GiveBack | DeadLetter:
    """When a FAILED result could not be written, or not be told of. What passes is waited for, while the queue still
    keeps the message; after that a dead letter must do: without it the image would be lost for good."""
    passes = failure.cause in (Cause.TOO_FAST, Cause.THEIR_FAULT, Cause.ROUTE_FAULT)
    last = now.receive_count >= MOST_RECEIVES or now.age > _LAST_AGE
    return GiveBack(wait(failure.cause, now.receive_count)) if passes and not last else DeadLetter()


def _retry(now: Situation) -> Retry | None:
    seconds = _FIRST_RETRY * 2**now.retries * (0.5 + now.chance / 2)
    return Retry(seconds) if now.retries < _RETRIES and now.time_left >= seconds + TIME_TO_ASK else None


def _wait(cause: Cause, now: Situation, least: int = 0) -> GiveBack | Fail:
    if now.age > now.give_up_after or now.receive_count >= MOST_RECEIVES:
        return Fail(Code.WAITED_TOO_LONG)
    return GiveBack(max(wait(cause, now.receive_count), min(least, LONGEST_WAIT)))


def _try_again(code: Code, now: Situation) -> GiveBack | Fail:
    made = attempts_made(now.receive_count, now.since_first_receive)
    if made >= now.attempts or now.receive_count >= MOST_RECEIVES:
        return Fail(code)
    return GiveBack(BETWEEN_ATTEMPTS)


def _unclear(cause: Cause, now: Situation) -> Treatment:
    """A picture within all limits settles it: what is still refused then is not the image's size, format or access."""
    if now.seen is None or now.shown is Shown.NOTHING:
        return _try_again(Code.UNEXPECTED, now)  # nobody can have said this of an image yet
    if now.shown is Shown.AS_IT_IS:
        return _make_it_fit(now.seen, now)
    if cause is Cause.REFUSED_IMAGE:
        return Reject(Code.REFUSED_BY_MODEL)
    if cause is Cause.BAD_PARAMETER:
        return _wait(Cause.ROUTE_FAULT, now)
    return _try_again(Code.UNEXPECTED, now)


def _make_it_fit(seen: Facts, now: Situation) -> Treatment:
    if hopeless := Code.NOT_AN_IMAGE if seen.format is None else unfit(seen):
        return Reject(hopeless)
    return SendBytes() if now.time_left >= _TIME_TO_FIT else treat_time_out(now)


_GRAVITY = (
    Cause.ROUTE_FAULT,
    Cause.MODEL_OFF,
    Cause.THEIR_FAULT,
    Cause.TOO_FAST,
    Cause.OUR_FAULT,
    Cause.UNREADABLE_OBJECT,
    Cause.BAD_PARAMETER,
    Cause.REFUSED_IMAGE,
)
"""Of what several models said of one image: as long as one of them must be waited for, nothing is final."""


def gravest(failures: Sequence[Exception]) -> Exception:
    """The one that decides; of equal ones, the first. A bug counts as our fault."""
    return min(failures, key=_gravity)


def _gravity(failure: Exception) -> int:
    cause = failure.cause if isinstance(failure, Failure) else Cause.OUR_FAULT
    return _GRAVITY.index(cause) if cause in _GRAVITY else len(_GRAVITY)
