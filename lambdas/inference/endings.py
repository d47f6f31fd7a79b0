"""How an image's work ends: its result is published and announced, or its message waits, or becomes a dead letter."""

from dataclasses import dataclass

from aws_lambda_powertools import Logger

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.messages import Message
from labelpipe.core.inference.treatment import (
    Acknowledge,
    DeadLetter,
    Fail,
    GiveBack,
    Situation,
    treat_unwritten,
)
from labelpipe.core.results import Result, Status
from lambdas.inference.attempt import Attempt
from lambdas.inference.tools import Tools

logger = Logger()


@dataclass(frozen=True)
class Outcome:
    """How one image, or a message without one, ended. `back`: seconds after which it must come again, or None."""

    counts: tuple[str, ...]
    """The metrics that it adds to."""
    back: int | None = None


@dataclass(frozen=True)
class Endings:
    """Of the images of one invocation. Any thread may end one."""

    tools: Tools
    request_id: str

    def publish(self, result: Result) -> Outcome:
        """Write it, then announce what stands: the event may come twice, and never before its result."""
        standing = self._publish(result)
        return Outcome(((standing or result).status.capitalize(),))

    def end(
        self, treatment: Acknowledge | GiveBack | Fail | DeadLetter, failure: Failure, attempt: Attempt, now: Situation
    ) -> Outcome:
        """Without an answer, this time or for good."""
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
                return self._give_up(code, failure, attempt, now)
            case DeadLetter():
                return self.dead_letter(message, event.to_body(), failure)

    def dead_letter(self, message: Message, body: str, failure: Failure, *counts: str) -> Outcome:
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

    def _give_up(self, code: Code, failure: Failure, attempt: Attempt, now: Situation) -> Outcome:
        """The result, then the letter, then the acknowledgement: whatever fails in between leaves the message."""
        body = attempt.event.to_body()
        try:
            attempt.identify()
            standing = self._publish(attempt.failed(code, failure.cause))
        except Failure as unwritten:
            if unwritten.cause is Cause.GONE:
                return Outcome((unwritten.cause,))
            logger.error("no FAILED result", detail=unwritten.detail, key=attempt.event.key)
            treatment = treat_unwritten(unwritten, now)
            if isinstance(treatment, GiveBack):
                return Outcome((failure.cause, "GivenBack"), treatment.seconds)
            return self.dead_letter(attempt.message, body, failure, "ResultMissing")
        if standing and standing.status is Status.FAILED:
            return self.dead_letter(attempt.message, body, failure, "Failed")
        return Outcome((failure.cause,))  # it has its answer from before, or another upload has taken its place

    def _publish(self, result: Result) -> Result | None:
        """What stands for the same upload then."""
        published = self.tools.results.publish(result)
        logger.info(
            "result",
            status=result.status,
            code=result.error and result.error.code.value,
            published=published.how.value,
            key=result.image.key,
            version_id=result.image.version_id,
            labels=len(result.labels),
            message_id=result.trace.message_id,
        )
        if published.standing and self.tools.announcements:
            self.tools.announcements.announce(published.standing)
        return published.standing
