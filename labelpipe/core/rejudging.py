"""Stored results under new thresholds, without asking a model again: labels only change sides."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from labelpipe.core.releases import Release
from labelpipe.core.results import AskedModel, Result, Status, split


class Verdict(StrEnum):
    """What new thresholds mean for one stored result."""

    REWRITTEN = "rewritten"
    SAME = "same"
    """It stands under these thresholds already."""
    NO_LABELS = "no_labels"
    """REJECTED or FAILED."""
    OTHER_VERSION = "other_version"
    """It was answered by another version of a model than the one that the thresholds are for."""
    KEPT_TOO_HIGH = "kept_too_high"
    """A threshold lies below the confidence from which labels were kept: only the model knows what is missing."""


Judge = Callable[[AskedModel], AskedModel | None]
"""A model of a result as it is to be judged from now on; None when the thresholds are not for it."""


def by_release(release: Release) -> Judge:
    """The thresholds of a release, for results of the very versions that it names."""
    models = {model.version_arn: model for model in release.models}

    def judge(asked: AskedModel) -> AskedModel | None:
        if (model := models.get(asked.arn)) is None or model.name != asked.name:
            return None
        return replace(asked, thresholds=model.thresholds, default_threshold=model.default_threshold)

    return judge


def by_hand(thresholds: Mapping[str, float], default: float | None) -> Judge:
    """These labels' thresholds. With a default, all other labels have it; without, they keep what they have."""

    def judge(asked: AskedModel) -> AskedModel:
        if default is not None:
            return replace(asked, thresholds=dict(thresholds), default_threshold=default)
        return replace(asked, thresholds=asked.thresholds | dict(thresholds))

    return judge


def rejudge(result: Result, judge: Judge, release: str | None = None) -> tuple[Verdict, Result]:
    """The verdict, and the result as it should be; release: what it is to name, if anything new."""
    if result.status is not Status.SUCCEEDED:
        return Verdict.NO_LABELS, result
    models = tuple(model for asked in result.models if (model := judge(asked)))
    if len(models) < len(result.models):
        return Verdict.OTHER_VERSION, result
    if any(model.kept_from > min((model.default_threshold, *model.thresholds.values())) for model in models):
        return Verdict.KEPT_TOO_HIGH, result
    labels, below = split((*result.labels, *result.below), models)
    judged = replace(result, models=models, labels=labels, below=below, release=release or result.release)
    return (Verdict.SAME if judged == result else Verdict.REWRITTEN), judged
