import base64
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labelpipe.standin import contents, store, wire
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    InvalidParameterException,
    InvalidS3ObjectException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from labelpipe.standin.operations import dataset_work, manifest_import

SORT = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00"}


def line(number: int, *labels: str, **more: Any) -> str:
    row: dict[str, Any] = {"source-ref": f"s3://images/{number}.jpg"}
    for i, label in enumerate(labels):
        kind = SORT | {"type": "groundtruth/image-classification", "class-name": label}
        row |= {f"c{i}": 1, f"c{i}-metadata": kind}
    return json.dumps(row | more)


def boxed(number: int, *labels: str) -> str:
    """A line with a box of ten pixels for each label; off the image for one that is called 'off'."""
    annotations = [
        {"class_id": i, "left": 95 if label == "off" else 5, "top": 5, "width": 10, "height": 10}
        for i, label in enumerate(labels)
    ]
    kind = {"type": "groundtruth/object-detection", "class-map": dict(enumerate(labels))}
    metadata = SORT | kind | {"objects": [{"confidence": 1}] * len(labels)}
    size = [{"width": 100, "height": 100, "depth": 3}]
    return line(number, **{"bb": {"image_size": size, "annotations": annotations}, "bb-metadata": metadata})


LINES = [line(0, "bee"), line(1, "bee", "wasp"), line(2), boxed(3, "wasp", "wasp", "off"), line(4, other=1)]


def manifest(standin, lines: list[str] | bytes, key: str = "train.manifest") -> dict[str, Any]:
    standin.objects.content["images", key] = lines if isinstance(lines, bytes) else "\n".join(lines).encode()
    return {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": key}}}


def created(standin, kind: str = "TRAIN", project: str = "", **source: Any) -> str:
    """A dataset whose creation is over."""
    asked = {"ProjectArn": project or standin.project(), "DatasetType": kind}
    arn = standin.call("CreateDataset", **asked, **({"DatasetSource": source} if source else {}))["DatasetArn"]
    standin.now += 60
    return arn


def described(standin, dataset: str) -> dict[str, Any]:
    return standin.call("DescribeDataset", DatasetArn=dataset)["DatasetDescription"]


def stats(standin, dataset: str) -> tuple[int, ...]:
    """Labeled, total, labels, errors."""
    told = described(standin, dataset)["DatasetStats"]
    return tuple(told[name] for name in ("LabeledEntries", "TotalEntries", "TotalLabels", "ErrorEntries"))


def entries(standin, dataset: str, **filters: Any) -> list[str]:
    found = standin.call("ListDatasetEntries", DatasetArn=dataset, **filters)["DatasetEntries"]
    return [json.loads(entry)["source-ref"].rpartition("/")[2].removesuffix(".jpg") for entry in found]


def update(standin, dataset: str, *lines: str) -> None:
    blob = base64.b64encode("\n".join(lines).encode()).decode()
    standin.call("UpdateDatasetEntries", DatasetArn=dataset, Changes={"GroundTruth": blob})


@pytest.fixture
def dataset(standin) -> str:
    return created(standin, **manifest(standin, LINES))


def project_of(dataset: str) -> str:
    return dataset.split("/dataset/")[0] + "/1790000000000"


def test_a_dataset_is_complete_after_a_while_and_shows_its_counts_then(standin) -> None:
    source = manifest(standin, LINES)
    made = standin.call("CreateDataset", ProjectArn=standin.project(), DatasetType="TRAIN", DatasetSource=source)
    dataset = made["DatasetArn"]
    assert (described(standin, dataset)["Status"], stats(standin, dataset)) == ("CREATE_IN_PROGRESS", (0, 0, 0, 0))
    standin.now += 60
    told = described(standin, dataset)
    assert (told["Status"], told["StatusMessageCode"]) == ("CREATE_COMPLETE", "SUCCESS")
    assert stats(standin, dataset) == (3, 5, 2, 2)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "01234"),
        ({"Labeled": True}, "013"),
        ({"Labeled": False}, "24"),
        ({"ContainsLabels": ["wasp"]}, "13"),
        ({"ContainsLabels": ["wasp", "bee", "hornet"]}, "013"),
        ({"ContainsLabels": ["off"]}, ""),
        ({"SourceRefContains": "/2."}, "2"),
        ({"SourceRefContains": "IMAGES"}, ""),
        ({"HasErrors": True}, "34"),
        ({"HasErrors": False}, "01234"),
        ({"HasErrors": True, "Labeled": True}, "3"),
        ({"ContainsLabels": ["bee"], "SourceRefContains": "1", "Labeled": True}, "1"),
        ({"MaxResults": 1}, "0"),
        ({"NextToken": ""}, "01234"),
    ],
)
def test_entries_are_chosen_by_every_filter(standin, dataset: str, filters: dict, found: str) -> None:
    assert entries(standin, dataset, **filters) == list(found)


def test_pages_of_entries_are_whole_whatever_the_filter_and_the_size(standin, dataset: str) -> None:
    for size in (1, 2, 3, 5):
        asked: dict[str, Any] = {"DatasetArn": dataset, "Labeled": True, "MaxResults": size}
        found, token = [], ""
        while token or not found:
            page = standin.call("ListDatasetEntries", **asked, NextToken=token)
            found, token = found + page["DatasetEntries"], page.get("NextToken", "")
            assert len(page["DatasetEntries"]) == size or not token
            assert len(found) <= 3
        assert [json.loads(entry)["source-ref"][-5] for entry in found] == ["0", "1", "3"]


def test_a_line_without_errors_comes_as_it_was_written_and_others_with_what_is_wrong(standin, dataset: str) -> None:
    shown = standin.call("ListDatasetEntries", DatasetArn=dataset)["DatasetEntries"]
    assert shown[:3] == LINES[:3]
    off = json.loads(shown[3])["bb"]["annotations"][2]
    assert [error["code"] for error in off["cl-errors"]] == ["ERROR_INVALID_BOUNDING_BOX"]
    assert [error["code"] for error in json.loads(shown[4])["cl-errors"]] == ["ERROR_NO_LABEL_ATTRIBUTES"]


def test_no_entry_is_longer_than_the_api_tells(standin) -> None:
    long, wide = line(0, "bee", c9=1, more="x" * 99_700, **{"c9-metadata": {}}), line(1, "b\u00fce", bad=1)
    wide = wide.replace('"bad": 1', f'"bad": 1, "bad-metadata": {{}}, "more": "{chr(252) * 60_000}"')
    dataset = created(standin, **manifest(standin, [long, wide]))
    shown = standin.call("ListDatasetEntries", DatasetArn=dataset, HasErrors=True)["DatasetEntries"]
    assert shown[0] == long
    assert "cl-errors" in shown[1]
    assert max(map(len, shown)) <= 100_000


def test_an_entry_that_is_mended_has_nothing_left_of_what_was_wrong(standin, dataset: str) -> None:
    faulty = standin.call("ListDatasetEntries", DatasetArn=dataset, HasErrors=True)["DatasetEntries"][0]
    mended = faulty.replace('"left": 95', '"left": 5').replace('"bb', '"cl-bb')
    update(standin, dataset, mended)
    standin.now += 60
    (mended,) = standin.call("ListDatasetEntries", DatasetArn=dataset, SourceRefContains="/3.jpg")["DatasetEntries"]
    assert json.loads(mended) == json.loads(LINES[3].replace('"left": 95', '"left": 5').replace('"bb', '"cl-bb'))
    assert stats(standin, dataset)[3] == 1


def test_labels_come_by_name_with_the_images_that_have_them(standin, dataset: str) -> None:
    first = standin.call("ListDatasetLabels", DatasetArn=dataset, MaxResults=1)
    assert first["DatasetLabelDescriptions"] == [
        {"LabelName": "bee", "LabelStats": {"EntryCount": 2, "BoundingBoxCount": 0}}
    ]
    rest = standin.call("ListDatasetLabels", DatasetArn=dataset, MaxResults=1, NextToken=first["NextToken"])
    assert rest == {
        "DatasetLabelDescriptions": [{"LabelName": "wasp", "LabelStats": {"EntryCount": 2, "BoundingBoxCount": 1}}]
    }


def test_lines_that_name_no_image_or_one_again_are_dropped_without_a_word(standin) -> None:
    lines = [*(line(n) for n in range(16)), "no json", line(3, "bee"), json.dumps({"x": 1}), "x" * 100_001]
    dataset = created(standin, **manifest(standin, lines))
    assert (described(standin, dataset)["Status"], stats(standin, dataset)) == ("CREATE_COMPLETE", (0, 16, 0, 0))


FEW_GOOD = [*(line(n) for n in range(7)), "", "no json"]
MANY_LABELS = [line(n, f"label {n}") for n in range(251)]


@pytest.mark.parametrize(
    ("lines", "key", "region", "code"),
    [
        (LINES, "manifests.d/train", "us-east-1", "ERROR_MANIFEST_INACCESSIBLE_OR_UNSUPPORTED_FORMAT"),
        (b"", "a.manifest", "us-east-1", "ERROR_MANIFEST_INACCESSIBLE_OR_UNSUPPORTED_FORMAT"),
        (b"\x89PNG\r\n\xff\n", "a.manifest", "us-east-1", "ERROR_MANIFEST_INACCESSIBLE_OR_UNSUPPORTED_FORMAT"),
        (FEW_GOOD, "a.manifest", "us-east-1", "ERROR_TOO_MANY_RECORDS_IN_ERROR"),
        (MANY_LABELS, "a.manifest", "us-east-1", "ERROR_MANIFEST_TOO_MANY_LABELS"),
        (["x"] * 250_001, "a.manifest", "us-east-1", "ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM"),
        (["x"] * 28_001, "a.manifest", "ap-south-1", "ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_a_dataset_that_failed(standin, lines, key: str, region: str, code) -> None:
    source = manifest(standin, lines, key)
    project = standin.call("CreateProject", region, ProjectName="bees")["ProjectArn"]
    asked = {"ProjectArn": project, "DatasetType": "TRAIN", "DatasetSource": source}
    dataset = standin.call("CreateDataset", region, **asked)["DatasetArn"]
    assert described(standin, dataset)["StatusMessageCode"] == "SUCCESS"
    standin.now += 60
    told = described(standin, dataset)
    assert (told["Status"], told["StatusMessageCode"]) == ("CREATE_FAILED", "CLIENT_ERROR")
    assert told["StatusMessage"].startswith(f"{code}: ")
    assert stats(standin, dataset) == (0, 0, 0, 0)
    assert files(standin) == []


def test_a_manifest_above_a_gigabyte_is_a_dataset_that_failed(standin, monkeypatch) -> None:
    monkeypatch.setattr("labelpipe.standin.ground_truth.manifests.MAX_BYTES", 100)
    dataset = created(standin, **manifest(standin, LINES))
    assert described(standin, dataset)["StatusMessage"].startswith("ERROR_MANIFEST_SIZE_TOO_LARGE: ")


def test_a_manifest_that_s3_does_not_give_is_told_at_once(standin) -> None:
    source = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "absent.manifest"}}}
    with pytest.raises(InvalidS3ObjectException):
        created(standin, **source)
    assert files(standin) == []


def files(standin) -> list[str]:
    """What is on disk for datasets."""
    return sorted(file.name for file in (standin.folder / "datasets").glob("*"))


def test_an_update_replaces_lines_where_they_are_and_adds_others(standin, dataset: str) -> None:
    began = standin.now
    update(standin, dataset, line(1, "hornet"), line(9, "hornet"), line(4, "bee"))
    assert (described(standin, dataset)["Status"], stats(standin, dataset)) == ("UPDATE_IN_PROGRESS", (3, 5, 2, 2))
    standin.now += 60
    told = described(standin, dataset)
    assert (told["Status"], told["StatusMessageCode"]) == ("UPDATE_COMPLETE", "SUCCESS")
    assert told["LastUpdatedTimestamp"] == began > told["CreationTimestamp"]
    assert stats(standin, dataset) == (5, 6, 3, 1)
    assert entries(standin, dataset) == list("012349")
    assert entries(standin, dataset, ContainsLabels=["hornet"]) == list("19")
    assert entries(standin, dataset, ContainsLabels=["wasp"]) == ["3"]
    assert len(files(standin)) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["no json"], "ERROR_MANIFEST_INACCESSIBLE_OR_UNSUPPORTED_FORMAT"),
        (FEW_GOOD, "ERROR_TOO_MANY_RECORDS_IN_ERROR"),
        (MANY_LABELS[:249], "ERROR_MANIFEST_TOO_MANY_LABELS"),
    ],
)
def test_an_update_that_fails_leaves_what_was_there(standin, dataset: str, lines: list[str], code: str) -> None:
    update(standin, dataset, *(each.replace("images/", "images/more/") for each in lines))
    standin.now += 60
    told = described(standin, dataset)
    assert (told["Status"], told["StatusMessageCode"]) == ("UPDATE_FAILED", "CLIENT_ERROR")
    assert told["StatusMessage"].startswith(f"{code}: ")
    assert (stats(standin, dataset), entries(standin, dataset)) == ((3, 5, 2, 2), list("01234"))
    update(standin, dataset, line(7))
    standin.now += 60
    assert (described(standin, dataset)["Status"], stats(standin, dataset)) == ("UPDATE_COMPLETE", (3, 6, 2, 2))


def test_updates_count_towards_the_most_images_of_a_dataset(standin, dataset: str, monkeypatch) -> None:
    monkeypatch.setattr("labelpipe.standin.ground_truth.manifests.max_images", lambda region, kind: 6)
    update(standin, dataset, line(4), line(5), line(6))
    standin.now += 60
    assert described(standin, dataset)["StatusMessage"].startswith("ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM: ")


def test_as_many_images_and_labels_as_a_dataset_may_have_are_taken(standin, dataset: str, monkeypatch) -> None:
    monkeypatch.setattr("labelpipe.standin.ground_truth.manifests.max_images", lambda region, kind: 6)
    monkeypatch.setattr(manifest_import, "MAX_LABELS", 3)
    update(standin, dataset, *(line(n, "hornet") for n in range(3, 6)))  # five images were there, and two labels
    standin.now += 60
    assert (described(standin, dataset)["Status"], stats(standin, dataset)[1:3]) == ("UPDATE_COMPLETE", (6, 3))
    update(standin, dataset, *(line(n) for n in range(6)))
    standin.now += 60
    assert described(standin, dataset)["Status"] == "UPDATE_COMPLETE"


def test_of_two_updates_at_once_the_second_is_refused(standin, dataset: str, monkeypatch) -> None:
    write, met = manifest_import.write, []

    def met_by_another(*arguments: Any) -> Any:
        with pytest.raises(ResourceInUseException) as caught:
            update(standin, dataset, line(9))
        met.append(caught.value)
        standin.now += 3600  # however long it takes
        met.append(described(standin, dataset)["Status"])
        return write(*arguments)

    monkeypatch.setattr(manifest_import, "write", met_by_another)
    update(standin, dataset, line(8))
    assert (met[1], entries(standin, dataset)) == ("UPDATE_IN_PROGRESS", list("012348"))
    assert len(files(standin)) == 1


def test_work_that_takes_long_is_not_waited_for(standin, dataset: str, monkeypatch) -> None:
    write, released = manifest_import.write, threading.Event()
    monkeypatch.setattr(manifest_import, "write", lambda *given: released.wait(30) and write(*given))
    monkeypatch.setattr(dataset_work, "PATIENCE", 0)
    update(standin, dataset, line(8))
    assert described(standin, dataset)["Status"] == "UPDATE_IN_PROGRESS"
    released.set()
    (worker,) = (thread for thread in threading.enumerate() if thread.name == dataset_work.THREAD)
    worker.join(30)
    standin.now += 60
    assert entries(standin, dataset) == list("012348")


def test_a_disk_that_is_full_is_a_fault_of_the_service(standin, dataset: str, monkeypatch, capfd) -> None:
    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manifest_import, "write", full)
    update(standin, dataset, line(8))
    standin.now += 60
    told = described(standin, dataset)
    assert (told["Status"], told["StatusMessageCode"]) == ("UPDATE_FAILED", "SERVICE_ERROR")
    assert entries(standin, dataset) == list("01234")
    assert "No space left on device" in capfd.readouterr().err


def test_a_project_may_go_while_its_dataset_is_made(standin, monkeypatch) -> None:
    project = standin.project()

    def deleting(*given: Any) -> Any:
        standin.call("DeleteProject", ProjectArn=project)
        return write(*given)

    write = contents.write
    monkeypatch.setattr(contents, "write", deleting)
    standin.call("CreateDataset", ProjectArn=project, DatasetType="TRAIN")
    assert files(standin) == []


def test_a_project_may_go_before_an_update_has_begun(standin, dataset: str, monkeypatch, capfd) -> None:
    """What it was to add to is gone then, which is nobody's fault."""

    def deleting(*given: Any) -> Any:
        (project,) = standin.call("DescribeProjects")["ProjectDescriptions"]
        standin.call("DeleteProject", ProjectArn=project["ProjectArn"])
        return attempt(*given)

    attempt = dataset_work._attempt
    monkeypatch.setattr(dataset_work, "_attempt", deleting)
    update(standin, dataset, line(8))
    assert files(standin) == []
    assert capfd.readouterr().err == ""


def test_an_empty_dataset_is_filled_by_updates(standin) -> None:
    dataset = created(standin)
    assert (described(standin, dataset)["Status"], stats(standin, dataset)) == ("CREATE_COMPLETE", (0, 0, 0, 0))
    assert entries(standin, dataset) == []
    update(standin, dataset, line(1, "bee"))
    standin.now += 60
    assert entries(standin, dataset) == ["1"]


def test_a_dataset_can_be_copied_and_the_copy_is_its_own(standin, dataset: str) -> None:
    copied = created(standin, "TEST", standin.project("other"), DatasetArn=dataset)
    assert (entries(standin, copied), stats(standin, copied)) == (list("01234"), (3, 5, 2, 2))
    standin.call("DeleteDataset", DatasetArn=dataset)
    assert entries(standin, copied) == list("01234")


def test_a_dataset_of_another_region_cannot_be_copied_or_distributed(standin, dataset: str) -> None:
    project = standin.call("CreateProject", "eu-west-1", ProjectName="abroad")["ProjectArn"]
    asked = {"ProjectArn": project, "DatasetType": "TEST", "DatasetSource": {"DatasetArn": dataset}}
    with pytest.raises(ResourceNotFoundException):
        standin.call("CreateDataset", "eu-west-1", **asked)
    with pytest.raises(ResourceNotFoundException):
        standin.call("DistributeDatasetEntries", "eu-west-1", Datasets=[{"Arn": dataset}, {"Arn": dataset}])


def test_a_project_shows_its_datasets_and_has_one_of_a_kind(standin, dataset: str) -> None:
    with pytest.raises(ResourceAlreadyExistsException):
        created(standin, "TRAIN", project_of(dataset))
    test = created(standin, "TEST", project_of(dataset))
    shown = standin.call("DescribeProjects")["ProjectDescriptions"][0]["Datasets"]
    assert [(each["DatasetType"], each["DatasetArn"]) for each in shown] == [("TRAIN", dataset), ("TEST", test)]
    assert {(each["Status"], each["StatusMessageCode"]) for each in shown} == {("CREATE_COMPLETE", "SUCCESS")}


@pytest.mark.parametrize("source", [{}, {"GroundTruthManifest": {}}, {"GroundTruthManifest": {}, "DatasetArn": "x"}])
def test_a_source_must_be_one_and_complete(standin, dataset: str, source: dict) -> None:
    if "DatasetArn" in source:
        source = source | {"DatasetArn": dataset}
    asked = {"ProjectArn": project_of(dataset), "DatasetType": "TEST", "DatasetSource": source}
    with pytest.raises(InvalidParameterException):
        standin.call("CreateDataset", **asked)


def test_a_deleted_dataset_goes_and_is_gone_after_a_while(standin, dataset: str) -> None:
    standin.call("DeleteDataset", DatasetArn=dataset)
    told = described(standin, dataset)
    assert (told["Status"], told["LastUpdatedTimestamp"]) == ("DELETE_IN_PROGRESS", standin.now)
    with pytest.raises(ResourceAlreadyExistsException):
        created(standin, "TRAIN", project_of(dataset))
    standin.now += 60
    for operation, name in (("DescribeDataset", "DatasetArn"), ("ListTagsForResource", "ResourceArn")):
        with pytest.raises(ResourceNotFoundException):
            standin.call(operation, **{name: dataset})
    assert standin.call("DescribeProjects")["ProjectDescriptions"][0]["Datasets"] == files(standin) == []
    created(standin, "TRAIN", project_of(dataset))


@pytest.mark.parametrize("kind", ["TRAIN", "TEST"])
def test_a_service_that_fails_says_so_and_the_next_try_succeeds(standin, kind: str) -> None:
    request = {"ProjectArn": standin.project(), "DatasetType": kind}
    dataset = wire.handler("CreateDataset", in_vain=True)(standin.service, request, Place())["DatasetArn"]
    standin.now += 60
    told = described(standin, dataset)
    assert (told["Status"], told["StatusMessageCode"]) == ("CREATE_FAILED", "SERVICE_ERROR")
    standin.call("DeleteDataset", DatasetArn=dataset)
    standin.now += 60
    assert described(standin, created(standin, kind, request["ProjectArn"]))["Status"] == "CREATE_COMPLETE"


def test_datasets_live_through_a_restart_in_every_state(standin, dataset: str) -> None:
    update(standin, dataset, line(7, "bee"))
    again = type(standin)(standin.folder, standin.objects, now=standin.now)
    assert (described(again, dataset)["Status"], stats(again, dataset)) == ("UPDATE_IN_PROGRESS", (3, 5, 2, 2))
    again.now += 60
    assert (described(again, dataset)["Status"], entries(again, dataset)) == ("UPDATE_COMPLETE", list("012347"))
    again.call("DeleteDataset", DatasetArn=dataset)
    last = type(standin)(standin.folder, standin.objects, now=again.now)
    assert described(last, dataset)["Status"] == "DELETE_IN_PROGRESS"


@pytest.mark.parametrize("operation", ["create", "copy", "update", "distribute", "delete"])
def test_a_crash_at_any_moment_leaves_old_entries_or_new_ones(
    standin, dataset: str, operation: str, monkeypatch, tmp_path_factory
) -> None:
    """Before and after each change of the disk, what is there then is what a next life of the server finds."""
    test = created(standin, "TEST", project_of(dataset)) if operation == "distribute" else ""
    update(standin, dataset, line(2, "bee"), line(4, "wasp"))
    standin.now += 60
    described(standin, dataset)
    lives, saved = [], tmp_path_factory.mktemp("lives")

    def live_on() -> None:
        lives.append(shutil.copytree(standin.folder, saved / str(len(lives))))

    for owner, name in ((store, "write_whole"), (Path, "unlink"), (Path, "replace"), (contents, "_begin")):
        monkeypatch.setattr(owner, name, around(getattr(owner, name), live_on))
    match operation:
        case "create":
            created(standin, "TEST", project_of(dataset), **manifest(standin, LINES))
        case "copy":
            created(standin, "TEST", project_of(dataset), DatasetArn=dataset)
        case "update":
            update(standin, dataset, line(1), line(9))
        case "distribute":
            standin.call("DistributeDatasetEntries", Datasets=[{"Arn": dataset}, {"Arn": test}])
        case "delete":
            standin.call("DeleteDataset", DatasetArn=dataset)
    monkeypatch.undo()
    assert len(lives) >= 4
    seen = {found_in(type(standin)(folder, standin.objects, now=standin.now + 60)) for folder in lives}
    assert seen == FOUND[operation]


def around(real: Callable[..., Any], look: Callable[[], None]) -> Callable[..., Any]:
    def looking(*arguments: Any, **more: Any) -> Any:
        look()
        result = real(*arguments, **more)
        look()
        return result

    return looking


def found_in(standin) -> tuple[tuple[str, str, str], ...]:
    """Of each dataset its kind, its status and its images; every file must be one of theirs, and readable."""
    found = []
    for project in standin.call("DescribeProjects")["ProjectDescriptions"]:
        for each in project["Datasets"]:
            failed_creation = each["Status"] == "CREATE_FAILED"
            images = "" if failed_creation else "".join(entries(standin, each["DatasetArn"]))
            assert stats(standin, each["DatasetArn"])[1] == len(images)
            found.append((each["DatasetType"], each["Status"], images))
    assert len(files(standin)) == sum(status != "CREATE_FAILED" for _, status, _ in found)
    return tuple(found)


OLD = ("TRAIN", "UPDATE_COMPLETE", "01234")
STOPPED = ("TRAIN", "UPDATE_FAILED", "01234")
FOUND = {
    "create": {(OLD,), (OLD, ("TEST", "CREATE_FAILED", "")), (OLD, ("TEST", "CREATE_COMPLETE", "01234"))},
    "copy": {(OLD,), (OLD, ("TEST", "CREATE_FAILED", "")), (OLD, ("TEST", "CREATE_COMPLETE", "01234"))},
    "update": {(OLD,), (STOPPED,), (("TRAIN", "UPDATE_COMPLETE", "012349"),)},
    "distribute": {
        (OLD, ("TEST", "CREATE_COMPLETE", "")),
        (STOPPED, ("TEST", "UPDATE_FAILED", "")),
        (("TRAIN", "UPDATE_COMPLETE", "0134"), ("TEST", "UPDATE_COMPLETE", "2")),
    },
    "delete": {(OLD,), ()},
}
