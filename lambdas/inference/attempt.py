"""One attempt at one image: look, plan, ask. What is learnt on the way is kept for the result, however it ends."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from labelpipe.aws.objects import Look
from labelpipe.aws.results import result_key
from labelpipe.core.boxes import WayBack
from labelpipe.core.codes import Code
from labelpipe.core.inference.answers import Answer, Pinned
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.inference.images import Facts, sniff
from labelpipe.core.inference.messages import Message
from labelpipe.core.inference.planning import MOST_SENT_BYTES, Fix, Refuse, plan
from labelpipe.core.inference.treatment import TIME_TO_ASK, Shown, gravest
from labelpipe.core.inference.waits import Danger, danger
from labelpipe.core.releases import SAGEMAKER, Release, ReleasedModel
from labelpipe.core.results import (
    AskedModel,
    Error,
    Image,
    Label,
    Result,
    Status,
    Times,
    Trace,
    Transform,
    kept_from,
    split,
)
from lambdas.inference.at_once import at_once
from lambdas.inference.decoding import turn_to_decode
from lambdas.inference.tools import Tools
from lambdas.inference.wording import asked_model, found_labels, written


@dataclass
class Attempt:
    """What is public fills up as it becomes known. The deadline is on the clock of time.monotonic."""

    event: ImageEvent
    message: Message
    request_id: str
    tools: Tools
    received: datetime
    deadline: float
    image: Image = field(init=False)
    seen: Facts | None = field(init=False, default=None)
    shown: Shown = field(init=False, default=Shown.NOTHING)
    release: str | None = field(init=False, default=None)
    transform: Transform | None = field(init=False, default=None)
    _way_back: WayBack = field(init=False, default=WayBack())
    _must_fit: bool = field(init=False, default=False)
    _body: bytes | None = field(init=False, default=None)
    _fitted: bytes | None = field(init=False, default=None)
    _answers: dict[str, Answer] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """What the event alone tells."""
        known = self.event
        self.image = Image(known.bucket, known.key, known.version_id, known.etag, known.sequencer, known.size)

    def answer(self) -> Result:
        """SUCCEEDED or REJECTED, or what stands already; everything else is a Failure. Then it may be called again, and
        goes on where it was: nothing is fetched, made to fit or asked twice."""
        settings = self.tools.settings
        if self.event.bucket != settings.bucket or not self.event.key.startswith(settings.prefix):
            raise Failure(Cause.UNREADABLE_MESSAGE, f"not an image of this route: {self.event.bucket}/{self.event.key}")
        result_key(self.event.key)
        facts = self.seen or self._look()
        if standing := self._standing():
            return standing
        self._beware()
        course = plan(facts, self.image.bytes or 0, formats=settings.formats)
        if isinstance(course, Refuse):
            return self.rejected(course.code)
        self._must_fit |= isinstance(course, Fix)
        return self._ask(self.tools.pointer.release(), facts)

    def make_it_fit(self) -> None:
        """From now on the models are shown a picture within every limit: all of them, or boxes would differ."""
        self._must_fit = True
        self._answers.clear()

    def rejected(self, code: Code) -> Result:
        """The image can never work."""
        return self._result(Status.REJECTED, error=Error(code))

    def failed(self, code: Code, cause: str) -> Result:
        """We gave up."""
        return self._result(Status.FAILED, error=Error(code, cause))

    def identify(self) -> None:
        """Which version a message without one speaks of: it must be said of a FAILED result too."""
        if self.image.version_id is None:
            self._take(self.tools.images.current(self.event.key))

    def _look(self) -> Facts:
        """Raise Failure GONE or STALE when this event has nothing to say about the current version."""
        look = self._shown()
        self._take(look)
        facts = self.seen = sniff(look.head)
        self.image = replace(
            self.image,
            format=facts.format,
            width=facts.width,
            height=facts.height,
            orientation=facts.orientation if facts.format else None,
        )
        return facts

    def _shown(self) -> Look:
        """What cannot be read is refused without its version: it is found out, and asked for by that."""
        images, key = self.tools.images, self.event.key
        try:
            return images.look(key)
        except Failure as failure:
            if failure.cause is not Cause.BAD_IMAGE:
                raise
        self._take(images.current(key))
        return images.look(key, self.image.version_id)

    def _take(self, current: Look) -> None:
        """The current version is the one to speak of, if the event is about it."""
        if self.event.version_id not in (None, current.version_id):
            raise Failure(Cause.STALE, f"{self.event.version_id} was replaced by {current.version_id}")
        self.image = replace(self.image, version_id=current.version_id, etag=current.etag, bytes=current.size)

    def _standing(self) -> Result | None:
        """The answer that an earlier delivery of the message came to, when something failed after it."""
        if self.message.receive_count == 1:
            return None
        there = self.tools.results.read(result_key(self.event.key))
        stands = there and there.result.status is not Status.FAILED and there.result.image.same_version(self.image)
        return there.result if there and stands else None

    def _beware(self) -> None:
        """FAILED comes first where the function has died before: if it dies again, there is a result."""
        settings, message, now = self.tools.settings, self.message, self.received.timestamp()
        overdue = now - message.sent > settings.give_up_after
        match danger(message.receive_count, now - message.first_received, settings.attempts, overdue=overdue):
            case Danger.CERTAIN:
                raise Failure(Cause.CRASHED, f"delivery {message.receive_count}: waiting alone makes half as many")
            case Danger.SUSPECT:
                self.tools.results.publish(self.failed(Code.CRASHED, Cause.CRASHED))

    def _ask(self, release: Release, facts: Facts) -> Result:
        """Every model of the release that has not answered yet, at once."""
        if self.release != release.id:  # promoted since: its thresholds may ask for more than was answered
            self._answers.clear()
        self.release = release.id
        self._must_fit |= self._too_large_for_an_endpoint(release)
        waiting = [model for model in release.models if model.name not in self._answers]
        pictures = [self._picture(model, facts) for model in waiting]
        self.shown = Shown.FITTED if self._must_fit else Shown.AS_IT_IS
        calls = [partial(self._ask_one, *each) for each in zip(waiting, pictures, strict=True)]
        failures = [each for each in at_once(calls) if isinstance(each, Exception)]
        if failures:
            raise gravest(failures)
        return self._succeeded(release.models)

    def _ask_one(self, model: ReleasedModel, picture: Pinned | bytes) -> None:
        self._answers[model.name] = self.tools.model.detect(model, picture, self._floor(model), self._turn_by())

    def _turn_by(self) -> float:
        """When a turn comes too late for what is to be done in it."""
        left = self.deadline - time.monotonic()
        return self.deadline - min(TIME_TO_ASK, left / 2)

    def _floor(self, model: ReleasedModel) -> float:
        return kept_from(model, self.tools.settings.keep_from)

    def _picture(self, model: ReleasedModel, facts: Facts) -> Pinned | bytes:
        """Endpoints take bytes."""
        if self._must_fit:
            self._fitted = self._fitted or self._fit(facts)
            return self._fitted
        if model.backend == SAGEMAKER:
            return self._fetched()
        return Pinned(self.image.bucket, self.image.key, self.image.version_id)

    def _too_large_for_an_endpoint(self, release: Release) -> bool:
        """As it is. What is made to fit never is."""
        endpoints = any(model.backend == SAGEMAKER for model in release.models)
        return endpoints and (self.image.bytes or 0) > MOST_SENT_BYTES

    def _fetched(self) -> bytes:
        if self._body is None:
            self._body = self.tools.images.fetch(self.image.key, self.image.version_id)
        return self._body

    def _fit(self, facts: Facts) -> bytes:
        from labelpipe.fitting.fit import fit  # noqa: PLC0415 (only where it is needed)

        with turn_to_decode(self._turn_by()):
            fitted = fit(self._fetched(), facts.format or "", upright=self.tools.settings.upright)
        self._body = None
        stored = fitted.stored
        self.image = replace(self.image, width=stored.width, height=stored.height, orientation=stored.orientation)
        self.transform, self._way_back = fitted.transform, fitted.way_back
        return fitted.body

    def _succeeded(self, models: Sequence[ReleasedModel]) -> Result:
        """The labels of all models, merged."""
        asked = tuple(asked_model(model, self._floor(model), self._answers[model.name]) for model in models)
        labels = [each for model in models for each in found_labels(model, self._answers[model.name], self._way_back)]
        above, below = split(labels, models)
        return self._result(Status.SUCCEEDED, models=asked, labels=above, below=below)

    def _result(
        self,
        status: Status,
        *,
        models: tuple[AskedModel, ...] = (),
        labels: tuple[Label, ...] = (),
        below: tuple[Label, ...] = (),
        error: Error | None = None,
    ) -> Result:
        return Result(
            status=status,
            route=self.tools.settings.route,
            release=self.release,
            image=self.image,
            models=models,
            labels=labels,
            below=below,
            transform=self.transform if status is Status.SUCCEEDED else None,
            error=error,
            times=Times(self.event.uploaded, written(self.received), written(datetime.now(UTC))),
            trace=Trace(self.message.id, self.message.receive_count, self.request_id),
        )
