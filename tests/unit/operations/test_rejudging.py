"""Stored results are judged anew: in pages, by one who may be interrupted, beside functions that go on writing."""

import json
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from labelpipe.aws.results import Results
from labelpipe.core.errors import Problem
from labelpipe.core.rejudging import by_hand
from labelpipe.core.results import AskedModel, Image, Label, Result, Status, Times, Trace
from labelpipe.operations.rejudging import Progress, Rejudging

MODEL = AskedModel("bees", "rekognition", "arn", {}, 50.0, 5.0, "r")
JUDGE = by_hand({}, 70.0)


class Store:
    """A bucket with results, and a way to run over it."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.s3.create_bucket(Bucket="bucket")
        self.s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        self.results = Results(self.s3, "bucket", "arn:aws:kms:us-east-1:123456789012:key/k")

    def put(self, key: str, confidence: float = 60.0, version: str = "v1") -> None:
        body = stored(key, confidence, version).to_json().encode()
        self.s3.put_object(Bucket="bucket", Key=f"{key}.json", Body=body)

    def labels(self, key: str) -> int:
        there = self.results.read(f"{key}.json")
        return len(there.result.labels)

    def versions(self, key: str) -> int:
        return len(self.s3.list_object_versions(Bucket="bucket", Prefix=key)["Versions"])

    def run(self, progress: Progress, after: str | None = None, *, write: bool = True, tell=lambda: None) -> Progress:
        Rejudging(self.s3, self.results, "bucket", JUDGE, None, write).run("bees/", after, progress, tell)
        return progress


def stored(key: str, confidence: float, version: str) -> Result:
    return Result(
        Status.SUCCEEDED,
        "bees",
        Image("bucket", key, version),
        Times(None, "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"),
        Trace("m", 1, "f"),
        release="bees-1",
        models=(MODEL,),
        labels=(Label("bee", confidence, "bees"),),
    )


@pytest.fixture
def store():
    with mock_aws():
        yield Store()


def test_every_result_of_every_page_is_judged_and_images_and_strangers_are_left(store):
    for number in range(1003):
        store.put(f"bees/{number:04}.jpg", 60.0 if number % 2 else 80.0)
    store.s3.put_object(Bucket="bucket", Key="bees/0000.jpg", Body=b"an image")
    store.s3.put_object(Bucket="bucket", Key="bees/mine.json", Body=b'{"mine": 1}')
    store.put("flies/a.jpg")
    progress = store.run(Progress())
    assert progress.counts == {"rewritten": 1003, "foreign": 1}
    assert (store.labels("bees/0001.jpg"), store.labels("bees/1002.jpg"), store.labels("flies/a.jpg")) == (0, 1, 1)
    assert store.run(Progress()).counts == {"same": 1003, "foreign": 1}
    assert store.versions("bees/0001.jpg.json") == 2


def test_a_dry_run_counts_and_writes_nothing(store):
    store.put("bees/a.jpg")
    assert store.run(Progress(), write=False).counts == {"rewritten": 1}
    assert store.versions("bees/a.jpg.json") == 1


def test_an_interrupted_run_goes_on_after_the_last_key_that_it_told(store):
    for name in "abcdef":
        store.put(f"bees/{name}.jpg")
    progress = Progress()

    def interrupt() -> None:
        if progress.examined == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.run(progress, tell=interrupt)
    assert progress.last_key == "bees/c.jpg.json"
    rest = store.run(Progress(), progress.last_key)
    assert (rest.examined, rest.last_key) == (3, "bees/f.jpg.json")
    assert [store.labels(f"bees/{name}.jpg") for name in "abcdef"] == [0] * 6


def test_a_result_that_is_replaced_meanwhile_is_judged_as_it_is_then(store, monkeypatch):
    store.put("bees/a.jpg", version="v1")
    read, newer = store.results.read, iter([True])

    def read_just_before_another_writes(key):
        there = read(key)
        if next(newer, False):
            store.put("bees/a.jpg", 99.0, version="v2")
        return there

    monkeypatch.setattr(store.results, "read", read_just_before_another_writes)
    assert store.run(Progress()).counts == {"rewritten": 1}
    monkeypatch.undo()
    there = store.results.read("bees/a.jpg.json").result
    assert (there.image.version_id, len(there.labels), there.models[0].default_threshold) == ("v2", 1, 70.0)


def test_a_result_that_goes_meanwhile_is_counted_as_gone(store, monkeypatch):
    store.put("bees/a.jpg")
    monkeypatch.setattr(store.results, "read", lambda key: None)
    assert store.run(Progress()).counts == {"gone": 1}


def test_what_cannot_be_read_is_named_and_ends_the_run(store):
    store.s3.put_object(Bucket="bucket", Key="bees/a.jpg.json", Body=json.dumps({}).encode(), StorageClass="GLACIER")
    with pytest.raises(Problem, match=r"^bees/a\.jpg\.json: GetObject: .*InvalidObjectState.*; what was rewritten"):
        store.run(Progress())


def test_nothing_but_the_judgement_changes(store):
    store.put("bees/a.jpg")
    store.run(Progress())
    there = store.results.read("bees/a.jpg.json").result
    before = stored("bees/a.jpg", 60.0, "v1")
    assert there == replace(before, models=(replace(MODEL, default_threshold=70.0),), labels=(), below=before.labels)
