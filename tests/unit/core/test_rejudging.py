"""Labels change sides when thresholds change, and nothing else does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelpipe.core.codes import Code
from labelpipe.core.rejudging import Verdict, by_hand, by_release, rejudge
from labelpipe.core.releases import Release, ReleasedModel
from labelpipe.core.results import AskedModel, Error, Image, Label, Result, Status, Times, Trace

BEES = AskedModel("bees", "rekognition", "arn-v1", {"bee": 70.0}, 50.0, 5.0, "r")
FLIES = AskedModel("flies", "rekognition", "arn-f1", {}, 30.0, 20.0, "r")
STORED = Result(
    Status.SUCCEEDED,
    "bees",
    Image("b", "bees/a.jpg", "v"),
    Times(None, "t", "t"),
    Trace("m", 1, "f"),
    release="bees-1",
    models=(BEES, FLIES),
    labels=(Label("bee", 90.0, "bees"), Label("fly", 40.0, "flies")),
    below=(Label("bee", 60.0, "bees"), Label("wasp", 30.0, "bees"), Label("fly", 25.0, "flies")),
)


def names(labels: tuple[Label, ...]) -> list[tuple[str, float]]:
    return [(label.name, label.confidence) for label in labels]


def released(*models: ReleasedModel) -> Release:
    return Release("bees-2", "bees", models, "someone", "now")


NEW = released(
    ReleasedModel("bees", "rekognition", "p", "arn-v1", {"bee": 55.0}, 50.0),
    ReleasedModel("flies", "rekognition", "p", "arn-f1", {"fly": 45.0}, 30.0),
)


def test_a_release_of_the_same_versions_moves_labels_and_is_named():
    verdict, judged = rejudge(STORED, by_release(NEW), NEW.id)
    assert verdict is Verdict.REWRITTEN
    assert names(judged.labels) == [("bee", 90.0), ("bee", 60.0)]
    assert names(judged.below) == [("fly", 40.0), ("wasp", 30.0), ("fly", 25.0)]
    assert (judged.release, judged.models[0].thresholds, judged.models[1].thresholds) == (
        "bees-2",
        {"bee": 55.0},
        {"fly": 45.0},
    )
    assert judged == replace(
        STORED, release=judged.release, models=judged.models, labels=judged.labels, below=judged.below
    )


def test_what_stands_so_already_stays_as_it_is():
    judged = rejudge(STORED, by_release(NEW), NEW.id)[1]
    assert rejudge(judged, by_release(NEW), NEW.id) == (Verdict.SAME, judged)


def test_a_result_of_another_version_is_left():
    other = released(ReleasedModel("bees", "rekognition", "p", "arn-v2", {}, 1.0), NEW.models[1])
    assert rejudge(STORED, by_release(other), other.id) == (Verdict.OTHER_VERSION, STORED)


@pytest.mark.parametrize("status", [Status.REJECTED, Status.FAILED])
def test_a_result_without_labels_is_left(status):
    ended = replace(STORED, status=status, labels=(), below=(), error=Error(Code.DAMAGED))
    assert rejudge(ended, by_release(NEW), NEW.id) == (Verdict.NO_LABELS, ended)


@pytest.mark.parametrize(
    ("thresholds", "default", "verdict"),
    [
        ({"bee": 4.9}, None, Verdict.KEPT_TOO_HIGH),
        ({}, 19.9, Verdict.KEPT_TOO_HIGH),
        ({}, 20.0, Verdict.REWRITTEN),
        ({"bee": 5.0}, 20.0, Verdict.KEPT_TOO_HIGH),  # `bee` might come from the other model, which kept from 20
    ],
)
def test_a_threshold_below_what_was_kept_is_no_threshold_for_stored_results(thresholds, default, verdict):
    assert rejudge(STORED, by_hand(thresholds, default))[0] is verdict


def test_by_hand_one_label_changes_and_the_others_keep_theirs():
    there = replace(STORED, models=(BEES,), labels=STORED.labels[:1], below=STORED.below[:2])
    judged = rejudge(there, by_hand({"wasp": 30.0}, None))[1]
    assert names(judged.labels) == [("bee", 90.0), ("wasp", 30.0)]
    assert judged.models[0].thresholds == {"bee": 70.0, "wasp": 30.0}
    assert judged.release == "bees-1"


def test_by_hand_a_default_is_for_all_others():
    judged = rejudge(STORED, by_hand({"fly": 20.0}, 61.0))[1]
    assert names(judged.labels) == [("bee", 90.0), ("fly", 40.0), ("fly", 25.0)]
    assert {(model.default_threshold, *model.thresholds.items()) for model in judged.models} == {
        (61.0, ("fly", 20.0)),
    }


confidences = st.floats(20, 100)


@given(st.lists(st.tuples(st.sampled_from("abc"), confidences)), st.dictionaries(st.sampled_from("abc"), confidences))
def test_no_label_is_lost_or_made_and_there_and_back_is_the_same(found, thresholds):
    there = replace(
        STORED, models=(FLIES,), labels=(), below=tuple(Label(name, confidence, "flies") for name, confidence in found)
    )
    first = rejudge(there, by_hand({}, 50.0))[1]
    judged = rejudge(first, by_hand(thresholds, 50.0))[1]
    assert sorted(names(judged.labels + judged.below)) == sorted(found)
    assert all(label.confidence >= thresholds.get(label.name, 50.0) for label in judged.labels)
    assert all(label.confidence < thresholds.get(label.name, 50.0) for label in judged.below)
    back = rejudge(judged, by_hand({}, 50.0))[1]
    assert (sorted(names(back.labels)), sorted(names(back.below))) == (
        sorted(names(first.labels)),
        sorted(names(first.below)),
    )
