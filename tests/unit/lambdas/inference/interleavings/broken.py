"""The scheme broken on purpose, one rule at a time: each of these must be found."""

from collections.abc import Callable
from typing import Any

import pytest

from labelpipe.aws import results
from labelpipe.aws.objects import Images, Look
from labelpipe.aws.results import Publication, Results, Stored, result_key
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.newest import Move
from labelpipe.core.results import Image, Result
from lambdas.inference import work
from lambdas.inference.attempt import Attempt
from tests.unit.lambdas.inference.interleavings.plot import Scenario
from tests.unit.lambdas.inference.interleavings.scenarios import SHORT

Break = Callable[[pytest.MonkeyPatch], None]
_put, _publish, _look, _current = Results._put, Results.publish, Images.look, Images.current
_first_move, _treat = results.first_move, work.treat


def no_look_before_writing_over_another_version(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(results, "second_move", lambda ours, current: Move.REPLACE)


def the_event_s_version_is_believed_to_be_current(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Results, "_current", lambda self, image: image)


def looks_at_the_image_before_it_reads_the_result(patch: pytest.MonkeyPatch) -> None:
    def publish(self: Results, result: Result) -> Publication:
        current = self._current(result.image)
        self.__dict__["_current"] = lambda image: current
        return _publish(self, result)

    patch.setattr(Results, "publish", publish)


def a_refused_condition_counts_as_written(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Results, "_put", lambda *call: _put(*call) or True)


def puts_have_no_condition(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Results, "_put", lambda self, key, result, condition: _put(self, key, result, {}))


def only_the_first_put_has_a_condition(patch: pytest.MonkeyPatch) -> None:
    def put(self: Results, key: str, result: Result, condition: dict[str, str]) -> bool:
        return _put(self, key, result, {name: value for name, value in condition.items() if name == "IfNoneMatch"})

    patch.setattr(Results, "_put", put)


def no_new_decision_after_a_conflict(patch: pytest.MonkeyPatch) -> None:
    def put(self: Results, key: str, result: Result, condition: dict[str, str]) -> bool:
        if _put(self, key, result, condition):
            return True
        there = self.read(key)
        return "IfMatch" in condition and there is not None and _put(self, key, result, {"IfMatch": there.etag})

    patch.setattr(Results, "_put", put)


def the_etag_is_sent_without_its_quotes(patch: pytest.MonkeyPatch) -> None:
    def put(self: Results, key: str, result: Result, condition: dict[str, str]) -> bool:
        return _put(self, key, result, {name: value.strip('"') for name, value in condition.items()})

    patch.setattr(Results, "_put", put)


def tries_without_end(patch: pytest.MonkeyPatch) -> None:
    the_etag_is_sent_without_its_quotes(patch)
    patch.setattr(results, "_TRIES", 1_000_000)


def the_last_to_write_wins_within_a_version(patch: pytest.MonkeyPatch) -> None:
    def move(ours: Result, there: Result) -> Move:
        return Move.REPLACE if ours.image.same_version(there.image) else _first_move(ours, there)

    patch.setattr(results, "first_move", move)


def a_failed_result_stays(patch: pytest.MonkeyPatch) -> None:
    def move(ours: Result, there: Result) -> Move:
        return Move.LEAVE if ours.image.same_version(there.image) else _first_move(ours, there)

    patch.setattr(results, "first_move", move)


def the_first_result_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(results, "first_move", lambda ours, there: Move.LEAVE)


def etags_tell_versions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Image, "same_version", lambda one, other: one.etag == other.etag)


def versions_need_an_etag(patch: pytest.MonkeyPatch) -> None:
    def same(one: Image, other: Image) -> bool:
        return (one.version_id, one.etag) == (other.version_id, other.etag)

    patch.setattr(Image, "same_version", same)


def an_empty_object_is_told_by_a_second_call(patch: pytest.MonkeyPatch) -> None:
    def current(self: Any, key: str) -> Look:
        self.second = _current(self, key)
        return self.second

    def look(self: Any, key: str) -> Look:
        return self.__dict__.pop("second", None) or _look(self, key)

    patch.setattr(Images, "current", current)
    patch.setattr(Images, "look", look)


def what_cannot_be_read_is_told_by_a_second_call(patch: pytest.MonkeyPatch) -> None:
    def shown(self: Attempt) -> Look:
        try:
            return self.tools.images.look(self.event.key)
        except Failure:
            self._take(self.tools.images.current(self.event.key))
            raise

    patch.setattr(Attempt, "_shown", shown)


def new_thresholds_are_written_without_a_condition(patch: pytest.MonkeyPatch) -> None:
    def replace(self: Results, there: Stored, result: Result) -> bool:
        return _put(self, result_key(result.image.key), result, {})

    patch.setattr(Results, "replace", replace)


def a_failed_call_is_acknowledged(patch: pytest.MonkeyPatch) -> None:
    def treat(failure: Failure, now: Any) -> Any:
        return _treat(Failure(Cause.GONE, "") if failure.cause is Cause.THEIR_FAULT else failure, now)

    patch.setattr(work, "treat", treat)


BROKEN: dict[Break, str] = {
    no_look_before_writing_over_another_version: "three uploads",
    the_event_s_version_is_believed_to_be_current: "three uploads",
    looks_at_the_image_before_it_reads_the_result: "three uploads",
    a_refused_condition_counts_as_written: "three uploads",
    puts_have_no_condition: "three uploads",
    only_the_first_put_has_a_condition: "three uploads",
    no_new_decision_after_a_conflict: "three uploads",
    the_etag_is_sent_without_its_quotes: "three uploads",
    tries_without_end: "three uploads",
    the_last_to_write_wins_within_a_version: "one of two handlers gives up",
    a_failed_result_stays: "one of two handlers gives up",
    the_first_result_stays: "three uploads",
    etags_tell_versions: "the same bytes three times, a fault",
    versions_need_an_etag: "unreadable, its event without an ETag",
    an_empty_object_is_told_by_a_second_call: "empty in between, one without a version",
    what_cannot_be_read_is_told_by_a_second_call: "under another's key, one without a version",
    new_thresholds_are_written_without_a_condition: "thresholds rewritten at any moment",
    a_failed_call_is_acknowledged: "three uploads, two faults",
}
"""Each with the scenario that finds it."""


def scenario(name: str) -> Scenario:
    (found,) = (each for each in SHORT if each.name == name)
    return found
