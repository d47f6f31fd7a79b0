"""TLS whose trusted authorities are read once for all connections of a client."""

import ssl
from threading import Lock
from typing import Any

import botocore.httpsession


class ReadOnce(ssl.SSLContext):
    """urllib3 reads the authorities' file anew for each connection: 20 ms of CPU time (measured), and the first
    batch of a function makes twenty connections."""

    def __init__(self, *_: object) -> None:
        self._lock = Lock()
        self._read: set[tuple[Any, ...]] = set()

    def load_verify_locations(self, *places: Any, **more: Any) -> None:
        """As ever, the first time."""
        asked = (*places, *more.items())
        with self._lock:
            if asked not in self._read:
                super().load_verify_locations(*places, **more)
                self._read.add(asked)


def read_authorities_once() -> None:
    """For every client that botocore makes from now on in this process."""
    botocore.httpsession.SSLContext = ReadOnce  # type: ignore[attr-defined]
