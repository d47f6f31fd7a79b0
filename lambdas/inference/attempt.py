"""One attempt at one image: look, plan, ask. What is learnt on the way is kept for the result, however it ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from labelpipe.aws.results import result_key
from labelpipe.core.boxes import WayBack
from labelpipe.core.codes import Code
from labelpipe.core.inference.answers import Answer, Pinned
from labelpipe.core.inference.causes import Cause, Failure, crashed
from labelpipe.core.inference.events import ImageEvent
from labelpipe.core.inference.images import Facts, sniff
from labelpipe.core.inference.messages import Message
from labelpipe.core.inference.planning import Fix, Refuse, plan
from labelpipe.core.releases import Release, ReleasedModel
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
from lambdas.inference.tools import Tools

_ONE_AT_A_TIME = Lock()
"""Decoding takes memory: a batch of large images may not decode at once."""


@dataclass
class Attempt:
    """`image`, `release` and `transform` fill up as they become known."""

    event: ImageEvent
    message: Message
    request_id: str
    tools: Tools
    received: datetime
    image: Image = field(init=False)
    release: str | None = field(init=False, default=None)
    transform: Transform | None = field(init=False, default=None)
    _way_back: WayBack = field(init=False, default=WayBack())

    def __post_init__(self) -> None:
        """What the event alone tells."""
        known = self.event
        self.image = Image(known.bucket, known.key, known.version_id, known.etag, known.sequencer, known.size)

    def answer(self, *, as_bytes: bool) -> Result:
        """SUCCEEDED or REJECTED; everything else is a Failure. `as_bytes`: made to fit in any case."""
        settings = self.tools.settings
        if self.event.bucket != settings.bucket or not self.event.key.startswith(settings.prefix):
            raise Failure(Cause.UNREADABLE_MESSAGE, f"not an image of this route: {self.event.bucket}/{self.event.key}")
        result_key(self.event.key)
        facts = self._look()
        course = plan(facts, self.image.bytes or 0, formats=settings.formats)
        if isinstance(course, Refuse):
            return self.rejected(course.code)
        release = self.tools.pointer.release()
        self.release = release.id
        return self._ask(release, self._fit(facts) if as_bytes or isinstance(course, Fix) else self._pinned())

    def rejected(self, code: Code) -> Result:
        """The image can never work."""
        return self._result(Status.REJECTED, error=Error(code))

    def failed(self, code: Code, cause: str) -> Result:
        """We gave up."""
        return self._result(Status.FAILED, error=Error(code, cause))

    def _look(self) -> Facts:
        """Raise Failure GONE or STALE when this event has nothing to say about the current version."""
        look = self.tools.images.look(self.event.key)
        if self.event.version_id not in (None, look.version_id):
            raise Failure(Cause.STALE, f"{self.event.version_id} was replaced by {look.version_id}")
        facts = sniff(look.head)
        self.image = replace(
            self.image,
            version_id=look.version_id,
            etag=look.etag,
            bytes=look.size,
            format=facts.format,
            width=facts.width,
            height=facts.height,
            orientation=facts.orientation if facts.format else None,
        )
        self._fear_the_worst()
        return facts

    def _fear_the_worst(self) -> None:
        """FAILED comes first where the function has died before: if it dies again, there is a result."""
        since = self.received.timestamp() - self.message.first_received
        if crashed(self.message.receive_count, since, self.tools.settings.attempts):
            self.tools.results.publish(self.failed(Code.CRASHED, Cause.CRASHED))

    def _pinned(self) -> Pinned:
        return Pinned(self.image.bucket, self.image.key, self.image.version_id)

    def _fit(self, facts: Facts) -> bytes:
        from labelpipe.fitting.fit import fit  # noqa: PLC0415 (Pillow, only where it is needed)

        with _ONE_AT_A_TIME:
            body = self.tools.images.fetch(self.image.key, self.image.version_id)
            fitted = fit(body, facts.format or "", upright=self.tools.settings.upright)
        stored = fitted.stored
        self.image = replace(self.image, width=stored.width, height=stored.height, orientation=stored.orientation)
        self.transform, self._way_back = fitted.transform, fitted.way_back
        return fitted.body

    def _ask(self, release: Release, picture: Pinned | bytes) -> Result:
        """Every model of the release, and their labels merged."""
        asked: list[AskedModel] = []
        labels: list[Label] = []
        for model in release.models:
            floor = kept_from(model, self.tools.settings.keep_from)
            answer = self.tools.model.detect(model.version_arn, picture, floor)
            asked.append(_asked(model, floor, answer))
            labels += self._labels(model, answer)
        above, below = split(labels, release.models)
        return self._result(Status.SUCCEEDED, models=tuple(asked), labels=above, below=below)

    def _labels(self, model: ReleasedModel, answer: Answer) -> Iterator[Label]:
        for found in answer.found:
            geometry = found.geometry and self._way_back.geometry(found.geometry)
            if geometry or not found.geometry:  # what lies wholly in our padding is not on the image
                yield Label(found.name, found.confidence, model.name, geometry)

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
            times=Times(self.event.uploaded, _written(self.received), _written(datetime.now(UTC))),
            trace=Trace(self.message.id, self.message.receive_count, self.request_id),
        )


def _asked(model: ReleasedModel, floor: float, answer: Answer) -> AskedModel:
    return AskedModel(
        name=model.name,
        backend=model.backend,
        arn=model.version_arn,
        thresholds=model.thresholds,
        default_threshold=model.default_threshold,
        kept_from=floor,
        request_id=answer.request_id,
    )


def _written(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
