"""Unit tests open no connection: what needs one belongs into another suite."""

import socket

import pytest


@pytest.fixture(autouse=True)
def _no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*address: object) -> None:
        raise AssertionError(f"a unit test tried to connect to {address[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
