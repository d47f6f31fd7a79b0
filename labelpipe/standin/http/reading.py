"""What a caller sends, within bounds of time and size: it may be slow, without end, or no HTTP at all."""

from __future__ import annotations

import http.client
import io
import socket
import time
from email.message import Message
from http import HTTPStatus
from typing import BinaryIO

MAX_BODY = 8 * 1024**2  # bytes; the largest request is a blob of 5 MiB in base64
_TOO_LARGE = f"a body has at most {MAX_BODY} bytes"
_HUNG_UP = "the caller hung up in the middle of a body"
_PIECE = 64 * 1024  # bytes
_MAX_LINE = 1024  # bytes, of the lines between chunks


class Refused(Exception):
    """The request cannot be read to its end: the HTTP status that says so, and why."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class TooMuch(http.client.HTTPException):
    """More bytes than were allowed; in a request's head, http.server answers 431."""


class Incoming(io.RawIOBase):
    """A connection's bytes, as many as are allowed and until the time that is allowed is over."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._until, self._left = 0.0, 0

    def allow(self, seconds: float, most: int) -> None:
        """From now on, for so long and so many bytes, however slowly they come."""
        self._until, self._left = time.monotonic() + seconds, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """As RawIOBase; TimeoutError when the time is over, TooMuch when the bytes are."""
        if (seconds := self._until - time.monotonic()) <= 0:
            raise TimeoutError("the time to send a request is over")
        if self._left <= 0:
            raise TooMuch("the request is too long")
        self._connection.settimeout(seconds)
        count = self._connection.recv_into(buffer)
        self._left -= count
        return count


def declared(headers: Message) -> int | None:
    """The length of the body in bytes; None when it comes in chunks.

    Raises:
        Refused: no length, too large a one, or one that can be understood in two ways ("Message Body Length" in RFC
            9112).
    """
    codings, lengths = headers.get_all("Transfer-Encoding", []), {*headers.get_all("Content-Length", [])}
    if codings:
        if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise Refused(HTTPStatus.BAD_REQUEST, "the body's length is told in two ways or in an unknown coding")
        return None
    if not lengths:
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "the request needs a Content-Length")
    length = lengths.pop().strip()
    if lengths or not (length.isascii() and length.isdigit()):
        raise Refused(HTTPStatus.BAD_REQUEST, "the Content-Length is not one number")
    if len(length) > 12 or int(length) > MAX_BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
    return int(length)


def receive(stream: io.BufferedIOBase, length: int | None, into: BinaryIO) -> None:
    """Copy a body of that length, or in chunks, piece by piece.

    Raises:
        Refused: chunks that make too large a body, or are none.
        ConnectionError: the caller hung up.
    """
    if length is None:
        _receive_chunks(stream, into)
    else:
        _copy(stream, length, into)


def exactly(stream: io.BufferedIOBase, length: int) -> bytes:
    """So many bytes, or ConnectionError when the caller hung up."""
    content = stream.read(length)
    if len(content) < length:
        raise ConnectionAbortedError(_HUNG_UP)
    return content


def _copy(stream: io.BufferedIOBase, length: int, into: BinaryIO) -> None:
    while length:
        length -= into.write(exactly(stream, min(length, _PIECE)))


def _receive_chunks(stream: io.BufferedIOBase, into: BinaryIO) -> None:
    total = 0
    while size := _chunk_size(stream):
        total += size
        if total > MAX_BODY:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        _copy(stream, size, into)
        if stream.read(2) != b"\r\n":
            raise Refused(HTTPStatus.BAD_REQUEST, "a chunk is longer than it says")
    while (trailer := stream.readline(_MAX_LINE)) not in (b"\r\n", b"\n"):
        if not trailer:
            raise ConnectionAbortedError(_HUNG_UP)


def _chunk_size(stream: io.BufferedIOBase) -> int:
    line = stream.readline(_MAX_LINE)
    digits = line.partition(b";")[0].strip()
    if not line.endswith(b"\n") or not 1 <= len(digits) <= 8 or not digits.isalnum():
        raise Refused(HTTPStatus.BAD_REQUEST, "a chunk's size is not a number")
    try:
        return int(digits, 16)
    except ValueError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "a chunk's size is not a number") from error
