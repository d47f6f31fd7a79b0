"""A request and its reply, whichever API they belong to."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labelpipe.standin.arns import Place

AMZ_JSON = "application/x-amz-json-1.1"
MAX_VALUES = 100_000  # in a body: small values take twenty times their size once they are read
_SCOPE = re.compile(r"Credential=[^/\s]{1,128}/[0-9]{8}/([a-z0-9-]{1,32})/")


@dataclass(frozen=True)
class Request:
    """A POST. The names of its headers are told apart by case or not, as the mapping does.

    It need not be signed, and no signature is checked: whoever reaches the stand-in may use it, with curl too.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def target(self) -> str:
        return self.headers.get("X-Amz-Target") or ""

    @property
    def place(self) -> Place:
        """The Region of the signature's credential scope; without one, the default."""
        found = _SCOPE.search(self.headers.get("Authorization") or "")
        return Place(found[1]) if found else Place()

    def value(self) -> Any:
        """The body's JSON; an empty body is an empty object. ValueError when it cannot be read."""
        if self.body.count(b",") + self.body.count(b"[") + self.body.count(b"{") > MAX_VALUES:
            raise ValueError(f"more than {MAX_VALUES} values")
        try:
            return json.loads(self.body or b"{}")
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = AMZ_JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
