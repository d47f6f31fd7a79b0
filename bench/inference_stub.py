"""A cheap double of S3, Rekognition, SSM and SQS for bench/inference.py: what it is sent is hardly read.

    python bench/inference_stub.py FOLDER [CERTIFICATE]

Prints its port, and serves until it is ended; over TLS with the certificate, whose file holds its key too. A picture is
known by its name alone, in whatever folder it is asked for: a file of FOLDER. Anything else is what was put there.
"""

import asyncio
import json
import re
import ssl
import sys
from pathlib import Path

DETECT = 0.1
"""Seconds until DetectCustomLabels answers."""
OTHERS = 0.02
"""Seconds until anything else answers."""
LABELS = {
    "CustomLabels": [
        {
            "Name": name,
            "Confidence": confidence,
            "Geometry": {"BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.05, "Height": 0.04}},
        }
        for name, confidence in (("bee", 99.1), ("bee", 87.5), ("wasp", 31.0))
    ]
}
DATE = "Fri, 20 Nov 2026 10:00:00 GMT"
_RANGE = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d+)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *(\w+)\.(\w+)", re.IGNORECASE)


class Objects:
    """What lies in S3. Every object has one version."""

    def __init__(self, folder: Path) -> None:
        self.pictures = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.put: dict[str, bytes] = {}

    def find(self, path: str) -> bytes | None:
        """The content at /BUCKET/KEY."""
        return self.put[path] if path in self.put else self.pictures.get(path.rpartition("/")[2])


class Connection(asyncio.Protocol):
    """Answers one request after another, each after its time."""

    def __init__(self, objects: Objects) -> None:
        self.objects, self.received, self.invited = objects, bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.received[: end + 2])
        length = int(found[1]) if (found := _LENGTH.search(head)) else 0
        if len(self.received) < end + 4 + length:
            if b"100-continue" in head and not self.invited:
                self.invited = True
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        body = bytes(self.received[end + 4 : end + 4 + length])
        self.received.clear()
        self.invited = False
        seconds, answer = self.answer(head, body)
        asyncio.get_running_loop().call_later(seconds, self.transport.write, answer)

    def answer(self, head: bytes, body: bytes) -> tuple[float, bytes]:
        """Seconds to wait, and what to say then."""
        if not (target := _TARGET.search(head)):
            return OTHERS, self.s3(head, body)
        match target[2]:
            case b"DetectCustomLabels":
                return DETECT, said(200, json.dumps(LABELS).encode())
            case b"GetParameter":
                return OTHERS, said(200, b'{"Parameter": {"Name": "pointer", "Value": "releases/bees-1.json"}}')
        return OTHERS, said(200, b"{}")

    def s3(self, head: bytes, body: bytes) -> bytes:
        """GET (with a range), HEAD, and PUT (with If-None-Match)."""
        verb, target = head.split(b" ", 2)[:2]
        path = target.decode().partition("?")[0]
        there = self.objects.find(path)
        if verb == b"PUT":
            if there is not None and b"if-none-match" in head.lower():
                return said(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            self.objects.put[path] = body
            return said(200, b"", etag='"0123"', x_amz_version_id="v1")
        if there is None:
            return said(404, b"<Error><Code>NoSuchKey</Code></Error>")
        about = {"etag": '"0123"', "x_amz_version_id": "v1", "last_modified": DATE, "content_type": "image/jpeg"}
        if verb == b"HEAD":
            return said(200, there, **about)[: -len(there)]
        if found := _RANGE.search(head):
            part = there[int(found[1]) : int(found[2]) + 1]
            last = int(found[1]) + len(part) - 1
            return said(206, part, **about, content_range=f"bytes {int(found[1])}-{last}/{len(there)}")
        return said(200, there, **about)


def said(status: int, body: bytes, **headers: str) -> bytes:
    """An HTTP answer. A header's name has underscores for its dashes."""
    lines = {"content_length": str(len(body)), "date": DATE, "x_amz_request_id": "0123"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


async def serve(folder: Path, certificate: str | None) -> None:
    objects, context = Objects(folder), None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(objects), "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
