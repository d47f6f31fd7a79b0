"""What a well-formed request is: patterns, ranges and enums, which botocore does not check before it sends."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labelpipe.standin.errors import InvalidParameterException, ValidationException


def invalid(path: str, why: str) -> InvalidParameterException:
    return InvalidParameterException(f"Request has invalid parameters: {path} {why}")


@dataclass(frozen=True)
class Text:
    """A string of min to max characters that matches the whole pattern and, when given, is one of the values."""

    min: int = 0
    max: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()

    def parse(self, value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise invalid(path, "is not a string")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise invalid(path, "is not Unicode: it has half of a pair")
        _in_range(len(value), self.min, self.max, path, "characters")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise invalid(path, f"does not match {self.pattern}")
        if self.values and value not in self.values:
            raise invalid(path, f"is not one of {', '.join(self.values)}")
        return value


@dataclass(frozen=True)
class Number:
    """A finite number from min to max; whole says that it has no fraction. The API's integers have 32 bits."""

    min: float | None = None
    max: float | None = None
    whole: bool = True

    def parse(self, value: Any, path: str) -> float:
        kinds = (int,) if self.whole else (int, float)
        largest = 2**31 - 1 if self.whole else sys.float_info.max
        if isinstance(value, bool) or not isinstance(value, kinds) or not abs(value) <= largest:  # nor NaN
            raise invalid(path, f"is not a {'whole ' if self.whole else ''}number")
        _in_range(value, self.min, self.max, path)
        return value


@dataclass(frozen=True)
class PageSize(Number):
    """The MaxResults of a list: "if you specify a value greater than 100, a ValidationException error occurs"."""

    def parse(self, value: Any, path: str) -> float:
        try:
            return super().parse(value, path)
        except InvalidParameterException as error:
            raise ValidationException(str(error)) from error


@dataclass(frozen=True)
class Flag:
    def parse(self, value: Any, path: str) -> bool:
        if not isinstance(value, bool):
            raise invalid(path, "is not a boolean")
        return value


@dataclass(frozen=True)
class Blob:
    """From min to max bytes, in base64 on the wire."""

    min: int = 0
    max: int | None = None

    def parse(self, value: Any, path: str) -> bytes:
        try:
            content = base64.b64decode(value, validate=True)
        except (TypeError, ValueError) as error:
            raise invalid(path, "is not base64") from error
        _in_range(len(content), self.min, self.max, path, "bytes")
        return content


@dataclass(frozen=True)
class Sequence:
    member: Any
    min: int = 0
    max: int | None = None

    def parse(self, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise invalid(path, "is not a list")
        _in_range(len(value), self.min, self.max, path, "members")
        return [self.member.parse(item, f"{path}[{i}]") for i, item in enumerate(value)]


@dataclass(frozen=True)
class Table:
    """A map from strings to strings."""

    key: Text
    value: Text
    max: int | None = None

    def parse(self, value: Any, path: str) -> dict[str, str]:
        if not isinstance(value, dict):
            raise invalid(path, "is not a map")
        _in_range(len(value), 0, self.max, path, "entries")
        return {self.key.parse(k, f"{path} key"): self.value.parse(v, f"{path}.{k}") for k, v in value.items()}


@dataclass(frozen=True)
class Structure:
    """Named members, or exactly one of them. Others are ignored, and null is the same as absent."""

    members: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    exactly_one: bool = False

    def parse(self, value: Any, path: str = "") -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid(path or "the body", "is not a structure")
        given = {name: item for name, item in value.items() if item is not None and name in self.members}
        for name in self.required:
            if name not in given:
                raise invalid(_join(path, name), "is missing")
        if self.exactly_one and len(given) != 1:
            raise invalid(path, f"must have exactly one of {', '.join(self.members)}")
        return {name: self.members[name].parse(item, _join(path, name)) for name, item in given.items()}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _in_range(value: float, low: float | None, high: float | None, path: str, unit: str = "") -> None:
    if (low is not None and value < low) or (high is not None and value > high):
        limits = f"at least {low}" if high is None else f"between {low} and {high}"
        raise invalid(path, f"must be {limits} {unit}".rstrip() + f", not {value}")
