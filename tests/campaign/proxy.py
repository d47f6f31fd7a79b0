"""A loopback proxy before the local AWS: every call of the functions passes a judge, who may spoil it."""

import http.client
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Call:
    """A request, as it came."""

    method: str
    target: str
    """Path and query, percent-encoded."""
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Decoded, without the query."""
        return unquote(urlsplit(self.target).path)


@dataclass(frozen=True)
class Reply:
    """An answer, ours or the real one."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    halved: bool = False
    """Half of the body is sent, then the connection closes."""


Forward = Callable[[Call], Reply]
Judge = Callable[[Call, Forward], Reply | None]
"""Answers a call with or without forwarding it. None closes the connection instead of answering."""

_OF_A_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length", "expect"}


class Proxy:
    """Serves in threads of this process, on 127.0.0.1 only."""

    def __init__(self, endpoint: str, judge: Judge) -> None:
        self._upstream = urlsplit(endpoint).netloc
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.judge, self._server.forward = judge, self._forward
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """What clients use for an endpoint."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _forward(self, call: Call) -> Reply:
        """On a connection of its own: one that has been kept may be closed by the time it is used."""
        headers = {name: value for name, value in call.headers.items() if name.lower() not in _OF_A_CONNECTION}
        connection = http.client.HTTPConnection(self._upstream, timeout=60)
        try:
            connection.request(call.method, call.target, call.body or None, headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.read(), dict(answer.getheaders()))
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    judge: Judge
    forward: Forward

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a caller that was killed is no news
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the caller died: half a request is none
            self.close_connection = True
            return
        reply = self.server.judge(Call(self.command, self.path, dict(self.headers), body), self.server.forward)
        if reply is None:
            self.close_connection = True
            return
        self._send(reply)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _serve  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        length = {name.lower(): value for name, value in reply.headers.items()}.get("content-length")
        for name, value in reply.headers.items():
            if name.lower() not in _OF_A_CONNECTION:
                self.send_header(name, value)
        # The answer to HEAD tells the length of what it does not bring.
        self.send_header("Content-Length", (length or "0") if self.command == "HEAD" else str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.halved else reply.body)
        self.wfile.flush()
        self.close_connection |= reply.halved

    def log_message(self, *args: object) -> None:
        """Quiet."""
