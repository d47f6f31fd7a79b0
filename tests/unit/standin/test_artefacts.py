"""The evaluation summary, number by number."""

import pytest

from labelpipe.standin.artefacts import summary
from labelpipe.standin.engine.evaluation import LabelScore
from labelpipe.standin.jobs import Job
from labelpipe.standin.state import Location

SCORES = [
    LabelScore("bee", threshold=0.1, precision=0.2, recall=0.3, f1=0.4, average_precision=0.5, images=6),
    LabelScore("wasp", threshold=0.7, precision=0.8, recall=0.9, f1=1.0, average_precision=0.6, images=3),
]


@pytest.fixture
def told():
    return lambda boxes: summary(Job("arn", "p", "v1", Location("b", "")), SCORES, 32, 8, boxes)


def test_overall_numbers_are_plain_means_over_the_labels(told) -> None:
    overall = {"Precision": 0.5, "Recall": 0.6, "F1Score": 0.7}
    assert told(boxes=False)["AggregatedEvaluationResults"] == pytest.approx(overall)
    assert told(boxes=True)["AggregatedEvaluationResults"] == pytest.approx(overall | {"AveragePrecision": 0.55})


def test_labels_come_by_f1_each_with_its_own_numbers(told) -> None:
    wasp, bee = told(boxes=True)["LabelEvaluationResults"]
    assert (wasp["Label"], wasp["NumberOfTestingImages"]) == ("wasp", 3)
    assert bee["Metrics"] == {"Threshold": 0.1, "Precision": 0.2, "Recall": 0.3, "F1Score": 0.4}


def test_details_say_what_was_evaluated_on_what(told) -> None:
    details = told(boxes=True)["EvaluationDetails"]
    assert details.pop("EvaluationEndTimestamp").endswith("+00:00")
    assert details == {
        "ProjectVersionArn": "arn",
        "Labels": ["bee", "wasp"],
        "NumberOfTrainingImages": 32,
        "NumberOfTestingImages": 8,
    }
