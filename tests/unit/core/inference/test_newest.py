"""What to do about a result that is already there."""

import pytest

from labelpipe.core.inference.newest import Move, first_move, second_move
from labelpipe.core.results import Image, Result, Status, Times, Trace


def result(status: Status, version: str | None = "v1", etag: str = "e1") -> Result:
    image = Image("b", "bees/a.jpg", version, etag)
    return Result(status, "bees", image, Times(None, "", ""), Trace(None, None, None))


@pytest.mark.parametrize(
    ("ours", "there", "move"),
    [
        (Status.SUCCEEDED, Status.FAILED, Move.REPLACE),
        (Status.REJECTED, Status.FAILED, Move.REPLACE),
        (Status.FAILED, Status.FAILED, Move.LEAVE),
        (Status.SUCCEEDED, Status.SUCCEEDED, Move.LEAVE),
        (Status.REJECTED, Status.SUCCEEDED, Move.LEAVE),
        (Status.FAILED, Status.SUCCEEDED, Move.LEAVE),
        (Status.FAILED, Status.REJECTED, Move.LEAVE),
    ],
)
def test_of_one_version_only_a_failed_result_gives_way(ours, there, move):
    assert first_move(result(ours), result(there)) is move


def test_another_version_asks_for_a_look():
    assert first_move(result(Status.FAILED), result(Status.SUCCEEDED, "v2")) is Move.LOOK


def test_without_versions_the_content_tells_uploads_apart():
    assert first_move(result(Status.SUCCEEDED, None), result(Status.SUCCEEDED, None, "e2")) is Move.LOOK


@pytest.mark.parametrize(
    ("current", "move"),
    [
        (Image("b", "bees/a.jpg", "v1", "e1"), Move.REPLACE),
        (Image("b", "bees/a.jpg", "v2", "e2"), Move.LEAVE),
        (None, Move.LEAVE),
    ],
)
def test_only_the_current_version_replaces_another(current, move):
    assert second_move(result(Status.SUCCEEDED), current) is move
