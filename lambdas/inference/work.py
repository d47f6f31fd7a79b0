"""One message: each image that it names is answered or treated by its cause. It succeeds when all are done."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial

from aws_lambda_powertools import Logger

from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.events import ImageEvent, Junk, Noise, Unreadable, read
from labelpipe.core.inference.messages import Message
from labelpipe.core.inference.treatment import Reject, Retry, SendBytes, Situation, Treatment, treat, treat_time_out
from labelpipe.core.inference.waits import BETWEEN_ATTEMPTS
from labelpipe.core.results import Result
from lambdas.inference.attempt import Attempt
from lambdas.inference.endings import Endings, Outcome
from lambdas.inference.tools import Tools

logger = Logger()


@dataclass(frozen=True)
class Worker:
    """Works on the messages of one invocation, from any thread. The deadline is on the clock of time.monotonic."""

    tools: Tools
    request_id: str
    deadline: float
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random

    def work(self, message: Message) -> list[Outcome]:
        """Never raises: a message fails alone. A message that must come again has been given back."""
        return self._on_all(message, self._image)

    def read_ahead(self) -> list[Outcome]:
        """The release, while images are looked at. Never raises: what is wrong with it is told to whoever needs it."""
        with suppress(Exception):
            self.tools.pointer.release()
        return []

    def give_up_on_time(self, message: Message) -> list[Outcome]:
        """Like work, when there is no time for it any more: quick."""
        return self._on_all(message, self._late)

    def _on_all(self, message: Message, on_image: Callable[[ImageEvent, Message], Outcome]) -> list[Outcome]:
        try:
            outcomes = self._outcomes(message, on_image)
        except Exception:  # noqa: BLE001 (the treatment of a failure failed: only the queue can help now)
            logger.exception("message returned", message_id=message.id)
            outcomes = [Outcome((Cause.OUR_FAULT,), BETWEEN_ATTEMPTS)]
        waits = [outcome.back for outcome in outcomes if outcome.back is not None]
        if waits:
            self._give_back(message, max(waits))
        return outcomes

    def _outcomes(self, message: Message, on_image: Callable[[ImageEvent, Message], Outcome]) -> list[Outcome]:
        try:
            things = read(message.body)
        except Unreadable as error:
            failure = Failure(Cause.UNREADABLE_MESSAGE, str(error))
            return [self._endings.dead_letter(message, message.body, failure)]
        return [self._outcome(thing, message, on_image) for thing in things]

    def _outcome(
        self, thing: ImageEvent | Noise | Junk, message: Message, on_image: Callable[[ImageEvent, Message], Outcome]
    ) -> Outcome:
        match thing:
            case Noise(name):
                logger.info("noise", noise=name, message_id=message.id)
                return Outcome(("Noise",))
            case Junk(body, reason):
                return self._endings.dead_letter(message, body, Failure(Cause.UNREADABLE_MESSAGE, reason))
            case ImageEvent():
                return on_image(thing, message)

    def _image(self, event: ImageEvent, message: Message) -> Outcome:
        attempt = self._attempt(event, message)
        produce: Callable[[], Result] = attempt.answer
        retries = 0
        while True:  # it ends: retries are counted, and a picture is made to fit once
            try:
                return self._endings.publish(produce())
            except Failure as known:
                failure = known
            except Exception as error:  # noqa: BLE001 (a bug: it fails alone and travels as a cause)
                logger.exception("unexpected", key=event.key, message_id=message.id)
                failure = Failure(Cause.OUR_FAULT, f"{type(error).__name__}: {error}")
            now = self._situation(attempt, retries)
            treatment: Treatment = treat(failure, now)
            match treatment:
                case Retry(seconds):
                    logger.info("retry", cause=failure.cause, detail=failure.detail, key=event.key)
                    retries += 1
                    self.sleep(seconds)
                case SendBytes():
                    attempt.make_it_fit()
                case Reject(code):
                    produce = partial(attempt.rejected, code)
                case _:
                    return self._endings.end(treatment, failure, attempt, now)

    def _late(self, event: ImageEvent, message: Message) -> Outcome:
        """Its work may still go on: what it comes to is welcome."""
        attempt = self._attempt(event, message)
        failure = Failure(Cause.TIMED_OUT, "its work did not end in the function's time")
        now = self._situation(attempt, retries=0)
        return self._endings.end(treat_time_out(now), failure, attempt, now)

    def _attempt(self, event: ImageEvent, message: Message) -> Attempt:
        return Attempt(event, message, self.request_id, self.tools, datetime.now(UTC), self.deadline)

    def _situation(self, attempt: Attempt, retries: int) -> Situation:
        message, settings, now = attempt.message, self.tools.settings, time.time()
        return Situation(
            seen=attempt.seen,
            shown=attempt.shown,
            receive_count=message.receive_count,
            age=now - message.sent,
            since_first_receive=now - message.first_received,
            time_left=self.deadline - time.monotonic(),
            retries=retries,
            chance=self.draw(),
            attempts=settings.attempts,
            give_up_after=settings.give_up_after,
        )

    @cached_property
    def _endings(self) -> Endings:
        return Endings(self.tools, self.request_id)

    def _give_back(self, message: Message, seconds: int) -> None:
        try:
            self.tools.messages.give_back(message.receipt, seconds)
        except Failure as failure:  # it comes again all the same, after the queue's own visibility timeout
            logger.warning("visibility unchanged", detail=failure.detail, message_id=message.id)
