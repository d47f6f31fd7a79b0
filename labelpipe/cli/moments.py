"""Moments as people write them at a terminal: 18:00, 2026-12-24 18:00, or a duration from now, like 2h.

Python reckons and compares local times on the wall clock; so where the clock may be changed in between, UTC is used.
"""

import re
from datetime import UTC, datetime, timedelta

from labelpipe.core.durations import parse_duration
from labelpipe.core.errors import Problem

_EXAMPLES = "write a time of day, like 18:00, a date and time, like '2026-12-24 18:00', or a duration, like 2h"


def read_moment(text: str, now: datetime) -> datetime:
    """The next such moment on the clock of `now`, an aware local time. Raise a Problem for other text or a past."""
    moment = _parsed(text, now, "to end at")
    if moment.astimezone(UTC) <= now.astimezone(UTC):
        raise Problem(f"'{text}' is over: it is {now:%Y-%m-%d %H:%M} in {now.tzinfo}")
    return moment


def read_any_moment(text: str, now: datetime) -> datetime:
    """As read_moment; a date with a time may be past."""
    return _parsed(text, now, "to look at")


def _parsed(text: str, now: datetime, purpose: str) -> datetime:
    try:
        return _read(text.strip(), now)
    except (ValueError, OverflowError):
        raise Problem(f"'{text}' is no time {purpose}: {_EXAMPLES}") from None


def _read(text: str, now: datetime) -> datetime:
    if re.fullmatch(r"\d+[smhd]", text, re.ASCII):
        return (now.astimezone(UTC) + timedelta(seconds=parse_duration(text))).astimezone(now.tzinfo)
    if match := re.fullmatch(r"(\d{1,2}):(\d\d)", text, re.ASCII):
        today = now.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
        times = (each.replace(fold=fold) for each in (today, today + timedelta(days=1)) for fold in (0, 1))
        return next(each for each in times if each.astimezone(UTC) > now.astimezone(UTC))
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
