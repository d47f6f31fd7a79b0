"""Objects in a dictionary, behind just enough HTTP for boto3 and `aws s3 mb` and `cp`."""

from __future__ import annotations

import hashlib
import sys
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class FakeS3(ThreadingHTTPServer):
    """Every version of an object is kept. A bucket exists as soon as something is put into it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, list[bytes]] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # who wants no more of a large object hangs up
            super().handle_error(request, client_address)

    def put(self, bucket: str, key: str, content: bytes) -> str:
        """Store and tell the version id."""
        versions = self.objects.setdefault(f"/{bucket}/{key}", [])
        versions.append(content)
        return str(len(versions))

    def get(self, bucket: str, key: str) -> bytes:
        return self.objects[f"/{bucket}/{key}"][-1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeS3

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        versions = self.server.objects.get(unquote(url.path), [])
        asked = parse_qs(url.query).get("versionId", [str(len(versions))])[0]
        version = int(asked) if asked.isdecimal() else 0
        if not 1 <= version <= len(versions):
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._send(200, versions[version - 1])

    do_HEAD = do_GET

    def do_PUT(self) -> None:
        bucket, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        content = self._body()
        if key:
            self.server.put(bucket, key, content)
        self._send(200, b"")

    def _body(self) -> bytes:
        if "Content-Length" in self.headers and "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return self.rfile.read(int(self.headers["Content-Length"]))
        content = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return content

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("Last-Modified", formatdate(usegmt=True))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass
