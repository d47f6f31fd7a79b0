"""The published codes of REJECTED and FAILED results, each with a message and a next step."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class NewerCode:
    """A code that a newer labelpipe has published, with what its result says of it: as a Code in all that is read."""

    value: str
    message: str
    next_step: str


class Code(Enum):
    """Members may be added; none changes its meaning."""

    message: str
    next_step: str

    def __new__(cls, text: str, message: str = "", next_step: str = "") -> "Code":
        """The text is the member's value, so that `Code("TooSmall")` reads one back."""
        member = object.__new__(cls)
        member._value_, member.message, member.next_step = text, message, next_step
        return member

    # REJECTED: this image can never work.
    EMPTY = "Empty", "The object holds no bytes.", "Upload the image again."
    NOT_AN_IMAGE = (
        "NotAnImage",
        "The content is no image of a kind that labelpipe knows, whatever the name says.",
        "Upload a JPEG or PNG, or one of the other formats of the route.",
    )
    FORMAT_NOT_LISTED = (
        "FormatNotListed",
        "The content is of a format that the route does not list.",
        "Upload a JPEG or PNG, or add the format to `formats` of the route.",
    )
    HEIC_UNSUPPORTED = (
        "HeicUnsupported",
        "The content is HEIC, and the function was deployed without the extra that reads it.",
        'Add "heic" to `formats` of the route and deploy, or convert the image to JPEG; then upload it again.',
    )
    TOO_SMALL = (
        "TooSmall",
        "A side is shorter than 64 pixels, the least that Custom Labels looks at.",
        "Upload a larger image.",
    )
    TOO_NARROW = (
        "TooNarrow",
        "One side is more than 64 times the other: shrunk to the model's limits, too little of it would be left.",
        "Cut the image into parts.",
    )
    TOO_MANY_PIXELS = (
        "TooManyPixels",
        "Decoding the image would take more memory than the function has.",
        "Shrink the image and upload it again.",
    )
    TOO_MANY_BYTES = (
        "TooManyBytes",
        "The object is larger than the function may read into memory.",
        "Shrink the image and upload it again.",
    )
    TOO_COSTLY = (
        "TooCostly",
        "Decoding the image takes more memory or time than the function has.",
        "Save the image as an ordinary JPEG, of fewer pixels if it is large, and upload it again.",
    )
    DAMAGED = "Damaged", "The image is cut short or damaged.", "Upload it again from its source."
    ARCHIVED = (
        "Archived",
        "The object is in an archive storage class and cannot be read at once.",
        "Restore the object, then upload it again.",
    )
    CUSTOMER_KEY = (
        "CustomerKey",
        "The object is encrypted with a key that only its uploader has (SSE-C).",
        "Upload the image without a key of your own: the bucket encrypts it.",
    )
    REFUSED_BY_MODEL = (
        "RefusedByModel",
        "The model refused the picture, although it is within the documented limits.",
        "Save the image as an ordinary RGB JPEG and upload it again.",
    )

    # FAILED: labelpipe gave up; the image is in the dead-letter queue.
    WAITED_TOO_LONG = (
        "WaitedTooLong",
        "No model answered within the time that the route allows.",
        "See that the route's model can run, then redrive the dead-letter queue.",
    )
    ACCESS_DENIED = (
        "AccessDenied",
        "The function may not read the image or write its result.",
        "Check the key and bucket policies for this object, then redrive the dead-letter queue.",
    )
    CRASHED = (
        "Crashed",
        "The function ended again and again while it worked on this image.",
        "See the function's log for memory or time limits, then redrive the dead-letter queue.",
    )
    UNEXPECTED = (
        "Unexpected",
        "Something failed that labelpipe has no better name for.",
        "See the function's log under the message id, then redrive the dead-letter queue.",
    )
