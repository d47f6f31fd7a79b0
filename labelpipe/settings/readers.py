"""Readers of single settings that take more than a pattern. Each raises ValueError in words for a person."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from labelpipe.core.control.policy import Policy
from labelpipe.settings.kinds import DAY, read_duration, show

LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""Source: CloudWatch Logs API Reference, PutRetentionPolicy."""

MAX_TAGS = 50
"""Of one resource; what tags are made of is from the same page. Source: Tagging AWS Resources User Guide, "Tag naming
limits and requirements"."""

_PROJECT = re.compile(r"[\w.\-]{1,255}", re.ASCII)
_PROJECT_ARN = re.compile(
    r"arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project/(?P<name>[\w.\-]{1,255})(/.*)?", re.ASCII
)
_PREFIX = re.compile(r"(?:[\w-][\w.-]*/)+", re.ASCII)


class Faults(ValueError):
    """Several faults below one key. lines: (key below it, text)."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{key}: {text}" for key, text in lines))
        self.lines = lines


def read_prefix(value: Any) -> str:
    """Characters that mean themselves everywhere: in a key, in a role's resource and in a notification rule."""
    if not isinstance(value, str):
        raise ValueError(f'{show(value)} must be text that ends in "/", like "bees/"')
    if not value.endswith("/"):
        raise ValueError(f'{show(value)} must end in "/"')
    if not _PREFIX.fullmatch(value) or len(value) > 200:
        raise ValueError(f"{show(value)} must be folders of letters, digits, '_', '-' and '.', like \"farm/bees/\"")
    return value


def read_project(value: Any) -> str:
    """A project's name. Its ARN is refused with the name in it, as Region and account come from the deployment."""
    if isinstance(value, str) and value.startswith("arn:"):
        if match := _PROJECT_ARN.fullmatch(value):
            raise ValueError(f'{show(value)} is an ARN; write the project\'s name alone: "{match["name"]}"')
        raise ValueError(
            f"{show(value)} is no project's ARN, nor its name; write the name alone, as the console shows it"
        )
    if not isinstance(value, str) or not _PROJECT.fullmatch(value):
        raise ValueError(f"{show(value)} must be a project's name: 1 to 255 letters, digits, '_', '-' and '.'")
    return value


def read_tag_key(value: str) -> str:
    """What every service takes for a tag's key."""
    if not 1 <= len(value) <= 128 or value.lower().startswith("aws:") or not _fits_a_tag(value):
        raise ValueError(
            f"{show(value)} must be 1 to 128 letters, digits, spaces and '_.:/=+-@', not beginning with 'aws:'"
        )
    return value


def read_tag_value(value: Any) -> str:
    """What every service takes for a tag's value."""
    if not isinstance(value, str) or len(value) > 256 or not _fits_a_tag(value):
        raise ValueError(
            f"{show(value)} must be text in quotes: letters, digits, spaces and '_.:/=+-@', 256 characters at most"
        )
    return value


def _fits_a_tag(text: str) -> bool:
    """Letters, separators and numbers of any script, and a few signs."""
    return all(unicodedata.category(char)[0] in "LZN" or char in "_.:/=+-@" for char in text)


def not_too_many_tags(tags: dict[str, str]) -> dict[str, str]:
    """As many as a resource can carry."""
    if len(tags) > MAX_TAGS:
        raise ValueError(f"{len(tags)} tags are more than the {MAX_TAGS} that AWS allows")
    return tags


def read_log_retention(value: Any) -> int:
    """Days, of those that CloudWatch Logs takes."""
    days, rest = divmod(read_duration(value, DAY, 3653 * DAY), DAY)
    if rest or days not in LOG_RETENTION_DAYS:
        raise ValueError(f"'{value}' must be one of {', '.join(f'{each}d' for each in LOG_RETENTION_DAYS)}")
    return days


def read_policy(value: Any) -> Policy:
    """Every key by itself, so that one fault does not hide another."""
    if not isinstance(value, Mapping):
        raise ValueError("must be a table")
    faults = [fault for key, one in value.items() for fault in _policy_faults(key, one)]
    if faults:
        raise Faults(faults)
    return Policy.parse(value)


def _policy_faults(key: str, value: Any) -> list[tuple[str, str]]:
    try:
        Policy.parse({key: value})
    except ValueError as error:
        where, _, text = str(error).partition(": ")
        return [(where, text)]
    return []


def read_schema(value: Any) -> int:
    """The version of the file's own layout."""
    if value != 1:
        raise ValueError(f"{show(value)} must be 1, the only layout that this labelpipe reads")
    return 1


def read_date(value: Any) -> date:
    """A day, as TOML writes it without quotes."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{show(value)} must be a date without quotes, like 2026-11-20")
    return value


def some_distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """At least one, and no format or model name twice."""
    if not values:
        raise ValueError("is empty; write at least one")
    names = [getattr(value, "name", value) for value in values]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"'{name}' is there {names.count(name)} times; each may be there once")
    return values
