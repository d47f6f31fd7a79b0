"""The models of a route, whatever kind they are of: each is asked in its turn."""

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Protocol

from labelpipe.core.inference.answers import Answer, Pinned
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.pacing import Turn
from labelpipe.core.releases import ReleasedModel
from lambdas.inference.turns import Later, Turns


class Backend(Protocol):
    """Answers with the labels from the confidence floor (0 to 100) up, or raises Failure."""

    def detect(self, model: ReleasedModel, picture: Any, floor: float) -> Answer: ...  # noqa: D102


class Models:
    """Backends and turns are made when first needed, and kept. Any thread may ask."""

    def __init__(self, makers: Mapping[str, Callable[[], Backend]], turns: Callable[[], Turns]) -> None:
        self._makers, self._new_turns = makers, turns
        self._lock = Lock()
        self._backends: dict[str, Backend] = {}
        self._turns: dict[str, Turns] = {}

    def detect(self, model: ReleasedModel, picture: Pinned | bytes, floor: float, deadline: float) -> Answer:
        """As its backend. No turn before the deadline, on the clock of time.monotonic, is TOO_FAST."""
        backend, turns = self._of(model)
        turn = turns.take(max(deadline - time.monotonic(), 0))
        if isinstance(turn, Later):
            detail = f"no turn to ask {model.name} in the time that was left"
            raise Failure(Cause.TOO_FAST, detail, later=turn.seconds)
        return _in_turn(turns, turn, lambda: backend.detect(model, picture, floor))

    def _of(self, model: ReleasedModel) -> tuple[Backend, Turns]:
        with self._lock:
            if model.backend not in self._backends:
                self._backends[model.backend] = self._maker(model)()
            if model.version_arn not in self._turns:
                self._turns[model.version_arn] = self._new_turns()
            return self._backends[model.backend], self._turns[model.version_arn]

    def _maker(self, model: ReleasedModel) -> Callable[[], Backend]:
        if model.backend not in self._makers:
            raise Failure(Cause.ROUTE_FAULT, f"no backend is called {model.backend!r}: release {model.name} anew")
        return self._makers[model.backend]


def _in_turn(turns: Turns, turn: Turn, ask: Callable[[], Answer]) -> Answer:
    """The pace learns from throttles and from answers, and from nothing else."""
    try:
        answer = ask()
    except Failure as failure:
        if failure.cause is Cause.TOO_FAST:
            turns.throttled(turn)
        raise
    turns.succeeded(turn)
    return answer
