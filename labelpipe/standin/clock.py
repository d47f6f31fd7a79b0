"""The service's time: real time, which a person or a test turns forward and lets run faster."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from labelpipe.standin.folder import reading
from labelpipe.standin.store import write_whole


@dataclass(frozen=True)
class Anchor:
    """A moment in both times, in epoch seconds, from which the service's runs at that speed."""

    service: float
    real: float
    speed: float = 1.0

    def at(self, real: float) -> float:
        return self.service + (real - self.real) * self.speed


class Clock:
    """Tells the service's time in epoch seconds; never an earlier one than it told before.

    Args:
        real: the real time in epoch seconds; rates are counted by it.
        file: keeps the anchor, so that a later life goes on from where this one was; None: nothing does.
        speed: seconds of the service in a real one; 0: time stands still.
    """

    def __init__(self, real: Callable[[], float] = time.time, file: Path | None = None, speed: float = 1.0) -> None:
        self.real, self._file = real, file
        self._lock = threading.Lock()
        self._anchor = _read(file) or Anchor(real(), real())
        self._latest = self._anchor.service
        if speed != self._anchor.speed:
            self.turn(speed=speed)

    def __call__(self) -> float:
        with self._lock:
            return self._now(self.real())

    @property
    def speed(self) -> float:
        return self._anchor.speed

    def turn(self, forward: float = 0.0, speed: float | None = None) -> None:
        """Let so many seconds of the service pass at once, and from now on so many in each real one."""
        with self._lock:
            real = self.real()
            pace = self._anchor.speed if speed is None else speed
            self._anchor = Anchor(self._now(real) + forward, real, pace)
            if self._file:
                write_whole(self._file, json.dumps(asdict(self._anchor)).encode())

    def _now(self, real: float) -> float:
        self._latest = max(self._latest, self._anchor.at(real))
        return self._latest


def _read(file: Path | None) -> Anchor | None:
    if not file or not file.exists():
        return None
    with reading(file, "remove it, and time goes on as real time does"):
        return Anchor(**{name: float(value) for name, value in json.loads(file.read_text("utf-8")).items()})
