"""What --threshold takes."""

import pytest

from labelpipe.cli.thresholds import Thresholds, read_thresholds
from labelpipe.core.errors import Problem


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ([], None),
        (["50"], Thresholds({}, 50.0)),
        (["bee=62.5"], Thresholds({"bee": 62.5}, None)),
        (["bee=0", "100", "a=b=3"], Thresholds({"bee": 0.0, "a=b": 3.0}, 100.0)),
    ],
)
def test_labels_and_all_others(words, read):
    assert read_thresholds(words) == read


@pytest.mark.parametrize("words", [["x"], ["bee="], ["101"], ["-1"], ["nan"], ["5", "6"], ["bee=1", "bee=2"]])
def test_what_is_no_threshold_is_a_line(words):
    with pytest.raises(Problem, match=f"^--threshold {words[-1]}: "):
        read_thresholds(words)


def test_it_reads_as_a_sentence():
    assert str(Thresholds({"bee": 62.5}, 50.0)) == "bee 62.5 %, 50 % for all others"
    assert str(Thresholds({}, 50.0)) == "50 % for all labels"
