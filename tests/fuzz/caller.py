"""A worker: sends cases one after the other, on one connection as long as the server keeps it."""

import http.client
import socket
from urllib.parse import urlsplit

from tests.fuzz.cases import HTTP, Case
from tests.fuzz.judging import Reply

SECONDS = 60.0  # for a reply, on a machine that does other things too


class Caller:
    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).hostname, urlsplit(url).port
        self._socket: socket.socket | None = None

    def ask(self, case: Case) -> Reply | None:
        """The reply; None when there is none, because the connection closed, or none is awaited."""
        try:
            return self._spoilt(case.content) if case.operation == HTTP else self._ordinary(case.content)
        except (ConnectionError, http.client.HTTPException):
            self.close()
            return None

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    def _ordinary(self, content: bytes) -> Reply | None:
        if self._socket is None:
            self._socket = self._connected()
        self._socket.sendall(content)
        reply, close = _read(self._socket)
        if close:
            self.close()
        return reply

    def _spoilt(self, content: bytes) -> Reply | None:
        """On a connection of its own, which says that it has no more to send."""
        with self._connected() as made:
            made.sendall(content)
            made.shutdown(socket.SHUT_WR)
            return _read(made)[0]

    def _connected(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=SECONDS)


def _read(made: socket.socket) -> tuple[Reply, bool]:
    with http.client.HTTPResponse(made) as response:
        response.begin()
        body = response.read()
        error = response.headers.get("x-amzn-ErrorType", "")
        return Reply(response.status, error, body), response.will_close
