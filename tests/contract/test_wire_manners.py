"""Callers without manners: what is no HTTP, never ends, or never comes. The server answers in one line and goes on."""

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from labelpipe.standin.http import connections
from labelpipe.standin.http.reading import MAX_BODY
from labelpipe.standin.server import ThreadedStandin
from tests.contract.polling import until

TARGET = b"X-Amz-Target: RekognitionService.DescribeProjects\r\n"
ASKED = b"POST / HTTP/1.1\r\nHost: x\r\n" + TARGET
WHOLE = ASKED + b"Content-Length: 2\r\n\r\n{}"
LAST = ASKED + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def server(tmp_path) -> Iterator[ThreadedStandin]:
    with ThreadedStandin(tmp_path) as made:
        yield made


@pytest.fixture
def resting(server: ThreadedStandin) -> Iterator[ThreadedStandin]:
    """No thread is left of what the test did, and the server still answers."""
    before = threading.active_count()
    yield server
    assert statuses(say(server, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")) == [200]
    until(lambda: threading.active_count() <= before, seconds=10, pause=0.05)


def connect(server: ThreadedStandin) -> socket.socket:
    url = urlsplit(server.url)
    return socket.create_connection((url.hostname, url.port), timeout=20)


def say(server: ThreadedStandin, content: bytes) -> bytes:
    """Send, and read until the server closes."""
    with connect(server) as made:
        made.sendall(content)
        return read(made)


def read(made: socket.socket) -> bytes:
    return b"".join(iter(lambda: made.recv(65536), b""))


def statuses(told: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", told)]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"\x00\xff\xfe\n", 400),
        (b"hello\r\n", 400),
        (b"POST / HTTP/9.9\r\n\r\n", 505),
        (b"PATCH / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 501),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 101 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + (b"A: " + b"b" * 60_000 + b"\r\n") * 3 + b"\r\n", 431),
        (ASKED + b"\r\n", 411),
        (ASKED + b"Content-Length: -1\r\n\r\n", 400),
        (ASKED + b"Content-Length: 2.0\r\n\r\n{}", 400),
        (ASKED + b"Content-Length: \xb2\r\n\r\n{}", 400),
        (ASKED + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        (ASKED + b"Content-Length: 9" + b"9" * 5000 + b"\r\n\r\n{}", 413),
        (ASKED + b"Content-Length: 1000000000\r\n\r\n{}", 413),
        (ASKED + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400),
        (ASKED + b"Transfer-Encoding: gzip\r\n\r\n{}", 400),
        (ASKED + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}", 400),
        (ASKED + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}", 400),
        (ASKED + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n", 400),
        (ASKED + b"Transfer-Encoding: chunked\r\n\r\n3B9ACA00\r\n{}", 413),
    ],
)
def test_what_cannot_be_read_is_answered_in_one_line(resting, capfd, content: bytes, status: int) -> None:
    told = say(resting, content)
    assert statuses(told) == [status]
    assert json.loads(told.partition(b"\r\n\r\n")[2])["message"]
    assert capfd.readouterr().err == ""


def test_a_client_that_speaks_tls_is_told_at_once(resting) -> None:
    with connect(resting) as made, pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(made, server_hostname="localhost")


@pytest.mark.parametrize("head", [b"Content-Length: 1000000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_a_gigabyte_is_refused_without_reading_it(resting, head: bytes) -> None:
    sent, piece = 0, b"10000\r\n" + bytes(65536) + b"\r\n" if b"chunked" in head else bytes(65536)
    with connect(resting) as made:
        made.sendall(ASKED + head)
        with pytest.raises(ConnectionError):
            while sent < 10**9:
                made.sendall(piece)
                sent += len(piece)
    assert sent < 5 * MAX_BODY


def test_chunks_are_a_body(resting) -> None:
    chunks = b"1;a=b\r\n{\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n"
    assert statuses(
        say(resting, LAST.replace(b"Content-Length: 2\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n" + chunks))
    ) == [200]


def test_a_large_body_is_read_whole(resting) -> None:
    body = b'{"NextToken": "' + b"a" * 3_000_000 + b'"}'
    told = say(resting, LAST.replace(b": 2\r\n\r\n{}", b": %d\r\n\r\n%s" % (len(body), body)))
    assert statuses(told) == [400]
    assert b"NextToken must be" in told


def test_large_bodies_wait_for_their_turn_and_small_ones_do_not(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(connections, "LARGE_AT_ONCE", 0)
    with ThreadedStandin(tmp_path) as server, connect(server) as made:
        made.sendall(LAST.replace(b": 2\r\n\r\n{}", b": 300000\r\n\r\n" + b" " * 300_000))
        made.settimeout(0.3)
        with pytest.raises(TimeoutError):
            made.recv(1)
        assert statuses(say(server, LAST)) == [200]
        server._server.large.release()
        made.settimeout(20)
        assert statuses(read(made)) == [400]


def test_the_body_is_asked_for_when_it_is_wanted(resting) -> None:
    with connect(resting) as made:
        made.sendall(ASKED + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert statuses(made.recv(1000)) == [100]
        made.sendall(b"{}")
        assert statuses(read(made)) == [200]
    assert statuses(say(resting, ASKED + b"Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n")) == [413]


def test_requests_that_come_at_once_are_answered_in_turn(resting) -> None:
    assert statuses(say(resting, WHOLE * 3 + b"GET / HTTP/1.1\r\n\r\n" + LAST)) == [200] * 5


def test_a_body_that_means_nothing_is_not_taken_for_a_request(resting) -> None:
    assert statuses(say(resting, b"GET / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE)) == [200]


def test_http_1_0_is_answered_and_closed_or_kept_as_it_asks(resting) -> None:
    old = WHOLE.replace(b"HTTP/1.1", b"HTTP/1.0")
    assert statuses(say(resting, old + old)) == [200]
    kept = old.replace(b"Host: x", b"Connection: keep-alive")
    assert statuses(say(resting, kept + old)) == [200, 200]


def test_head_says_what_get_would_without_a_body(resting) -> None:
    assert say(resting, b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n").endswith(b"\r\n\r\n")


BODY = b"Content-Length: 400000\r\n\r\n"
HALVES = [b"", b"PO", b"POST / HTTP/1.1\r\nHost", ASKED + b"Content-Length: 2\r\n\r\n", ASKED + BODY + b"{" * 300_000]
HALVES += [
    ASKED + b"Transfer-Encoding: chunked\r\n\r\n" + rest for rest in (b"", b"5", b"5\r\n{}", b"2\r\n{}\r\n0\r\n")
]


@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_and_a_close_end_the_thread(resting, capfd, half: bytes) -> None:
    with connect(resting) as made:
        made.sendall(half)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_and_silence_end_the_thread(resting, monkeypatch, capfd, half: bytes) -> None:
    for name in ("IDLE_SECONDS", "REQUEST_SECONDS"):
        monkeypatch.setattr(connections, name, 0.2)
    with connect(resting) as made:
        made.sendall(half)
        assert read(made) == b""
    assert capfd.readouterr().err == ""


def test_a_byte_now_and_then_does_not_keep_a_request_alive(resting, monkeypatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.5)
    with connect(resting) as made:
        made.sendall(ASKED + b"Content-Length: 1000\r\n\r\n")
        with pytest.raises(ConnectionError):
            for _ in range(100):
                made.sendall(b"{")
                time.sleep(0.1)


def test_hundreds_that_never_finish_do_not_stop_the_others(resting) -> None:
    with ExitStack() as stack:
        for number in range(300):
            made = stack.enter_context(connect(resting))
            made.sendall(HALVES[number % len(HALVES)])
        assert statuses(say(resting, b"GET / HTTP/1.1\r\n\r\n" * 20 + LAST)) == [200] * 21


def test_a_connection_too_many_is_told_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 3)
    with ThreadedStandin(tmp_path) as server:
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(connect(server)).sendall(b"P")
            until(lambda: statuses(say(server, b"")) == [503], seconds=10, pause=0.05)
        until(lambda: statuses(say(server, LAST)) == [200], seconds=10, pause=0.05)
