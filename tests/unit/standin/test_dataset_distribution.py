import base64
import json
import random
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from labelpipe.standin import wire
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import InvalidParameterException
from labelpipe.standin.operations.distribution import chosen
from labelpipe.standin.operations.manifest_import import TerminalError

SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}
KIND = SORT | {"type": "groundtruth/image-classification"}


def images(*labels: str, times: int = 1) -> dict[int, list[str]]:
    """Numbered images, each with the letters of its word as labels."""
    return {number: list(word) for number, word in enumerate(labels * times)}


@pytest.mark.parametrize(
    ("labels", "moved"),
    [
        (images("a", times=2), 1),
        (images("a", times=10), 2),
        (images("ab", times=5), 1),
        (images("a", "b", "ab", "", times=25), 20),
        (images("a", times=98) | {98: ["b"], 99: ["b"]}, 20),
        (images("a", "b", times=1000) | {2000 + n: ["c"] for n in range(2)}, 400),
    ],
)
def test_a_fifth_goes_and_every_label_is_on_both_sides(labels: dict[int, list[str]], moved: int) -> None:
    going = chosen(labels)
    assert len(going) == moved
    on = [
        Counter(label for image in labels if (image in going) is side for label in labels[image])
        for side in (False, True)
    ]
    assert set(on[0]) == set(on[1]) == {label for its in labels.values() for label in its}


def test_the_choice_is_as_if_by_chance_and_the_same_again() -> None:
    labels = images("a", times=100)
    going = sorted(chosen(labels))
    assert going == sorted(chosen(labels))
    assert len({after - before for before, after in pairwise(going)}) > 3  # neither the first nor every fifth


def test_every_label_gives_about_its_fifth() -> None:
    draw = random.Random(3)
    labels = {
        n: [label for label, share in zip("abcd", (0.9, 0.5, 0.1, 0.02), strict=True) if draw.random() < share]
        for n in range(2000)
    }
    before, going = Counter(x for its in labels.values() for x in its), chosen(labels)
    after = Counter(x for image in going for x in labels[image])
    assert len(going) == 400
    assert all(abs(after[label] / before[label] - 0.2) < 0.04 for label in before)


def test_few_images_of_many_labels_move_no_more_than_a_fifth() -> None:
    labels = images("a", "b", "c", "d", "e", times=2)
    assert len(chosen(labels)) == 2


@pytest.mark.parametrize("labels", [{}, images(""), images("", times=9), images("a"), images("a", "a", "ab")])
def test_too_few_images_of_a_label_cannot_be_distributed(labels: dict[int, list[str]]) -> None:
    with pytest.raises(TerminalError, match="^ERROR_INSUFFICIENT_IMAGES_PER_LABEL_FOR_DISTRIBUTE: "):
        chosen(labels)


def line(number: int, label: str) -> str:
    return json.dumps({"source-ref": f"s3://images/{number}.jpg", "a": 1, "a-metadata": KIND | {"class-name": label}})


@pytest.fixture
def pair(standin) -> list[dict[str, str]]:
    """A TRAIN dataset of ten images with two labels, and an empty TEST dataset."""
    project = standin.project()
    named = [
        {"Arn": standin.call("CreateDataset", ProjectArn=project, DatasetType=kind)["DatasetArn"]}
        for kind in ("TRAIN", "TEST")
    ]
    standin.now += 60
    put(standin, named[0]["Arn"], [line(number, "bee" if number < 5 else "wasp") for number in range(10)])
    return named


def put(standin, dataset: str, lines: list[str]) -> None:
    blob = base64.b64encode("\n".join(lines).encode()).decode()
    standin.call("UpdateDatasetEntries", DatasetArn=dataset, Changes={"GroundTruth": blob})
    standin.now += 60


def told(standin, dataset: dict[str, str]) -> tuple[str, str, int]:
    described = standin.call("DescribeDataset", DatasetArn=dataset["Arn"])["DatasetDescription"]
    return described["Status"], described["StatusMessageCode"], described["DatasetStats"]["TotalEntries"]


def listed(standin, dataset: dict[str, str]) -> list[str]:
    return standin.call("ListDatasetEntries", DatasetArn=dataset["Arn"])["DatasetEntries"]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_fifth_of_the_training_images_moves_to_the_test_images(standin, pair: list[Any], backwards: bool) -> None:
    before = listed(standin, pair[0])
    assert standin.call("DistributeDatasetEntries", Datasets=pair[::-1] if backwards else pair) == {}
    assert [told(standin, each) for each in pair] == [("UPDATE_IN_PROGRESS", "SUCCESS", n) for n in (10, 0)]
    standin.now += 60
    assert [told(standin, each) for each in pair] == [("UPDATE_COMPLETE", "SUCCESS", n) for n in (8, 2)]
    stayed, moved = listed(standin, pair[0]), listed(standin, pair[1])
    assert sorted(stayed + moved) == sorted(before)
    assert {json.loads(each)["a-metadata"]["class-name"] for each in moved} == {"bee", "wasp"}
    labels = standin.call("ListDatasetLabels", DatasetArn=pair[1]["Arn"])["DatasetLabelDescriptions"]
    assert [(each["LabelName"], each["LabelStats"]["EntryCount"]) for each in labels] == [("bee", 1), ("wasp", 1)]
    assert len(list((standin.folder / "datasets").iterdir())) == 2


def test_a_distribution_that_cannot_be_fails_on_both_sides_and_moves_nothing(standin, pair: list[Any]) -> None:
    put(standin, pair[0]["Arn"], [line(99, "hornet")])
    standin.call("DistributeDatasetEntries", Datasets=pair)
    standin.now += 60
    assert [told(standin, each) for each in pair] == [("UPDATE_FAILED", "CLIENT_ERROR", n) for n in (11, 0)]
    described = standin.call("DescribeDataset", DatasetArn=pair[1]["Arn"])["DatasetDescription"]
    assert described["StatusMessage"].startswith("ERROR_INSUFFICIENT_IMAGES_PER_LABEL_FOR_DISTRIBUTE: ")


def test_a_service_that_fails_moves_nothing(standin, pair: list[Any]) -> None:
    wire.handler("DistributeDatasetEntries", in_vain=True)(standin.service, {"Datasets": pair}, Place())
    standin.now += 60
    assert [told(standin, each) for each in pair] == [("UPDATE_FAILED", "SERVICE_ERROR", n) for n in (10, 0)]


def test_only_the_two_datasets_of_a_project_are_distributed_and_only_into_an_empty_one(standin, pair) -> None:
    other = standin.call("CreateDataset", ProjectArn=standin.project("other"), DatasetType="TEST")["DatasetArn"]
    standin.now += 60
    put(standin, pair[1]["Arn"], [line(70, "bee")])
    for datasets in ([pair[0], pair[0]], [pair[1], pair[1]], [pair[0], {"Arn": other}], pair):
        with pytest.raises(InvalidParameterException):
            standin.call("DistributeDatasetEntries", Datasets=datasets)


def test_as_many_go_as_can_and_no_label_goes_as_a_whole_whatever_the_images() -> None:
    draw, seen = random.Random(5), 0
    for _ in range(300):
        few, labels, share = draw.randint(2, 30), "abcdef"[: draw.randint(1, 6)], draw.choice((0.2, 0.9))
        its = {n: [label for label in labels if draw.random() < 0.4] for n in range(few)}
        counts = Counter(label for each in its.values() for label in each)
        if not counts or min(counts.values()) < 2:
            continue
        seen += 1
        going, most = chosen(its, share), max(1, round(share * few))
        stay = Counter(label for n in its if n not in going for label in its[n] or [""])
        assert set(stay) >= set(counts)
        could = [n for n in its if n not in going and all(stay[label] > 1 for label in its[n] or [""])]
        assert len(going) == most or (len(going) < most and not could)
    assert seen > 100
