"""What the function makes of a file, with a model that takes whatever can be decoded, and refuses the rest."""

from dataclasses import dataclass

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.images import HEAD, sniff
from labelpipe.core.inference.planning import Fix, Refuse, plan
from labelpipe.core.names import EXTENSIONS
from labelpipe.core.results import Status
from labelpipe.fitting.decoder import Decoder
from labelpipe.fitting.values import Fitted, Job
from tests.corpus.case import Case


@dataclass(frozen=True)
class Answered:
    """steps: None where the file is asked as it lies."""

    status: Status
    code: Code | None = None
    steps: tuple[str, ...] | None = None
    fitted: Fitted | None = None


def answered(case: Case, decoder: Decoder) -> Answered:
    """Look, plan, and make it fit in any case, as for a model that refuses the object."""
    body = case.make()
    facts = sniff(body[:HEAD])
    course = plan(facts, len(body), formats=tuple(EXTENSIONS))
    if isinstance(course, Refuse):
        return Answered(Status.REJECTED, course.code)
    try:
        fitted = decoder.fit(Job(body, facts.format or "", upright=True))
    except Failure as failure:
        assert failure.cause is Cause.BAD_IMAGE
        return Answered(Status.REJECTED, failure.code)
    return Answered(Status.SUCCEEDED, None, fitted.transform.steps if isinstance(course, Fix) else None, fitted)
