"""Decoding happens in a process of its own: a hostile image takes down or fills up only that."""

import signal
from dataclasses import dataclass, field
from threading import Lock

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.fitting.process import Died, Hangs, Process
from labelpipe.fitting.values import Fitted, Job

_COSTS = {signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT}
"""Out of time; out of memory, by the kernel's hand; out of memory, as what is written in C++ ends."""


@dataclass
class Decoder:
    """A process, started when it is first needed and replaced when it has died. Any thread may use it.

    most_bytes: of address space. A function has at least 1024 MB: what this leaves is for the function itself, for the
        files that it has fetched and for the pictures that it has still to send.
    most_cpu_seconds: for one image; what else the machine does is not counted. The dearest honest image took 4.
    most_seconds: for one image, by the clock. It is no fault of the image: a decoder that neither works nor answers.
    """

    most_bytes: int = 640_000_000
    most_cpu_seconds: int = 10
    most_seconds: float = 50
    process: Process | None = field(init=False, default=None)
    _one_at_a_time: Lock = field(init=False, default_factory=Lock)

    def fit(self, job: Job) -> Fitted:
        """Raise Failure: BAD_IMAGE when it cannot be decoded, at all or within bounds; OUR_FAULT when it hangs."""
        with self._one_at_a_time:
            try:
                return self._ask(job)
            except Died as death:
                if death.signal is signal.SIGXCPU:
                    raise _blamed(death) from death
            # Anything may have killed it. An image on which a fresh one dies too is to blame.
            try:
                return self._ask(job)
            except Died as death:
                raise _blamed(death) from death

    def close(self) -> None:
        """End the process, if there is one."""
        if self.process:
            self.process.end()
        self.process = None

    def _ask(self, job: Job) -> Fitted:
        if self.process and not self.process.runs:
            self.close()  # it died of something else, while it had nothing to do
        self.process = self.process or Process(self.most_bytes, self.most_cpu_seconds)
        try:
            return self.process.ask(job, self.most_seconds)
        except Died:
            self.process = None
            raise
        except Hangs as error:
            self.process = None
            raise Failure(Cause.OUR_FAULT, str(error)) from error


def _blamed(death: Died) -> Failure:
    """Only a signal tells of the image: a status is how our own code ends."""
    if not death.signal:
        return Failure(Cause.OUR_FAULT, str(death))
    return Failure(Cause.BAD_IMAGE, str(death), code=Code.TOO_COSTLY if death.signal in _COSTS else Code.DAMAGED)
