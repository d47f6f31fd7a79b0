"""The short form of the fault campaign; `make campaign` runs the long one."""

from pathlib import Path

import pytest

from tests.campaign import report
from tests.campaign.campaign import MODEL, Haste, run
from tests.campaign.mischief import Harm
from tests.campaign.odd import odd_files
from tests.campaign.stories import Moment

IMAGES, SEED = 100, 4384
"""With this seed, every fault of the model is among its first hundred calls."""
FAULTS = (
    *(f"model: {kind}" for kind in MODEL),
    *(f"S3: {harm}" for harm in Harm),
    f"SQS: {Harm.INTERNAL_ERROR}",
    *(f"surprised when {moment.value}" for moment in Moment),
    "images: deleted",
    "images: overwritten",
    "messages: copies",
    "messages: malformed",
    "messages: without a version",
    "messages waiting when the model was stopped, the controller dead",
    "messages waiting when the model was stopped, the controller alive",
    "workers killed",
)


@pytest.mark.usefixtures("_nobodys_aws")
def test_no_image_is_lost_whatever_goes_wrong(tmp_path: Path) -> None:
    outcome = run(IMAGES, SEED, odd_files(), Haste(longest=3, hidden=6), tmp_path, print)
    assert outcome.reckoning.well, report.as_json(outcome)
    assert [fault for fault in FAULTS if not outcome.tally.get(fault)] == []
    assert outcome.reckoning.written_twice == 0
