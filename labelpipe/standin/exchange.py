"""A request and its reply, whichever API they belong to."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from labelpipe.standin.arns import Place

AMZ_JSON = "application/x-amz-json-1.1"
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([a-z\d-]+)/")


@dataclass(frozen=True)
class Request:
    """A POST. The names of its headers are told apart by case or not, as the mapping does."""

    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def target(self) -> str:
        return self.headers.get("X-Amz-Target") or ""

    @property
    def place(self) -> Place:
        """The Region of the signature's credential scope; the signature itself is not checked."""
        found = _SCOPE.search(self.headers.get("Authorization") or "")
        return Place(found[1]) if found else Place()


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = AMZ_JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
