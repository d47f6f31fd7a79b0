"""Why something did not end in labels, and the one treatment that each cause has."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from labelpipe.core.codes import Code

LONGEST_WAIT = 12 * 3600 - 30 * 60
"""Seconds. SQS allows 12 hours, counted from the receive, and refuses a longer wait altogether: half an hour is more
than the longest function has spent by then. Source: Amazon SQS Developer Guide, "Amazon SQS visibility timeout"."""


class Cause(StrEnum):
    """As causes are called in metrics, in dead letters and in FAILED results."""

    GONE = "Gone"
    STALE = "Stale"
    BAD_IMAGE = "BadImage"
    REFUSED_IMAGE = "RefusedImage"
    """The model would not take the image. What was sent decides what that means."""
    UNREADABLE_OBJECT = "UnreadableObject"
    """Rekognition could not read an object that we can read."""
    BAD_PARAMETER = "BadParameter"
    """Ambiguous: the service says the same of an image as of an ARN that it cannot use."""
    MODEL_OFF = "ModelOff"
    TOO_FAST = "TooFast"
    THEIR_FAULT = "TheirFault"
    ROUTE_FAULT = "RouteFault"
    OUR_FAULT = "OurFault"
    CRASHED = "Crashed"
    FOREIGN_RESULT = "ForeignResult"
    KEY_TOO_LONG = "KeyTooLong"
    UNREADABLE_MESSAGE = "UnreadableMessage"


class Sent(Enum):
    """What the failing call had given the model to look at."""

    NOTHING = "nothing"
    OBJECT = "object"
    """A reference to the object in S3, which the ranged GET had found readable and within the limits."""
    BYTES = "bytes"
    """A picture that we made to fit: within every documented limit."""


class Failure(Exception):
    """An image or message that came to no answer this time. `detail` is for people."""

    def __init__(self, cause: Cause, detail: str, *, code: Code | None = None, sent: Sent = Sent.NOTHING) -> None:
        super().__init__(detail)
        self.cause, self.detail, self.code, self.sent = cause, detail, code, sent


@dataclass(frozen=True)
class Situation:
    """What else a decision depends on. Times in seconds."""

    receive_count: int
    age: float
    """Since the message was sent."""
    time_left: float
    """Until this invocation must have answered."""
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


Treatment = Acknowledge | Reject | SendBytes | GiveBack | Fail | DeadLetter

_FIRST_WAIT = {
    Cause.MODEL_OFF: 120,
    Cause.ROUTE_FAULT: 120,
    Cause.TOO_FAST: 30,
    Cause.THEIR_FAULT: 30,
    Cause.OUR_FAULT: 30,
}
_SHORTEST_FIRST_WAIT = min(_FIRST_WAIT.values())
_TIME_TO_FIT = 20
"""Seconds that fetching, shrinking and asking again may take."""


def treat(failure: Failure, now: Situation) -> Treatment:
    """The treatment of a failure: total over Cause."""
    match failure.cause:
        case Cause.GONE | Cause.STALE:
            return Acknowledge()
        case Cause.BAD_IMAGE:
            return Reject(failure.code or Code.REFUSED_BY_MODEL)
        case Cause.UNREADABLE_MESSAGE | Cause.FOREIGN_RESULT | Cause.KEY_TOO_LONG:
            return DeadLetter()
        case Cause.MODEL_OFF | Cause.ROUTE_FAULT | Cause.TOO_FAST | Cause.THEIR_FAULT:
            return _wait(failure.cause, now)
        case Cause.OUR_FAULT | Cause.CRASHED:
            return _try_again(failure.code or Code.UNEXPECTED, now)
        case Cause.REFUSED_IMAGE | Cause.UNREADABLE_OBJECT | Cause.BAD_PARAMETER:
            return _unclear(failure, now)


def _wait(cause: Cause, now: Situation) -> Treatment:
    if now.age > now.give_up_after:
        return Fail(Code.WAITED_TOO_LONG)
    return GiveBack(_doubled(_FIRST_WAIT[cause], now.receive_count))


def _try_again(code: Code, now: Situation) -> Treatment:
    if now.receive_count >= now.attempts:
        return Fail(code)
    return GiveBack(_doubled(_FIRST_WAIT[Cause.OUR_FAULT], now.receive_count))


def _unclear(failure: Failure, now: Situation) -> Treatment:
    """A picture within all limits settles it: what is still refused then is not the image's size, format or access."""
    if failure.sent is Sent.OBJECT:
        return SendBytes() if now.time_left >= _TIME_TO_FIT else GiveBack(_SHORTEST_FIRST_WAIT)
    if failure.cause is Cause.REFUSED_IMAGE:
        return Reject(Code.REFUSED_BY_MODEL)
    if failure.cause is Cause.BAD_PARAMETER and failure.sent is Sent.BYTES:
        return _wait(Cause.ROUTE_FAULT, now)
    return _try_again(Code.UNEXPECTED, now)


def _doubled(first: int, receive_count: int) -> int:
    return min(first << min(receive_count - 1, 20), LONGEST_WAIT)


def crashed(receive_count: int, since_first_receive: float, attempts: int) -> bool:
    """Whether the function must have died on this message: waits double, so they alone cannot add up so quickly.

    Held against half of the shortest waits, since counts and times of SQS are approximate.
    """
    waits = sum(_doubled(_SHORTEST_FIRST_WAIT, count) for count in range(1, receive_count))
    return receive_count > attempts and since_first_receive < waits / 2
