"""Durations as people write them in settings: 60s, 30m, 4h, 10d."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> int:
    """Seconds. Raise ValueError, in words for a person, when text is no duration."""
    match = re.fullmatch(r"([1-9]\d{0,6})([smhd])", text, re.ASCII)
    if not match:
        raise ValueError(f"'{text}' is no duration: write a whole number and a unit, like 60s, 30m, 4h or 10d")
    return int(match[1]) * _SECONDS[match[2]]


def format_duration(seconds: float) -> str:
    """For reading, two units at most: 95 is 1m 35s, 7200 is 2h."""
    rest, parts = round(seconds), []
    for unit in "dhms":
        count, rest = divmod(rest, _SECONDS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"
