"""The decoder's process: one image at a time, within bounds, until no more come. process.py starts it."""

import os
import resource
import signal
import sys
import time
from traceback import format_exc
from typing import IO

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Failure
from labelpipe.fitting.wire import read_job, write_bug, write_fitted, write_refusal

READY = b"\n"
"""What it says when it has started."""


def main(most_bytes: int, most_seconds: int) -> None:
    """Jobs on standard input, answers on standard output. The seconds are of CPU time, for each image."""
    from labelpipe.fitting.picture import fitted  # noqa: PLC0415 (Pillow: in this process alone)

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever asked is gone, and this process with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    jobs, answers = sys.stdin.buffer, _alone_on_output()
    while job := read_job(jobs):
        _allow(most_seconds)
        try:
            write_fitted(answers, fitted(job))
        except Failure as failure:
            write_refusal(answers, failure.code or Code.DAMAGED, failure.detail)
        except MemoryError:
            write_refusal(answers, Code.TOO_COSTLY, "MemoryError, with the image decoded")
        except Exception:  # noqa: BLE001 (a bug of ours: the parent raises it)
            write_bug(answers, format_exc())


def _alone_on_output() -> IO[bytes]:
    """Decoders written in C print remarks about odd files: those go nowhere, and never into an answer."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    answers.write(READY)
    answers.flush()
    os.dup2(nowhere, 2)
    return answers


def _allow(seconds: int) -> None:
    """So much more CPU time, then SIGXCPU ends the process."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, most))
