"""A handler as a tree: which call it makes next after the answers that it has had.

A handler is a deterministic program, so those answers are all of its state. Its next call is found by running the real
worker with clients that play the answers back, and pause it where they end.
"""

import time
from typing import Any

from labelpipe.aws.results import Results
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.inference.messages import Message
from lambdas.inference.tools import Tools
from lambdas.inference.work import Worker
from tests.unit.lambdas.inference.interleavings.clients import (
    ENVIRONMENT,
    KEY,
    RESULT,
    Answer,
    Call,
    Clients,
    Pause,
    Read,
    Violation,
    Written,
    etag,
)
from tests.unit.lambdas.inference.interleavings.plot import Delivery, Line, Model

MOST_CALLS, MOST_DELIVERIES = 30, 8
"""Of one handler, and of one message: more than any needs who comes to an end."""


class Handlers:
    """The nodes of all handlers' trees, by number: what each does next, and where each answer leads."""

    def __init__(self, plot: tuple[Line, ...]) -> None:
        self._plot = plot
        self._texts: dict[Written, bytes] = {}
        self._nodes: list[tuple[Delivery, tuple[Answer, ...]]] = []
        self._calls: list[Call] = []
        self._numbers: dict[tuple[Delivery, tuple[Answer, ...]], int] = {}
        self._children: dict[tuple[int, Answer], int] = {}
        self._aged: dict[int, int] = {}

    def start(self, delivery: Delivery) -> int:
        if delivery.receives > MOST_DELIVERIES:
            raise Violation(f"a message comes for the {delivery.receives}th time")
        return self._node(delivery, ())

    def call(self, node: int) -> Call:
        return self._calls[node]

    def delivery(self, node: int) -> Delivery:
        return self._nodes[node][0]

    def fresh(self, node: int) -> bool:
        """Nothing has been asked yet."""
        return not self._nodes[node][1]

    def answered(self, node: int, answer: Answer) -> int:
        if (child := self._children.get((node, answer))) is None:
            delivery, answers = self._nodes[node]
            child = self._children[node, answer] = self._node(delivery, (*answers, answer))
        return child

    def aged(self, node: int) -> int:
        """The same handler after the result that it may have read was replaced."""
        if (older := self._aged.get(node)) is None:
            delivery, answers = self._nodes[node]
            old = tuple(each._replace(fresh=False) if isinstance(each, Read) else each for each in answers)
            older = self._aged[node] = self._node(delivery, old)
        return older

    def longest(self) -> int:
        """Calls of the handler that made the most."""
        return max(len(answers) for _, answers in self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def _node(self, delivery: Delivery, answers: tuple[Answer, ...]) -> int:
        if (number := self._numbers.get((delivery, answers))) is None:
            if len(answers) > MOST_CALLS:
                raise Violation(f"a handler has made {len(answers)} calls and no end")
            number = self._numbers[delivery, answers] = len(self._nodes)
            self._nodes.append((delivery, answers))
            self._calls.append(self._run(delivery, list(answers)))
        return number

    def _run(self, delivery: Delivery, answers: list[Answer]) -> Call:
        clients: Any = Clients(self._plot, delivery, answers, self._texts)
        # Too little time to try again in the same delivery: the next one does, which is explored anyway.
        tools = Tools.of(ENVIRONMENT, clients)
        worker = Worker(tools, "request", time.monotonic() + 15)
        try:
            if delivery.model is Model.NOT_ASKED:
                return _rewritten(tools.results)
            outcomes = worker.work(self._message(delivery))
        except Pause as pause:
            return pause.call
        assert clients.asked == len(answers), "a handler that played its record does something else"
        back = any(outcome.back is not None for outcome in outcomes)
        return Call("given back" if back else "done", about=clients.wrote)

    def _message(self, delivery: Delivery) -> Message:
        event = ImageEvent("images", KEY)
        if (line := delivery.version) is not None:
            told = etag(self._plot[line]).strip('"') if delivery.etag else None
            event = ImageEvent("images", KEY, f"v{line}", told)
        now = time.time()
        sent = now - ENVIRONMENT.give_up_after - 3600 if delivery.waited else now
        return Message("m", "r", event.to_body(), delivery.receives, sent, now)


def _rewritten(results: Results) -> Call:
    if there := results.read(RESULT):
        results.replace(there, there.result)
    return Call("done")
