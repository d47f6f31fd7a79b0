"""The evaluation summary: how good the model is on its test images.

Shape: "Reference: Training results summary file" and the example of "Summary file". They put the numbers of the whole
under Metrics and beside it; here they are in both places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelpipe.standin.engine.evaluation import LabelScore


def summary(
    version_arn: str, scores: Sequence[LabelScore], *, trained: int, tested: int, boxes: bool
) -> dict[str, Any]:
    """The summary of a detector (boxes) or a classifier, for so many images learnt from and tested on."""
    overall = _overall(scores, boxes)
    return {
        "Version": 1,
        "EvaluationDetails": {
            "ProjectVersionArn": version_arn,
            "EvaluationEndTimestamp": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds"),
            "Labels": sorted(score.label for score in scores),
            "NumberOfTrainingImages": trained,
            "NumberOfTestingImages": tested,
        },
        "AggregatedEvaluationResults": {**overall, "Metrics": overall},
        "LabelEvaluationResults": [_of_label(score) for score in sorted(scores, key=lambda score: -score.f1)],
    }


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _overall(scores: Sequence[LabelScore], boxes: bool) -> dict[str, Any]:
    """Means over the labels, each for itself: the numbers of AWS's example are no other mean."""
    overall: dict[str, Any] = {
        "Precision": mean([score.precision for score in scores]),
        "Recall": mean([score.recall for score in scores]),
        "F1Score": mean([score.f1 for score in scores]),
    }
    if boxes:
        overall["AveragePrecision"] = mean([score.average_precision for score in scores])
        overall["AverageRecall"] = mean([score.average_recall for score in scores])
    else:
        overall["ConfusionMatrix"] = _confusion(scores)
    return overall


def _of_label(score: LabelScore) -> dict[str, Any]:
    """A page says that Threshold is "used for classification"; a public report of a detector's summary has it too."""
    return {
        "Label": score.label,
        "NumberOfTestingImages": score.images,
        "Metrics": {
            "Threshold": score.threshold,
            "Precision": score.precision,
            "Recall": score.recall,
            "F1Score": score.f1,
        },
    }


def _confusion(scores: Sequence[LabelScore]) -> list[dict[str, Any]]:
    """For each pair of labels, the share of the images of the one whose surest label is the other.

    AWS does not say what the share is of. The numbers of its example are shares of the images of the predicted label,
    which can exceed 1; shares of the images of the true label cannot.
    """
    surest: dict[int, tuple[float, str]] = {}
    for score in scores:
        for judgement in score.judgements:
            best = (judgement.finding.confidence, score.label)
            surest[judgement.image] = max(surest.get(judgement.image, best), best)
    of_label = {score.label: [each.image for each in score.judgements if each.is_true] for score in scores}
    said = {label: Counter(surest[image][1] for image in found) for label, found in of_label.items()}
    return [
        {
            "GroundTruthLabel": truth,
            "PredictedLabel": predicted,
            "Value": said[truth][predicted] / max(len(of_label[truth]), 1),
        }
        for truth in sorted(said)
        for predicted in sorted(said)
    ]
