"""The decoder's process as its parent sees it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import IO

from labelpipe.fitting.values import Fitted, Job
from labelpipe.fitting.wire import read_answer, write_job
from labelpipe.fitting.worker import READY

_START = (
    "import sys; sys.path += sys.argv[3:]; from labelpipe.fitting.worker import main; main(*map(int, sys.argv[1:3]))"
)
_OPTIONS = ("-I", "-S", "-B", "-W", "ignore")
"""Nothing from its surroundings, no site-packages, no bytecode beside our code, no remarks on odd metadata."""
_TO_START = 30
"""Seconds, on a machine that does much else."""
_LAST_WORDS = 5
"""Seconds in which a process that closed its pipes may end by itself."""


class Died(Exception):
    """It ended without an answer; `signal` is what ended it, if one did."""

    def __init__(self, status: int) -> None:
        self.signal = signal.Signals(-status) if status < 0 else None
        super().__init__(f"the decoder ended with {self.signal.name if self.signal else status}")


class Hangs(Exception):
    """It has given no answer in time, and was ended."""


class Process:
    """A running worker. It knows our code and Pillow, and nothing of what this process knows: no credentials."""

    def __init__(self, most_bytes: int, most_cpu_seconds: int) -> None:
        places = [_home("labelpipe"), _home("PIL")]
        command = [sys.executable, *_OPTIONS, "-c", _START, str(most_bytes), str(most_cpu_seconds), *places]
        environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        self._popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self._jobs, self._answers = _pipes(self._popen)
        self.pid = self._popen.pid
        with self._killed_after(_TO_START):
            ready = self._answers.read(len(READY)) == READY
        if not ready:
            raise RuntimeError(f"no decoder: its process ended with {self.end(_LAST_WORDS)} before it began")

    @property
    def runs(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self._popen.poll() is None

    def ask(self, job: Job, seconds: float) -> Fitted:
        """Raise Died or Hangs, after which it has ended; and what read_answer raises."""
        deadline = time.monotonic() + seconds
        try:
            with self._killed_after(seconds):
                write_job(self._jobs, job)
                return read_answer(self._answers)
        except (EOFError, OSError, LookupError, TypeError, ValueError) as error:  # no answer, or nonsense
            died = Died(self.end(_LAST_WORDS))
            if time.monotonic() >= deadline:
                raise Hangs(f"the decoder gave no answer within {seconds} s") from error
            raise died from error

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[None]:
        """Whether it reads, works or writes: what waits for it ends then."""
        timer = Timer(seconds, self._popen.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def end(self, patience: float = 0) -> int:
        """Kill it, if it does not end by itself in so many seconds. The status: negative for a signal."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(patience)
        self._popen.kill()
        self._answers.close()
        with suppress(OSError):  # what it did not read any more
            self._jobs.close()
        return self._popen.wait()


def _home(package: str) -> str:
    """The folder that a package is imported from."""
    spec = find_spec(package)
    if not spec or not spec.origin:
        raise RuntimeError(f"no decoder: {package} is not there")
    return str(Path(spec.origin).parents[1])


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if not process.stdin or not process.stdout:
        raise RuntimeError("no decoder: its process has no pipes")
    return process.stdin, process.stdout
