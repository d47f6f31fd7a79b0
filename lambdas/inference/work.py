"""One message: each image that it names is answered or treated by its cause. It succeeds when all are done."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from aws_lambda_powertools import Logger

from labelpipe.core.inference.causes import (
    Acknowledge,
    Cause,
    DeadLetter,
    Fail,
    Failure,
    GiveBack,
    Reject,
    SendBytes,
    Situation,
    treat,
)
from labelpipe.core.inference.events import ImageEvent, Junk, Noise, Unreadable, read
from labelpipe.core.inference.messages import Message
from labelpipe.core.results import Result
from lambdas.inference.attempt import Attempt
from lambdas.inference.tools import Tools

logger = Logger()

_AFTER_A_BUG = 60
"""Seconds until a message comes again whose treatment itself failed."""


@dataclass(frozen=True)
class Outcome:
    """How one image, or a message without one, ended. `back`: seconds after which it must come again, or None."""

    counts: tuple[str, ...]
    """The metrics that it adds to."""
    back: int | None = None


@dataclass(frozen=True)
class Worker:
    """Works on the messages of one invocation, from any thread. The deadline is on the clock of time.monotonic."""

    tools: Tools
    request_id: str
    deadline: float

    def work(self, message: Message) -> list[Outcome]:
        """Never raises: a message fails alone. A message that must come again has been given back."""
        try:
            outcomes = self._outcomes(message)
        except Exception:  # noqa: BLE001 (the treatment of a failure failed: only the queue can help now)
            logger.exception("message returned", message_id=message.id)
            outcomes = [Outcome((Cause.OUR_FAULT,), _AFTER_A_BUG)]
        waits = [outcome.back for outcome in outcomes if outcome.back is not None]
        if waits:
            self._give_back(message, max(waits))
        return outcomes

    def _outcomes(self, message: Message) -> list[Outcome]:
        try:
            things = read(message.body)
        except Unreadable as error:
            failure = Failure(Cause.UNREADABLE_MESSAGE, str(error))
            return [self._dead_letter(message, message.body, failure)]
        return [self._outcome(thing, message) for thing in things]

    def _outcome(self, thing: ImageEvent | Noise | Junk, message: Message) -> Outcome:
        match thing:
            case Noise():
                return self._ignore(thing, message)
            case Junk(body, reason):
                return self._dead_letter(message, body, Failure(Cause.UNREADABLE_MESSAGE, reason))
            case ImageEvent():
                return self._image(thing, message)

    def _ignore(self, noise: Noise, message: Message) -> Outcome:
        logger.info("noise", noise=noise.name, message_id=message.id)
        return Outcome(("Noise",))

    def _image(self, event: ImageEvent, message: Message) -> Outcome:
        attempt = Attempt(event, message, self.request_id, self.tools, datetime.now(UTC))
        produce: Callable[[], Result] = partial(attempt.answer, as_bytes=False)
        while True:  # at most three times: as it is, as bytes, rejected
            try:
                return self._publish(produce())
            except Failure as known:
                failure = known
            except Exception as error:  # noqa: BLE001 (a bug: it fails alone and travels as a cause)
                logger.exception("unexpected", key=event.key, message_id=message.id)
                failure = Failure(Cause.OUR_FAULT, f"{type(error).__name__}: {error}")
            treatment = treat(failure, self._situation(message))
            if isinstance(treatment, SendBytes):
                produce = partial(attempt.answer, as_bytes=True)
            elif isinstance(treatment, Reject):
                produce = partial(attempt.rejected, treatment.code)
            else:
                return self._end(treatment, failure, attempt)

    def _situation(self, message: Message) -> Situation:
        return Situation(
            receive_count=message.receive_count,
            age=time.time() - message.sent,
            time_left=self.deadline - time.monotonic(),
            attempts=self.tools.settings.attempts,
            give_up_after=self.tools.settings.give_up_after,
        )

    def _publish(self, result: Result) -> Outcome:
        published = self.tools.results.publish(result)
        logger.info(
            "result",
            status=result.status,
            code=result.error and result.error.code.value,
            published=published.value,
            key=result.image.key,
            version_id=result.image.version_id,
            labels=len(result.labels),
            message_id=result.trace.message_id,
        )
        return Outcome((result.status.capitalize(),))

    def _end(
        self, treatment: Acknowledge | GiveBack | Fail | DeadLetter, failure: Failure, attempt: Attempt
    ) -> Outcome:
        message, event = attempt.message, attempt.event
        log = logger.info if isinstance(treatment, Acknowledge) else logger.warning
        log(
            "treated",
            cause=failure.cause,
            detail=failure.detail,
            treatment=str(treatment),
            key=event.key,
            message_id=message.id,
            receive_count=message.receive_count,
        )
        match treatment:
            case Acknowledge():
                return Outcome((failure.cause,))
            case GiveBack(seconds):
                return Outcome((failure.cause, "GivenBack"), seconds)
            case Fail(code):
                counts = self._publish_failed(attempt.failed(code, failure.cause))
                return self._dead_letter(message, event.to_body(), failure, *counts)
            case DeadLetter():
                return self._dead_letter(message, event.to_body(), failure)

    def _publish_failed(self, result: Result) -> tuple[str, ...]:
        """The dead letter must follow in any case: without it the image would be lost for good."""
        try:
            return self._publish(result).counts
        except Failure as failure:
            logger.error("no FAILED result", detail=failure.detail, key=result.image.key)
            return ("ResultMissing",)

    def _dead_letter(self, message: Message, body: str, failure: Failure, *counts: str) -> Outcome:
        """One letter for one image, so that a redrive repeats nothing else of its message."""
        self.tools.messages.dead_letter(
            body,
            {
                "Cause": failure.cause,
                "Detail": failure.detail,
                "Route": self.tools.settings.route,
                "MessageId": message.id,
                "FunctionRequestId": self.request_id,
            },
        )
        logger.error("dead letter", cause=failure.cause, detail=failure.detail, message_id=message.id)
        return Outcome((failure.cause, "DeadLettered", *counts))

    def _give_back(self, message: Message, seconds: int) -> None:
        try:
            self.tools.messages.give_back(message.receipt, seconds)
        except Failure as failure:  # it comes again all the same, after the queue's own visibility timeout
            logger.warning("visibility unchanged", detail=failure.detail, message_id=message.id)
