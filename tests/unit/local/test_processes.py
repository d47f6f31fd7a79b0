"""Programs that we start end with us, and say why they ended when they do so by themselves."""

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.local.processes import Program, alive, free_port, require_free

FAMILY = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)\n"
)


def start(tmp_path: Path, code: str) -> Program:
    return Program.start("the program", [sys.executable, "-c", code], env=dict(os.environ), log=tmp_path / "log")


def test_a_program_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    program = start(tmp_path, FAMILY)
    program.wait_until(lambda: program.log.read_text().endswith("\n"))
    child = int(program.log.read_text())
    assert alive(program.process.pid)
    assert alive(child)
    program.stop()
    assert not alive(program.process.pid)
    deadline = time.monotonic() + 5  # the kernel has been told, and may take a moment
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(child)


def test_a_program_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = start(
        tmp_path,
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(60)",
    )
    program.wait_until(lambda: "deaf" in program.log.read_text())
    program.stop(patience=0.2)
    assert program.process.returncode == -9


def test_stopping_what_has_ended_is_no_error(tmp_path: Path) -> None:
    program = start(tmp_path, "pass")
    program.process.wait()
    program.stop()
    assert program.process.returncode == 0


def test_a_program_that_ends_before_it_is_ready_is_quoted(tmp_path: Path) -> None:
    program = start(tmp_path, "print('starting'); raise SystemExit('no room left')")
    with pytest.raises(Problem, match="the program ended before it was ready: no room left"):
        program.wait_until(lambda: False)


def test_a_program_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    program = start(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(Problem, match="was not ready after"):
        program.wait_until(lambda: False, seconds=0.1)
    assert not alive(program.process.pid)


def test_an_interrupted_wait_leaves_no_program_behind(tmp_path: Path) -> None:
    program = start(tmp_path, "import time; time.sleep(60)")

    def interrupt() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        program.wait_until(interrupt)
    assert not alive(program.process.pid)


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} on 127.0.0.1 is taken.*say --port"):
            require_free(port, "--port")


def test_a_free_port_is_free() -> None:
    require_free(free_port(), "--port")
