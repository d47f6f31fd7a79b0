"""The HTTP side: one thread for each connection, and a server that a fixture or a command can hold."""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from labelpipe.standin import control, routes, wire
from labelpipe.standin.errors import InternalServerError
from labelpipe.standin.exchange import Reply, Request
from labelpipe.standin.faults import Fault, Faults
from labelpipe.standin.injection import Injector
from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.metering import Meter
from labelpipe.standin.objects import Objects
from labelpipe.standin.service import Service
from labelpipe.standin.store import Store

MAX_BODY = 16 * 1024**2  # bytes; the largest request is an image of 5 MB in base64


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        super().__init__(address, _Handler)
        self.service = service

    def server_bind(self) -> None:
        # The base class asks the name server who it is, which can take seconds on a laptop without network.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a caller that hung up is no news
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave in one packet
    disable_nagle_algorithm = True
    timeout = 120  # seconds that an idle connection is kept
    server: _Server

    def do_GET(self) -> None:
        if self.path == control.PATH:
            self._control(b"")
        else:
            self._send(Reply(200, b'{"standin": "running"}'))

    def do_PUT(self) -> None:
        if (body := self._body()) is not None:
            self._control(body)

    def do_DELETE(self) -> None:
        self.close_connection = True  # a body, which means nothing here, stays unread
        self._control(b"")

    def do_POST(self) -> None:
        if (body := self._body()) is None:
            return
        request = Request(self.path, self.headers, body)
        name = routes.operation(request)
        fault = self.server.service.injector.draw(name) if name else None
        if fault in (Fault.HANG, Fault.DROP):
            self._say_nothing(hang=fault is Fault.HANG)
            return
        reply = self._answer(request, fault)
        if fault is Fault.LOST:
            self._say_nothing(hang=False)
            return
        if fault is Fault.SLOW:
            time.sleep(self.server.service.injector.faults.slow_seconds)
        self._send(reply)

    def _body(self) -> bytes | None:
        """The request's body; a length that is missing or too large is answered, and is None."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            self._send(Reply(413 if length.isdigit() else 411, b"{}"))
            return None
        return self.rfile.read(int(length))

    def _answer(self, request: Request, fault: Fault | None) -> Reply:
        try:
            return routes.answer(self.server.service, request, fault)
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
        """Change or tell the faults, for callers on this machine alone."""
        if self.path != control.PATH or not self.client_address[0].startswith("127."):
            status, told = 404, {"error": f"there is {control.PATH}, for callers on this machine, and nothing else"}
        else:
            status, told = control.control(self.command, body, self.server.service.injector, routes.kinds())
        self._send(Reply(status, json.dumps(told).encode(), "application/json"))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("x-amzn-RequestId", reply.request_id)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Quiet: the reply tells the caller."""


class ThreadedStandin:
    """The stand-in in a thread of this process.

    Args:
        state: the folder that keeps projects, datasets and models.
        s3_endpoint_url: the S3 to read from, or None for boto3's own settings.
        cloudwatch_endpoint_url: the CloudWatch that hears every metric_seconds what runs; None: nobody does.
        delays: how long starting, stopping and imports last.
        port: 0 takes a free one.
        clock: gives the time in epoch seconds.
        faults: what is to go wrong from the start.
    """

    def __init__(
        self,
        state: Path,
        *,
        s3_endpoint_url: str | None = None,
        cloudwatch_endpoint_url: str | None = None,
        metric_seconds: float = 60,
        delays: Delays | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        faults: Faults | None = None,
    ) -> None:
        objects, injector = Objects(s3_endpoint_url), Injector(faults)
        self.service = Service(Store(state), objects, clock, delays or Delays(), injector)
        self._meter = Meter(self.service, cloudwatch_endpoint_url, metric_seconds) if cloudwatch_endpoint_url else None
        self._server = _Server((host, port), self.service)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host}:{port}"

    def start(self) -> None:
        self.service.resume()
        self._thread.start()
        if self._meter:
            self._meter.start()

    def stop(self) -> None:
        """Answer nothing more, end the trainings, free the port."""
        if self._meter:
            self._meter.stop()
        self._server.shutdown()
        self._thread.join()
        self.service.close()
        self._server.server_close()

    def __enter__(self) -> ThreadedStandin:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()
