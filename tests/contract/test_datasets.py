"""The life of a dataset over HTTP: made, updated, distributed, listed and deleted."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labelpipe.standin.server import ThreadedStandin
from tests.contract.pictures import boxed_line, draw, labelled_line, manifest

LINES = [labelled_line(f"{number}.jpg", ("bee", "wasp")[number % 2]) for number in range(230)]


@pytest.fixture
def project(asked, request: pytest.FixtureRequest) -> Iterator[str]:
    """A project of its own for a test, gone afterwards."""
    name = request.node.name.replace("[", ".").replace("]", "")[:80]
    arn = asked.create_project(ProjectName=name)["ProjectArn"]
    yield arn
    asked.delete_project(ProjectArn=arn)


@pytest.fixture
def make(target, asked, project: str) -> Callable[..., str]:
    """Makes a dataset, and lets it be finished."""

    def made(kind: str = "TRAIN", **source: Any) -> str:
        wanted = {"DatasetSource": source} if source else {}
        arn = asked.create_dataset(ProjectArn=project, DatasetType=kind, **wanted)["DatasetArn"]
        target.clock.now += 60
        return arn

    return made


def update(target, dataset: str, *lines: str) -> None:
    target.client.update_dataset_entries(DatasetArn=dataset, Changes={"GroundTruth": "\n".join(lines).encode()})


def described(asked, dataset: str) -> dict[str, Any]:
    return asked.describe_dataset(DatasetArn=dataset)["DatasetDescription"]


def code(call: Callable[..., Any], **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"]


def test_the_paginators_find_every_entry_and_every_label(s3, asked, make) -> None:
    dataset = make(**manifest(s3, "many.manifest", LINES))
    entries = asked.get_paginator("list_dataset_entries").paginate(DatasetArn=dataset)
    assert [entry for page in entries for entry in page["DatasetEntries"]] == LINES
    pages = list(
        asked.get_paginator("list_dataset_labels").paginate(DatasetArn=dataset, PaginationConfig={"PageSize": 1})
    )
    found = [label for page in pages for label in page["DatasetLabelDescriptions"]]
    assert found == [
        {"LabelName": name, "LabelStats": {"EntryCount": 115, "BoundingBoxCount": 0}} for name in ("bee", "wasp")
    ]


def test_a_token_leads_on_in_its_own_list_only(s3, asked, make) -> None:
    dataset = make(**manifest(s3, "many.manifest", LINES))
    token = asked.list_dataset_entries(DatasetArn=dataset, MaxResults=2)["NextToken"]
    for request in ({"NextToken": "made up"}, {"NextToken": token, "Labeled": True}):
        assert code(asked.list_dataset_entries, DatasetArn=dataset, **request) == "InvalidPaginationTokenException"
    assert code(asked.list_dataset_labels, DatasetArn=dataset, NextToken="x") == "InvalidPaginationTokenException"


def test_a_dataset_grows_by_updates_and_is_split_and_trained_on(target, s3, asked, project: str, make) -> None:
    train, test = make(), make("TEST")
    update(target, train, *(boxed_line(f"grown/{number}.jpg", draw(number)) for number in range(10)))
    assert described(asked, train)["Status"] == "UPDATE_IN_PROGRESS"
    target.clock.now += 60
    assert described(asked, train)["DatasetStats"]["LabeledEntries"] == 10
    asked.distribute_dataset_entries(Datasets=[{"Arn": train}, {"Arn": test}])
    target.clock.now += 60
    counts = [described(asked, each)["DatasetStats"]["TotalEntries"] for each in (train, test)]
    assert counts == [8, 2]
    labels = asked.list_dataset_labels(DatasetArn=test)["DatasetLabelDescriptions"]
    assert {label["LabelStats"]["BoundingBoxCount"] for label in labels} == {2}


def test_a_failure_shows_in_the_description_and_in_the_project(s3, asked, project: str, make) -> None:
    dataset = make(**manifest(s3, "bad.manifest", ["no json"]))
    told = described(asked, dataset)
    assert (told["Status"], told["StatusMessageCode"]) == ("CREATE_FAILED", "CLIENT_ERROR")
    assert "The manifest file extension or contents are invalid." in told["StatusMessage"]
    name = project.split("/")[1]
    (shown,) = asked.describe_projects(ProjectNames=[name])["ProjectDescriptions"][0]["Datasets"]
    assert [shown[each] for each in ("Status", "StatusMessage", "StatusMessageCode")] == [
        told[each] for each in ("Status", "StatusMessage", "StatusMessageCode")
    ]


def test_what_cannot_be_is_refused_by_errors_of_the_operation(s3, asked, project: str, make) -> None:
    dataset = make()
    absent = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "absent.manifest"}}}
    asked_for = {"ProjectArn": project, "DatasetType": "TEST", "DatasetSource": absent}
    assert code(asked.create_dataset, **asked_for) == "InvalidS3ObjectException"
    assert code(asked.create_dataset, **(asked_for | {"DatasetType": "TRAIN"})) == "ResourceAlreadyExistsException"
    pair = [{"Arn": dataset}, {"Arn": dataset}]
    assert code(asked.distribute_dataset_entries, Datasets=pair) == "InvalidParameterException"
    gone = dataset[:-1] + ("1" if dataset[-1] == "0" else "0")
    for call in (asked.describe_dataset, asked.list_dataset_entries, asked.list_dataset_labels, asked.delete_dataset):
        assert code(call, DatasetArn=gone) == "ResourceNotFoundException"


def test_a_deleted_dataset_is_waited_for_until_it_is_not_found(target, asked, make) -> None:
    dataset = make()
    asked.delete_dataset(DatasetArn=dataset)
    assert described(asked, dataset)["Status"] == "DELETE_IN_PROGRESS"
    assert code(asked.delete_dataset, DatasetArn=dataset) == "ResourceInUseException"
    target.clock.now += 60
    assert code(asked.describe_dataset, DatasetArn=dataset) == "ResourceNotFoundException"


def test_datasets_are_the_same_after_a_restart(target, s3, asked, make, make_client, tmp_path: Path) -> None:
    dataset = make(**manifest(s3, "many.manifest", LINES))
    update(target, dataset, labelled_line("new.jpg", "hornet"))
    copied = shutil.copytree(target.server.service.store.folder, tmp_path / "state")
    target.clock.now += 60
    with ThreadedStandin(copied, s3_endpoint_url=s3.url, clock=target.clock) as again:
        client = make_client(again.url)
        assert described(client, dataset) == described(asked, dataset)
        found = client.list_dataset_entries(DatasetArn=dataset, ContainsLabels=["hornet"])["DatasetEntries"]
        assert [json.loads(entry)["source-ref"] for entry in found] == ["s3://images/new.jpg"]


def test_a_hundred_clients_at_once_lose_no_update_and_see_no_half(target, asked, make, make_client) -> None:
    """Each puts its own pair of entries; whoever comes while another's update is under way tries again."""
    dataset, clients, lock = make(), 100, threading.Lock()

    def put(number: int) -> None:
        client = make_client(target.server.url)
        lines = [labelled_line(f"{number}.{half}.jpg", f"label {number}") for half in "ab"]
        while True:
            try:
                client.update_dataset_entries(DatasetArn=dataset, Changes={"GroundTruth": "\n".join(lines).encode()})
            except client.exceptions.ResourceInUseException:
                with lock:
                    target.clock.now += 60
            else:
                return

    def look(_: int) -> None:
        client = make_client(target.server.url)
        try:
            assert len(client.list_dataset_entries(DatasetArn=dataset)["DatasetEntries"]) % 2 == 0
        except client.exceptions.ResourceInUseException:
            assert described(client, dataset)["DatasetStats"]["TotalEntries"] % 2 == 0

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda n: (put if n % 2 else look)(n), range(clients)))
    target.clock.now += 60
    stats = described(asked, dataset)["DatasetStats"]
    assert (stats["TotalEntries"], stats["TotalLabels"]) == (clients, clients // 2)
