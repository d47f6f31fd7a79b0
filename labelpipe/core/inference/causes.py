"""Why something did not end in labels."""

from enum import StrEnum

from labelpipe.core.codes import Code


class Cause(StrEnum):
    """As causes are called in metrics, in dead letters and in FAILED results. Their treatments: treatment.py."""

    GONE = "Gone"
    STALE = "Stale"
    BAD_IMAGE = "BadImage"
    REFUSED_IMAGE = "RefusedImage"
    """The model would not take the image. What was shown decides what that means."""
    UNREADABLE_OBJECT = "UnreadableObject"
    """Rekognition could not read an object that we can read."""
    BAD_PARAMETER = "BadParameter"
    """Ambiguous: the service says the same of an image as of a model that it cannot use."""
    MODEL_OFF = "ModelOff"
    TOO_FAST = "TooFast"
    THEIR_FAULT = "TheirFault"
    ROUTE_FAULT = "RouteFault"
    OUR_FAULT = "OurFault"
    TIMED_OUT = "TimedOut"
    """The function's time ran out."""
    CRASHED = "Crashed"
    """The function must have died on the image, again and again."""
    FOREIGN_RESULT = "ForeignResult"
    KEY_TOO_LONG = "KeyTooLong"
    UNREADABLE_MESSAGE = "UnreadableMessage"


class Failure(Exception):
    """An image or message that came to no answer this time. `detail` is for people.

    `later`: seconds before which it is of no use to try again, if known.
    """

    def __init__(self, cause: Cause, detail: str, *, code: Code | None = None, later: int = 0) -> None:
        super().__init__(detail)
        self.cause, self.detail, self.code, self.later = cause, detail, code, later
