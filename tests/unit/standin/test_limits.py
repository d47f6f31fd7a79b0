"""How many at once and how many a second: on from the start, and each can be put or taken away."""

import dataclasses
import json

import pytest

from labelpipe.standin import wire
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import LimitExceededException, ProvisionedThroughputExceededException
from labelpipe.standin.http.control import ControlError
from labelpipe.standin.http.dials import limits_from
from labelpipe.standin.http.exchange import Request
from labelpipe.standin.limits import NAMES, Limits, Rates


def passed(standin, operation: str, calls: int, place: Place = Place()) -> int:  # noqa: B008  a frozen value
    """How many of the calls, all at this moment, are let in."""
    found = 0
    for _ in range(calls):
        try:
            standin.service.admit(operation, place)
            found += 1
        except ProvisionedThroughputExceededException:
            pass
    return found


@pytest.mark.parametrize(
    ("operation", "calls"), [("DescribeProjectVersions", 5), ("TagResource", 10), ("DetectCustomLabels", 50)]
)
def test_an_operation_has_its_calls_a_second_of_real_time(standin, operation: str, calls: int) -> None:
    assert passed(standin, operation, 100) == calls
    standin.service.clock.turn(forward=3600)
    assert passed(standin, operation, 100) == 0
    standin.now += 1
    assert passed(standin, operation, 100) == calls
    standin.now += 3600
    assert passed(standin, operation, 100) == calls


def test_one_operation_s_calls_are_not_another_s_nor_another_region_s(standin) -> None:
    assert passed(standin, "DescribeProjects", 9) == 5
    assert passed(standin, "CreateProject", 9) == 5
    assert passed(standin, "DescribeProjects", 9, Place("eu-west-1")) == 5


def test_a_call_too_many_is_an_error_of_the_service_and_counted(standin) -> None:
    request = Request("/", {"X-Amz-Target": "RekognitionService.DescribeProjects"}, b"{}")
    replies = [wire.answer(standin.service, "DescribeProjects", request) for _ in range(7)]
    assert [reply.status for reply in replies] == [200] * 5 + [400] * 2
    assert json.loads(replies[-1].body)["__type"] == "ProvisionedThroughputExceededException"
    assert standin.service.injector.counts()["injected"] == {"DescribeProjects": {"calls_per_second": 2}}


def test_limits_can_be_taken_away(standin) -> None:
    standin.service.limits = Limits.off()
    assert passed(standin, "DescribeProjects", 1000) == 1000
    project = standin.project()
    for number in range(4):
        arn = standin.trained(project, f"v{number}")
        standin.call("StartProjectVersion", ProjectVersionArn=arn, MinInferenceUnits=9)
        standin.training(project, f"t{number}")


@pytest.mark.parametrize("limit", ["projects", "versions", "trainings", "running_versions", "inference_units"])
def test_each_limit_of_the_account_can_be_put(standin, limit: str) -> None:
    standin.service.limits = dataclasses.replace(Limits.off(), **{limit: 1})
    project = standin.project()
    first = standin.trained(project)
    standin.service.limits = dataclasses.replace(Limits.off(), **{limit: 0})
    calls = {
        "projects": lambda: standin.project("wasps"),
        "versions": lambda: standin.training(project, "v2"),
        "trainings": lambda: standin.training(project, "v2"),
        "running_versions": lambda: standin.call("StartProjectVersion", ProjectVersionArn=first, MinInferenceUnits=1),
        "inference_units": lambda: standin.call("StartProjectVersion", ProjectVersionArn=first, MinInferenceUnits=1),
    }
    with pytest.raises(LimitExceededException):
        calls[limit]()


def test_another_region_trains_and_runs_its_own(standin) -> None:
    standin.service.limits = dataclasses.replace(Limits(), trainings=1)
    standin.training(standin.project())
    abroad = standin.call("CreateProject", region="eu-west-1", ProjectName="bees")["ProjectArn"]
    asset = {"GroundTruthManifest": {"S3Object": {"Bucket": "images", "Name": "train.manifest"}}}
    request = {
        "ProjectArn": abroad,
        "VersionName": "v1",
        "OutputConfig": {"S3Bucket": "results"},
        "TrainingData": {"Assets": [asset]},
        "TestingData": {"AutoCreate": True},
    }
    standin.call("CreateProjectVersion", region="eu-west-1", **request)
    with pytest.raises(LimitExceededException):
        standin.call("CreateProjectVersion", region="eu-west-1", **{**request, "VersionName": "v2"})


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("off", Limits(**dict.fromkeys(NAMES))),
        (b"off", Limits.off()),
        ("{}", Limits()),
        ('{"calls_per_second": null, "projects": 3}', Limits(calls_per_second=None, projects=3)),
        ('{"detections_per_second": 0.5}', Limits(detections_per_second=0.5)),
    ],
)
def test_limits_are_what_is_given_and_otherwise_the_service_s_own(text: str, limits: Limits) -> None:
    assert limits_from(text) == limits


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("of", "this is not JSON"),
        ("[]", "the limits must be a JSON object"),
        ('{"project": 1}', "the limits cannot have project, only calls_per_second, copies"),
        ('{"projects": 1.5}', "projects is not a whole number"),
        ('{"projects": -1}', "projects must be at least 0"),
        ('{"calls_per_second": "5"}', "calls_per_second is not a number"),
    ],
)
def test_bad_limits_are_named(text: str, said: str) -> None:
    with pytest.raises(ControlError) as caught:
        limits_from(text)
    assert str(caught.value).startswith(said)


def test_a_rate_below_one_a_second_lets_one_in_after_its_time() -> None:
    rates = Rates()
    assert [rates.admits("a", 0.5, now) for now in (0, 1, 2, 3, 4)] == [True, False, True, False, True]
