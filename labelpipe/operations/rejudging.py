"""Stored results of a route, judged anew page by page, and rewritten where that changes them."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from labelpipe.aws.results import Results
from labelpipe.core.errors import Problem
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.names import RESULT_SUFFIX
from labelpipe.core.rejudging import Judge, Verdict, rejudge

_AT_ONCE = 16
_TRIES = 5


class NotOurs(StrEnum):
    """What is no result of ours to rewrite."""

    FOREIGN = "foreign"
    """JSON that labelpipe did not write."""
    GONE = "gone"
    """Deleted since it was listed."""


@dataclass
class Progress:
    """How far it is. `last_key`: every result up to it is done, so that another run can go on after it."""

    counts: Counter[str] = field(default_factory=Counter)
    last_key: str | None = None

    @property
    def examined(self) -> int:
        """Results looked at."""
        return self.counts.total()


@dataclass(frozen=True)
class Rejudging:
    """New thresholds for the results below a prefix. `release`: what they are to name; None leaves them as they are."""

    s3: Any
    results: Results
    bucket: str
    judge: Judge
    release: str | None
    write: bool
    """False only counts."""

    def run(self, prefix: str, after: str | None, progress: Progress, tell: Callable[[], None]) -> None:
        """Update progress, and tell, after every result, in the order of keys. Raise Problem, naming the key."""
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            for page in self._pages(prefix, after):
                for key, verdict in zip(page, pool.map(self._one, page), strict=True):
                    progress.counts[verdict.value] += 1
                    progress.last_key = key
                    tell()
        finally:
            pool.shutdown(cancel_futures=True)  # when interrupted, no more of the page is begun

    def _pages(self, prefix: str, after: str | None) -> Iterator[list[str]]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, StartAfter=after or ""
        )
        for page in pages:
            yield [each["Key"] for each in page.get("Contents", []) if each["Key"].endswith(RESULT_SUFFIX)]

    def _one(self, key: str) -> Verdict | NotOurs:
        """Decided anew whenever somebody else has written meanwhile: theirs may be of a newer image."""
        for _ in range(_TRIES):
            try:
                there = self.results.read(key)
                if there is None:
                    return NotOurs.GONE
                verdict, result = rejudge(there.result, self.judge, self.release)
                if verdict is not Verdict.REWRITTEN or not self.write or self.results.replace(there, result):
                    return verdict
            except Failure as failure:
                if failure.cause is Cause.FOREIGN_RESULT:
                    return NotOurs.FOREIGN
                raise Problem(f"{key}: {failure.detail}; what was rewritten so far stays so") from failure
        raise Problem(f"{key} kept changing while it was rewritten: try again when fewer images come in")
