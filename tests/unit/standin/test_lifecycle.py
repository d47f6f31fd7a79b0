"""Every operation in every status: the whole table, written once more as one reads it."""

from dataclasses import replace

import pytest

from labelpipe.standin.errors import ServiceError
from labelpipe.standin.lifecycle import ProjectStatus, Status

IMAGE = {"Bytes": "aGVsbG8="}  # no image: whoever gets so far says so
OUTPUT = {"S3Bucket": "results"}

# What the operation answers with, and ":" what the version then is when that is another status.
VERSIONS = """
                      Start      Stop       Delete     Detect     Copy
TRAINING_IN_PROGRESS  InUse      InUse      InUse      NotReady   InUse
TRAINING_COMPLETED    :STARTING  InUse      :DELETING  NotReady   copied
TRAINING_FAILED       InUse      InUse      :DELETING  NotReady   InUse
STARTING              InUse      InUse      InUse      NotReady   copied
RUNNING               InUse      :STOPPING  InUse      looked     copied
FAILED                :STARTING  InUse      :DELETING  NotReady   copied
STOPPING              InUse      InUse      InUse      NotReady   copied
STOPPED               :STARTING  InUse      :DELETING  NotReady   copied
DELETING              InUse      InUse      InUse      NotReady   InUse
COPYING_IN_PROGRESS   InUse      InUse      InUse      NotReady   InUse
COPYING_COMPLETED     :STARTING  InUse      :DELETING  NotReady   copied
COPYING_FAILED        InUse      InUse      :DELETING  NotReady   InUse
DEPRECATED            InUse      InUse      :DELETING  NotReady   InUse
EXPIRED               InUse      InUse      :DELETING  NotReady   InUse
"""

PROJECTS = """
            Delete     Train   Copy    CreateDataset  PutPolicy  DeletePolicy
CREATING    InUse      InUse   InUse   NotFound       NotFound   NotFound
CREATED     :DELETING  done    done    done           done       done
DELETING    InUse      InUse   InUse   NotFound       NotFound   NotFound
"""

POLICY = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'


def cells(table: str):
    head, *rows = table.strip().splitlines()
    for row in rows:
        status, *answers = row.split()
        assert len(answers) == len(head.split())
        for operation, answer in zip(head.split(), answers, strict=True):
            yield pytest.param(status, operation, answer, id=f"{operation}-{status}")


def test_the_tables_have_every_status() -> None:
    assert {cell.values[0] for cell in cells(VERSIONS)} == set(Status)
    assert {cell.values[0] for cell in cells(PROJECTS)} == set(ProjectStatus)


def answered(call, done: str) -> str:
    try:
        call()
    except ServiceError as error:
        short = error.code.removeprefix("Resource").removesuffix("Exception")
        return {"InvalidImageFormat": "looked"}.get(short, short)
    return done


@pytest.mark.parametrize(("status", "operation", "answer"), [*cells(VERSIONS)])
def test_an_operation_on_a_version(standin, status: str, operation: str, answer: str) -> None:
    project = standin.project()
    arn = standin.trained(project)
    standin.learnt(arn)
    into = standin.project("wasps")
    with standin.service.turn() as state:
        state.put(replace(state.version(arn, standin.now), status=Status(status), due=None))
    requests = {
        "Start": ("StartProjectVersion", {"ProjectVersionArn": arn, "MinInferenceUnits": 1}),
        "Stop": ("StopProjectVersion", {"ProjectVersionArn": arn}),
        "Delete": ("DeleteProjectVersion", {"ProjectVersionArn": arn}),
        "Detect": ("DetectCustomLabels", {"ProjectVersionArn": arn, "Image": IMAGE}),
        "Copy": ("CopyProjectVersion", {**copy(project, arn, into)}),
    }
    name, request = requests[operation]
    after = answered(lambda: standin.call(name, **request), "copied" if operation == "Copy" else "done")
    then = standin.status(arn)
    assert (after if then == status else f":{then}") == answer


@pytest.mark.parametrize(("status", "operation", "answer"), [*cells(PROJECTS)])
def test_an_operation_on_a_project(standin, status: str, operation: str, answer: str) -> None:
    project, source = standin.project(), standin.project("wasps")
    arn = standin.trained(source)
    standin.learnt(arn)
    standin.call("PutProjectPolicy", ProjectArn=project, PolicyName="old", PolicyDocument=POLICY)
    with standin.service.turn() as state:
        state.put(replace(state.project(project), status=ProjectStatus(status), due=None))
    calls = {
        "Delete": lambda: standin.call("DeleteProject", ProjectArn=project),
        "Train": lambda: standin.training(project),
        "Copy": lambda: standin.call("CopyProjectVersion", **copy(source, arn, project)),
        "CreateDataset": lambda: standin.call("CreateDataset", ProjectArn=project, DatasetType="TRAIN"),
        "PutPolicy": lambda: standin.call(
            "PutProjectPolicy", ProjectArn=project, PolicyName="new", PolicyDocument=POLICY
        ),
        "DeletePolicy": lambda: standin.call("DeleteProjectPolicy", ProjectArn=project, PolicyName="old"),
    }
    after = answered(calls[operation], "done")
    then = standin.call("DescribeProjects", ProjectNames=["bees"])["ProjectDescriptions"][0]["Status"]
    assert (after if then == status else f":{then}") == answer


def copy(project: str, arn: str, into: str) -> dict:
    return {
        "SourceProjectArn": project,
        "SourceProjectVersionArn": arn,
        "DestinationProjectArn": into,
        "VersionName": "copied",
        "OutputConfig": OUTPUT,
    }
