"""The evaluation summary, number by number."""

import pytest

from labelpipe.standin.engine import Finding
from labelpipe.standin.engine.evaluation import Judgement, LabelScore
from labelpipe.standin.trainings.evaluation_summary import summary


def said(image: int, label: str, confidence: float, is_true: bool) -> Judgement:
    return Judgement(image, Finding(label, confidence), confidence >= 0.5, is_true)


# Images 0 to 2 are bees, 3 is a wasp; 2 is taken for a wasp.
BEES = tuple(said(image, "bee", c, image < 3) for image, c in enumerate((0.9, 0.8, 0.3, 0.1)))
WASPS = tuple(said(image, "wasp", c, image == 3) for image, c in enumerate((0.1, 0.2, 0.7, 0.9)))
SCORES = [
    LabelScore("wasp", 0.1, 0.2, 0.3, f1=0.4, average_precision=0.5, average_recall=0.8, images=6, judgements=WASPS),
    LabelScore("bee", 0.7, 0.8, 0.9, f1=1.0, average_precision=0.6, average_recall=1.0, images=3, judgements=BEES),
]
OVERALL = {"Precision": 0.5, "Recall": 0.6, "F1Score": 0.7}


@pytest.fixture
def told():
    return lambda boxes: summary("arn", SCORES, trained=32, tested=8, boxes=boxes)


def test_overall_numbers_are_plain_means_over_the_labels(told) -> None:
    found = told(boxes=True)["AggregatedEvaluationResults"]
    assert found.pop("Metrics") == pytest.approx(found)
    assert found == pytest.approx(OVERALL | {"AveragePrecision": 0.55, "AverageRecall": 0.9})


def test_a_classifier_has_a_confusion_matrix_of_shares_of_the_true_label(told) -> None:
    found = told(boxes=False)["AggregatedEvaluationResults"]
    assert found.pop("Metrics") == found
    matrix = {
        (each["GroundTruthLabel"], each["PredictedLabel"]): each["Value"] for each in found.pop("ConfusionMatrix")
    }
    assert matrix == pytest.approx(
        {("bee", "bee"): 2 / 3, ("bee", "wasp"): 1 / 3, ("wasp", "bee"): 0, ("wasp", "wasp"): 1}
    )
    assert found == pytest.approx(OVERALL)


def test_labels_come_by_f1_each_with_its_own_numbers(told) -> None:
    bee, wasp = told(boxes=True)["LabelEvaluationResults"]
    assert (bee["Label"], bee["NumberOfTestingImages"]) == ("bee", 3)
    assert wasp["Metrics"] == {"Threshold": 0.1, "Precision": 0.2, "Recall": 0.3, "F1Score": 0.4}


def test_details_say_what_was_evaluated_on_what(told) -> None:
    details = told(boxes=True)["EvaluationDetails"]
    assert len(details.pop("EvaluationEndTimestamp")) == len("2019-11-21T07:30:23.910943")
    assert details == {
        "ProjectVersionArn": "arn",
        "Labels": ["bee", "wasp"],
        "NumberOfTrainingImages": 32,
        "NumberOfTestingImages": 8,
    }
