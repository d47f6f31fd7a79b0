"""Every operation on a dataset in every status, over the wire, cell by cell."""

import base64
import itertools
import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from labelpipe.standin.http.exchange import Request
from labelpipe.standin.lifecycle import DatasetStatus
from labelpipe.standin.wire import answer

MODEL = botocore.session.get_session().get_service_model("rekognition")
STATUSES = MODEL.shape_for("DatasetStatus").enum

IN_USE, NOT_READY, INVALID = "ResourceInUseException", "ResourceNotReadyException", "InvalidParameterException"

# "" is allowed. Columns: CREATE_IN_PROGRESS, CREATE_COMPLETE, CREATE_FAILED, the same of UPDATE, DELETE_IN_PROGRESS.
CELLS = {
    "DescribeDataset": ("", "", "", "", "", "", ""),
    "DescribeProjects": ("", "", "", "", "", "", ""),
    "ListDatasetEntries": (NOT_READY, "", NOT_READY, IN_USE, "", "", IN_USE),
    "ListDatasetLabels": (NOT_READY, "", NOT_READY, IN_USE, "", "", IN_USE),
    "UpdateDatasetEntries": (IN_USE, "", IN_USE, IN_USE, "", "", IN_USE),
    "DistributeDatasetEntries": (NOT_READY, "", NOT_READY, NOT_READY, "", "", NOT_READY),
    "DeleteDataset": (IN_USE, "", "", IN_USE, "", "", IN_USE),
    "CreateDataset": (INVALID, "", INVALID, INVALID, "", "", INVALID),
    "CreateProjectVersion": (IN_USE, "", INVALID, IN_USE, "", "", IN_USE),
    "ListTagsForResource": ("", "", "", "", "", "", ""),
    "TagResource": ("", "", "", "", "", "", ""),
}
ALL = [(name, status) for name, status in itertools.product(CELLS, STATUSES)]
KIND = {"confidence": 1, "human-annotated": "yes", "creation-date": "2026-11-20T10:00:00", "class-name": "bee"}


def test_the_table_has_every_status_of_the_model_in_its_order() -> None:
    assert [*DatasetStatus] == STATUSES


def line(number: int) -> str:
    kind = KIND | {"type": "groundtruth/image-classification"}
    return json.dumps({"source-ref": f"s3://images/{number}.jpg", "a": 1, "a-metadata": kind})


@pytest.fixture
def datasets(standin) -> tuple[str, str]:
    """A TRAIN dataset of two images and an empty TEST dataset of the same project."""
    project = standin.project()
    made = (standin.call("CreateDataset", ProjectArn=project, DatasetType=kind) for kind in ("TRAIN", "TEST"))
    train, test = (reply["DatasetArn"] for reply in made)
    standin.now += 60
    standin.call("UpdateDatasetEntries", DatasetArn=train, Changes={"GroundTruth": blob(0, 1)})
    standin.now += 60
    return train, test


def blob(*numbers: int) -> str:
    return base64.b64encode("\n".join(map(line, numbers)).encode()).decode()


def set_status(standin, arn: str, status: str) -> None:
    """Leave the dataset in that status for a while, with the entries that it has."""
    with standin.service.turn() as state:
        due = standin.now + 60 if status.endswith("IN_PROGRESS") else None
        failure = {"failure": "why", "failure_code": "CLIENT_ERROR"} if status.endswith("FAILED") else {}
        state.put(replace(state.dataset(arn, standin.now), status=DatasetStatus(status), due=due, **failure))


def asked(standin, operation: str, train: str, test: str) -> dict[str, Any]:
    project = train.split("/dataset/")[0] + "/1790000000000"
    match operation:
        case "DistributeDatasetEntries":
            return {"Datasets": [{"Arn": test}, {"Arn": train}]}
        case "UpdateDatasetEntries":
            return {"DatasetArn": train, "Changes": {"GroundTruth": blob(2)}}
        case "CreateDataset":
            other = standin.project("other")
            return {"ProjectArn": other, "DatasetType": "TRAIN", "DatasetSource": {"DatasetArn": train}}
        case "CreateProjectVersion":
            return {"ProjectArn": project, "VersionName": "v1", "OutputConfig": {"S3Bucket": "results"}}
        case "DescribeProjects":
            return {}
        case "ListTagsForResource" | "TagResource":
            return {"ResourceArn": train} | ({"Tags": {"a": "b"}} if operation == "TagResource" else {})
        case _:
            return {"DatasetArn": train}


@pytest.mark.parametrize(("operation", "status"), ALL)
def test_every_operation_in_every_status(standin, datasets: tuple[str, str], operation: str, status: str) -> None:
    request = asked(standin, operation, *datasets)
    set_status(standin, datasets[0], status)
    reply = answer(standin.service, operation, Request("/", {}, json.dumps(request).encode()))
    told = json.loads(reply.body)
    assert told.get("__type", "") == CELLS[operation][STATUSES.index(status)]
    if reply.status != 200:
        assert told["__type"] in {shape.name for shape in MODEL.operation_model(operation).error_shapes}
        assert status in told["Message"]


@pytest.mark.parametrize("status", STATUSES)
def test_the_test_dataset_has_its_say_too(standin, datasets: tuple[str, str], status: str) -> None:
    set_status(standin, datasets[1], status)
    for operation in ("DistributeDatasetEntries", "CreateProjectVersion"):
        request = asked(standin, operation, *datasets)
        reply = answer(standin.service, operation, Request("/", {}, json.dumps(request).encode()), None)
        refused = CELLS[operation][STATUSES.index(status)]
        assert json.loads(reply.body).get("__type", "") == refused
        if not refused:
            return
