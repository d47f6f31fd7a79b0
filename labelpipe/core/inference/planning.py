"""How an image can be asked: as it is, made to fit, or not at all. By the documented limits of Custom Labels."""

from collections.abc import Collection
from dataclasses import dataclass

from labelpipe.core.codes import Code
from labelpipe.core.inference.images import Facts

# Source: Amazon Rekognition Custom Labels Guide, "Guidelines and quotas in Amazon Rekognition Custom Labels".
# MB is read as the smaller of its two meanings: a needless shrinking costs less than a refusal.
MOST_OBJECT_BYTES = 15_000_000
MOST_SENT_BYTES = 4_000_000
LEAST_SIDE, MOST_SIDE = 64, 4096
MOST_RATIO = 20
ASKED_AS_THEY_ARE = ("JPEG", "PNG")

# What the function's memory holds: decoding is bounded before it begins.
MOST_FETCHED_BYTES = 100_000_000
MOST_PIXELS = {"JPEG": 100_000_000, "WEBP": 25_000_000}  # shrunk while it is decoded; held three times over
MOST_PIXELS_OTHERWISE = 50_000_000


@dataclass(frozen=True)
class Ask:
    """As it lies in S3."""


@dataclass(frozen=True)
class Fix:
    """Fetch it and make it fit."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Refuse:
    """It can never work."""

    code: Code


def plan(facts: Facts, size: int, *, formats: Collection[str]) -> Ask | Fix | Refuse:
    """For an object of so many bytes. `formats` are the route's, in lower case: what may be decoded."""
    if size == 0:
        return Refuse(Code.EMPTY)
    if facts.format is None:
        return Refuse(Code.NOT_AN_IMAGE)
    if facts.format not in ASKED_AS_THEY_ARE and facts.format.lower() not in formats:
        return Refuse(Code.HEIC_UNSUPPORTED if facts.format == "HEIC" else Code.FORMAT_NOT_LISTED)
    if code := unfit(facts):
        return Refuse(code)
    reasons = tuple(name for name, needed in _reasons(facts, size).items() if needed)
    if reasons and size > MOST_FETCHED_BYTES:
        return Refuse(Code.TOO_MANY_BYTES)
    return Fix(reasons) if reasons else Ask()


def unfit(facts: Facts) -> Code | None:
    """Why an image of these sides can never be asked, if so. Unknown sides are no reason."""
    if facts.width is None or facts.height is None:
        return None
    short, long = sorted((facts.width, facts.height))
    if short < LEAST_SIDE:
        return Code.TOO_SMALL
    if LEAST_SIDE * long > MOST_SIDE * short:  # shrunk to the limit, the short side would be less than the least
        return Code.TOO_NARROW
    if short * long > MOST_PIXELS.get(facts.format or "", MOST_PIXELS_OTHERWISE):
        return Code.TOO_MANY_PIXELS
    return None


def _reasons(facts: Facts, size: int) -> dict[str, bool]:
    """Orientation also where images stay as they are stored: what is sent then says nothing of it, since no page of AWS
    tells whether the service would heed it."""
    short, long = sorted((facts.width or 0, facts.height or 0))
    return {
        "format": facts.format not in ASKED_AS_THEY_ARE,
        "bytes": size > MOST_OBJECT_BYTES,
        "unknown size": not short,
        "pixels": long > MOST_SIDE,
        "ratio": long > MOST_RATIO * short,
        "orientation": facts.orientation != 1,
        "colour": facts.odd_colour,
    }
