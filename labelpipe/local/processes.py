"""Programs that we start, and that never outlive us unless they are meant to."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from labelpipe.core.errors import Problem

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def free_port() -> int:
    """A port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, otherwise: str) -> None:
    """Raise a Problem when something listens on the port already. otherwise: what to say to have another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Problem(
                f"port {port} on 127.0.0.1 is taken by another program: stop it, or say {otherwise}"
            ) from None


def _die_with_parent() -> None:
    """On Linux the kernel ends a child whose parent was killed; elsewhere the parent's own handling must do."""
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Program:
    """A running program with all that it starts: a process group of its own, with its output in a file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        log: Path,
        lasting: bool = False,
        cwd: Path | None = None,
    ) -> Self:
        """Start it, from the main thread: what is not lasting ends with the thread that started it."""
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=None if lasting else _die_with_parent,
            )
        return cls(name, process, log)

    def wait_until(self, ready: Callable[[], bool], seconds: float = 30) -> None:
        """Return once it is ready. Else it is stopped: a Problem has its last words, or says that it was too slow."""
        deadline = time.monotonic() + seconds
        try:
            while not ready():
                if self.process.poll() is not None:
                    raise Problem(f"{self.name} ended before it was ready: {self.last_words()}")
                if time.monotonic() > deadline:
                    raise Problem(f"{self.name} was not ready after {seconds:.0f} s: its output is in {self.log}")
                time.sleep(0.05)
        except BaseException:
            self.stop()
            raise

    def last_words(self) -> str:
        """The last line of output that says something."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return f"{lines[-1]} (all of it: {self.log})" if lines else "it said nothing"

    def stop(self, patience: float = 10) -> None:
        """End it with everything that it started. patience: seconds until it is killed."""
        stop_group(self.process.pid, reap=self.process.poll, seconds=patience)
        self.process.wait()


def stop_group(leader: int, *, reap: Callable[[], object] = lambda: None, seconds: float = 10) -> None:
    """End a process group: its leader is asked first; what is left of the group then is killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while alive(leader) and time.monotonic() < deadline:
            time.sleep(0.05)
            reap()
        os.killpg(leader, signal.SIGKILL)
    reap()


def alive(pid: int) -> bool:
    """Whether the process runs: one that ended, and whose parent has not asked after it, does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
