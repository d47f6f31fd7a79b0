"""The HTTP side: a thread for each connection, whatever the caller sends or does not send."""

from __future__ import annotations

import io
import json
import resource
import socket
import sys
import threading
import time
import traceback
from contextlib import ExitStack, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from labelpipe.standin import wire
from labelpipe.standin.errors import InternalServerError
from labelpipe.standin.faults import Fault
from labelpipe.standin.folder import Unusable
from labelpipe.standin.http import dials, routes
from labelpipe.standin.http.exchange import Reply, Request
from labelpipe.standin.http.reading import MAX_BODY, Incoming, Refused, TooMuch, declared, exactly, receive
from labelpipe.standin.service import Service

IDLE_SECONDS = 120.0  # that a connection is kept between two requests
REQUEST_SECONDS = 30.0  # from a request's first byte to its last
REPLY_SECONDS = 30.0  # for the caller to take the reply
LINGER_SECONDS = 1.0  # for a caller that is refused to see it, while it still sends
MAX_HEAD = 128 * 1024  # bytes of a request before its body
MAX_CONNECTIONS = 1000
SMALL_BODY = 256 * 1024  # bytes; what every connection may have in memory at once
LARGE_AT_ONCE = 8  # bodies above that: one of 8 MB takes 30 MB until it is answered
TLS = b"\x16"  # what a handshake begins with


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        super().__init__(address, Handler)
        self.service = service
        self.large = threading.Semaphore(LARGE_AT_ONCE)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._room = threading.Semaphore(min(MAX_CONNECTIONS, files // 2))  # without files left, nothing works

    def server_bind(self) -> None:
        # HTTPServer's asks the name server who it is, which can take seconds on a laptop without network.
        TCPServer.server_bind(self)  # lets a killed server's port be taken again at once
        self.server_name, self.server_port = self.server_address[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            with suppress(OSError):
                request.setblocking(False)
                request.send(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        if isinstance(error, (ConnectionError, TimeoutError)):  # a caller that hung up is no news
            return
        if isinstance(error, OSError):
            _complain(error)
        else:
            traceback.print_exc()


def _complain(error: Exception) -> None:
    """One line of the log for a full disk, a folder that is gone, a damaged file: what the person can mend."""
    print(f"standin: not done: {error}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    command = ""  # of a request that was not read yet
    server: Server

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._incoming = Incoming(self.connection)
        self.rfile = io.BufferedReader(self._incoming)

    def handle_one_request(self) -> None:
        """As the base class, which answers 431 to a head that is too long; only a first byte may take long."""
        self._incoming.allow(IDLE_SECONDS, MAX_HEAD)
        if not (first := self.rfile.peek(1)[:1]):
            self.close_connection = True
            return
        self._incoming.allow(REQUEST_SECONDS, MAX_HEAD)
        try:
            if first == TLS:
                raise Refused(HTTPStatus.BAD_REQUEST, "this is plain HTTP: the URL begins with http://")
            super().handle_one_request()
        except TooMuch as error:
            self._refuse(Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)))
        except Refused as error:
            self._refuse(error)

    def handle_expect_100(self) -> bool:
        """Ask for the body unless it would be refused."""
        declared(self.headers)
        return super().handle_expect_100()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self._expect_no_body()
        if self.path.startswith(dials.FOLDER):
            self._control(b"")
        else:
            self._send(Reply(200, b'{"standin": "running"}', "application/json"))

    def do_PUT(self) -> None:
        with ExitStack() as held:
            self._control(self._body(held))

    def do_DELETE(self) -> None:
        self._expect_no_body()
        self._control(b"")

    def do_POST(self) -> None:
        if self.path.startswith(dials.FOLDER):
            self._refuse(Refused(HTTPStatus.METHOD_NOT_ALLOWED, "GET, PUT and DELETE: curl needs -X PUT before -d"))
            return
        with ExitStack() as held:
            request = Request(self.path, self.headers, self._body(held))
            name = routes.operation(request)
            fault = self.server.service.injector.draw(name) if name else None
            reply = None if fault in (Fault.HANG, Fault.DROP) else self._answer(request, fault)
        if reply is None or fault is Fault.LOST:
            self._say_nothing(hang=fault is Fault.HANG)
            return
        if fault is Fault.SLOW:
            time.sleep(self.server.service.injector.faults.slow_seconds)
        self._send(reply)

    def _body(self, held: ExitStack) -> bytes:
        """The request's body. A large one comes into a file, and into memory when it is its turn."""
        length = declared(self.headers)
        self._incoming.allow(REQUEST_SECONDS, 2 * MAX_BODY)  # small chunks have more around them than in them
        if length is not None and length <= SMALL_BODY:
            return exactly(self.rfile, length)
        from tempfile import TemporaryFile  # noqa: PLC0415  most servers never need it

        with TemporaryFile(dir=self.server.service.store.folder) as file:
            receive(self.rfile, length, file)
            held.enter_context(self.server.large)
            file.seek(0)
            return file.read()

    def _expect_no_body(self) -> None:
        """One that comes nevertheless stays unread: what follows would be taken for a request."""
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True

    def _answer(self, request: Request, fault: Fault | None) -> Reply:
        try:
            return routes.answer(self.server.service, request, fault)
        except (OSError, Unusable) as error:
            _complain(error)
            return wire.failure(InternalServerError())
        except Exception:  # noqa: BLE001  the last net: a bug is a 500 for the caller and a traceback in our log
            traceback.print_exc()
            return wire.failure(InternalServerError())

    def _say_nothing(self, *, hang: bool) -> None:
        """Close the connection; hanging, only once the caller has closed it."""
        self.close_connection = True
        if hang:
            self.connection.settimeout(None)
            self.connection.recv(1)

    def _control(self, body: bytes) -> None:
        """Turn or read a dial, for callers on this machine alone."""
        found = None
        if self.client_address[0].startswith("127."):
            found = dials.turn(self.server.service, self.path, self.command, body, routes.kinds())
        known = ", ".join(dials.paths())
        status, told = found or (404, {"error": f"there are {known}, for callers on this machine, and nothing else"})
        self._send(Reply(status, json.dumps(told).encode(), "application/json"))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The base class's own errors, of requests that are no HTTP."""
        self._refuse(Refused(HTTPStatus(code), message or HTTPStatus(code).phrase))

    def _refuse(self, error: Refused) -> None:
        """Answer, and close once the caller has seen it: a close on unread bytes would take the answer back."""
        self.close_connection = True
        self._send(Reply(error.status, json.dumps({"message": str(error)}).encode(), "application/json"))
        self._incoming.allow(LINGER_SECONDS, MAX_BODY)
        with suppress(OSError, TooMuch):
            self.connection.shutdown(socket.SHUT_WR)
            while self._incoming.read(64 * 1024):
                pass

    def _send(self, reply: Reply) -> None:
        headers = {
            "Content-Type": reply.content_type,
            "Content-Length": len(reply.body),
            "Connection": "close" if self.close_connection else "keep-alive",
            "x-amzn-RequestId": reply.request_id,
            **reply.headers,
        }
        status = f"HTTP/1.1 {int(reply.status)} {self.responses.get(reply.status, ('',))[0]}"
        head = "\r\n".join([status, *(f"{name}: {value}" for name, value in headers.items()), "\r\n"])
        self.connection.settimeout(REPLY_SECONDS)
        self.wfile.write(head.encode() + (b"" if self.command == "HEAD" else reply.body))  # in one packet

    def log_message(self, *args: object) -> None:
        """Quiet: the reply tells the caller."""
