"""The world of a scenario: a small model of S3, and handlers that each wait for their next answer.

S3 as far as handlers can tell: the current version of the image, the current result, conditional writes. Source: Amazon
S3 User Guide, "How to prevent object overwrites with conditional writes".
"""

from collections.abc import Iterator
from typing import NamedTuple

from labelpipe.core.results import Status
from tests.unit.lambdas.inference.interleavings.clients import (
    Answer,
    Call,
    Done,
    Read,
    Refused,
    Seen,
    Violation,
    Written,
)
from tests.unit.lambdas.inference.interleavings.handlers import Handlers
from tests.unit.lambdas.inference.interleavings.plot import Delivery, Line, Model, Scenario

ABSENT = Refused("NoSuchKey", 404)
FAILS = Refused("PreconditionFailed", 412)
CONFLICT = Refused("ConditionalRequestConflict", 409)
BROKEN = Refused("InternalError", 500)
SILENCE = Refused("", 0)


class State(NamedTuple):
    """`handlers`: nodes of those that have not ended, sorted, since two in one state are the same to the world.

    `given`: what was answered for the last version of the plot, as far as handlers have ended.
    """

    played: int
    result: Written | None
    handlers: tuple[int, ...]
    faults: int
    redrives: int
    given: Status | None


Step = tuple[object, State]
"""What happened, for a story; and what came of it."""


class World:
    """The states of one scenario, and the steps between them."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.handlers = scenario, Handlers(scenario.plot)

    def start(self) -> State:
        """Nothing has happened yet."""
        early = sorted(map(self.handlers.start, self.scenario.early))
        return State(0, None, tuple(early), self.scenario.faults, self.scenario.redrives, None)

    def _current(self, state: State) -> int | None:
        line = state.played - 1
        return None if line < 0 or self.scenario.plot[line] is Line.DELETE else line

    def steps(self, state: State) -> Iterator[Step]:
        """All that may happen next; nothing when everything has."""
        if state.played < len(self.scenario.plot):
            yield self._play(state)
        for place, node in enumerate(state.handlers):
            if not place or state.handlers[place - 1] != node:
                yield from self._turn(state._replace(handlers=_without(state.handlers, place)), node)

    def _play(self, state: State) -> Step:
        line = self.scenario.plot[state.played]
        more = map(self.handlers.start, self.scenario.deliveries(state.played))
        handlers = tuple(sorted((*state.handlers, *more)))
        return f"a person: {line.value} v{state.played}", state._replace(played=state.played + 1, handlers=handlers)

    def _turn(self, others: State, node: int) -> Iterator[Step]:
        """What one handler may do next, and what may go wrong with it."""
        call = self.handlers.call(node)
        match call.what:
            case "look" | "head" | "list":
                current = self._current(others)
                yield self._on(others, node, ABSENT if current is None else Seen(current))
            case "read":
                yield self._on(others, node, Read(others.result, True) if others.result else ABSENT)
            case "put":
                yield self._put(others, node, call)
            case "dead letter":
                yield self._letter(others, node, Done())
            case what:
                raise AssertionError(f"no call: {what}")
        if others.faults:
            yield from self._faults(others._replace(faults=others.faults - 1), node, call)

    def _faults(self, others: State, node: int, call: Call) -> Iterator[Step]:
        yield self._death(others, node, "before")
        yield self._on(others, node, BROKEN)
        if self.handlers.fresh(node) and self.handlers.delivery(node).model is Model.ANSWERS:
            off = self.handlers.start(self.handlers.delivery(node)._replace(model=Model.OFF))
            yield self._label(node, "finds the model off"), _with(others, off)
        if call.what == "dead letter":
            yield self._letter(others, node, SILENCE)
        if call.what == "put":
            yield self._on(others, node, CONFLICT)
            if self._refusal(others, call) is None:
                written = self._wrote(others, node, call)
                yield self._on(written, node, SILENCE)
                yield self._on(written, node, FAILS)  # the client itself tried again after a lost answer
                yield self._death(written, node, "after")

    def _put(self, others: State, node: int, call: Call) -> Step:
        if refusal := self._refusal(others, call):
            return self._on(others, node, refusal)
        return self._on(self._wrote(others, node, call), node, Done())

    def _refusal(self, others: State, call: Call) -> Refused | None:
        match call.condition:
            case "absent":
                return FAILS if others.result else None
            case "old":
                return FAILS
            case "now" | "none":
                return None
        raise AssertionError(f"no condition: {call.condition}")

    def _wrote(self, others: State, node: int, call: Call) -> State:
        assert call.about
        if self.handlers.delivery(node).model is not Model.NOT_ASKED:
            self._judge_write(others, call.about)
        elif call.about != others.result:
            raise Violation(f"{call.about} was rewritten over {others.result}")
        return others._replace(result=call.about, handlers=tuple(sorted(map(self.handlers.aged, others.handlers))))

    def _letter(self, others: State, node: int, answer: Answer) -> Step:
        """Somebody sends it again, if the scenario has that."""
        label, state = self._on(others, node, answer)
        if not others.redrives:
            return label, state
        again = self.handlers.start(Delivery(self.handlers.delivery(node).version))
        return label, _with(state._replace(redrives=others.redrives - 1), again)

    def _on(self, others: State, node: int, answer: Answer) -> Step:
        """The handler goes on with this answer: to its next call, or to its end."""
        label, following = self._label(node, answer), self.handlers.answered(node, answer)
        match self.handlers.call(following):
            case Call("done", _, about):
                return label, others._replace(given=self._best(others.given, about))
            case Call("given back"):
                return label, _with(others, self.handlers.start(self.handlers.delivery(node).again))
        return label, _with(others, following)

    def _death(self, others: State, node: int, when: str) -> Step:
        again = self.handlers.start(self.handlers.delivery(node).again)
        return self._label(node, f"dies {when} it"), _with(others, again)

    def _best(self, given: Status | None, about: Written | None) -> Status | None:
        if not about or about.version != len(self.scenario.plot) - 1:
            return given
        return about.status if given in (None, Status.FAILED) else given

    def _label(self, node: int, answer: object) -> "Label":
        return Label(self.handlers, node, answer)

    def _judge_write(self, state: State, new: Written) -> None:
        """Nothing newer is ever replaced by anything older, nor an answer by anything of the same version."""
        there = state.result
        if new.version is not None and new.status not in (self.scenario.plot[new.version].answers, Status.FAILED):
            raise Violation(f"v{new.version} is {new.status}, and should not be")
        if there is None or there.version is None:
            return
        if new.version is None or new.version < there.version:
            raise Violation(f"a result of v{new.version} replaces that of v{there.version}")
        precaution = there.crashed and not new.crashed
        if new.version == there.version and not (there.status is Status.FAILED and (_answers(new) or precaution)):
            raise Violation(f"{new.status} replaces {there.status} of v{there.version}")

    def judge(self, final: State) -> None:
        """All messages are acknowledged, nothing more is to come. What a deleted image's result says is its own."""
        current = self._current(final)
        if current is None:
            return
        if final.given is None:
            raise Violation(f"nobody answered for v{current}")
        answers = self.scenario.plot[current].answers  # by a handler that never learnt it, perhaps
        if not final.result or final.result[:2] not in ((current, final.given), (current, answers)):
            raise Violation(f"v{current} is current and was {final.given}; its result is {final.result}")


class Label:
    """A line of a story, put into words only when it is told."""

    def __init__(self, handlers: Handlers, node: int, answer: object) -> None:
        self.handlers, self.node, self.answer = handlers, node, answer

    def __str__(self) -> str:
        return f"{self.handlers.delivery(self.node)}: {self.handlers.call(self.node)} -> {self.answer}"


def _answers(written: Written) -> bool:
    return written.status is not Status.FAILED


def _without(handlers: tuple[int, ...], place: int) -> tuple[int, ...]:
    return handlers[:place] + handlers[place + 1 :]


def _with(state: State, node: int) -> State:
    return state._replace(handlers=tuple(sorted((*state.handlers, node))))
