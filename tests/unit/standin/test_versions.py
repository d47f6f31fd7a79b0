import pytest

from labelpipe.standin import wire
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    InvalidPaginationTokenException,
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.state import Location, Training
from labelpipe.standin.trainings.jobs import Job, Outcome

IN_S3 = {"Bucket": "images", "Name": "train.manifest"}
OUTPUT = {"S3Bucket": "results", "S3KeyPrefix": "trained"}


def start(standin, arn: str, **units: int) -> None:
    standin.call("StartProjectVersion", ProjectVersionArn=arn, MinInferenceUnits=1, **units)


def stop(standin, arn: str) -> None:
    standin.call("StopProjectVersion", ProjectVersionArn=arn)


def described(standin, project: str, **request) -> list[dict]:
    return standin.call("DescribeProjectVersions", ProjectArn=project, **request)["ProjectVersionDescriptions"]


def test_a_version_runs_after_its_start_has_lasted_and_stops_the_same_way(standin) -> None:
    arn = standin.trained(standin.project())
    seen = [standin.status(arn)]
    for act, seconds in [(start, 599), (None, 1), (stop, 179), (None, 1)]:
        if act:
            act(standin, arn)
            seen.append(standin.status(arn))
        standin.now += seconds
        seen.append(standin.status(arn))
    assert seen == [
        "TRAINING_COMPLETED", "STARTING", "STARTING", "RUNNING", "STOPPING", "STOPPING", "STOPPED",
    ]  # fmt: skip


def test_a_stopped_version_can_start_again(standin) -> None:
    arn = standin.running(standin.project())
    stop(standin, arn)
    standin.now += 180
    start(standin, arn)
    assert standin.status(arn) == "STARTING"


def test_an_account_runs_two_versions_at_once(standin) -> None:
    project = standin.project()
    first, second, third = (standin.trained(project, name) for name in ("v1", "v2", "v3"))
    start(standin, first)
    start(standin, second)
    with pytest.raises(LimitExceededException):
        start(standin, third)
    standin.now += 600
    stop(standin, first)
    with pytest.raises(LimitExceededException):
        start(standin, third)
    standin.now += 180
    start(standin, third)


@pytest.mark.parametrize(
    ("units", "error"),
    [
        ({"MinInferenceUnits": 6}, LimitExceededException),
        ({"MinInferenceUnits": 1, "MaxInferenceUnits": 6}, LimitExceededException),
        ({"MinInferenceUnits": 3, "MaxInferenceUnits": 2}, InvalidParameterException),
    ],
)
def test_inference_units_have_limits(standin, units: dict[str, int], error: type[Exception]) -> None:
    arn = standin.trained(standin.project())
    with pytest.raises(error):
        standin.call("StartProjectVersion", ProjectVersionArn=arn, **units)


def test_units_may_be_fixed_and_all_that_there_are(standin) -> None:
    project = standin.project()
    arn = standin.trained(project)
    standin.call("StartProjectVersion", ProjectVersionArn=arn, MinInferenceUnits=5, MaxInferenceUnits=5)
    (version,) = described(standin, project)
    assert (version["MinInferenceUnits"], version["MaxInferenceUnits"]) == (5, 5)


def test_a_model_leaves_memory_when_it_stops_and_the_disk_when_it_is_deleted(standin, monkeypatch) -> None:
    arn = standin.running(standin.project())
    standin.learnt(arn)
    gone: list[str] = []
    monkeypatch.setattr(standin.service.models, "forget", gone.append)
    stop(standin, arn)
    assert gone == [arn]
    standin.now += 180
    standin.call("DeleteProjectVersion", ProjectVersionArn=arn)
    assert gone == [arn, arn]
    assert list((standin.folder / "models").iterdir()) == []


def test_an_unknown_version_is_not_found(standin) -> None:
    arn = standin.trained(standin.project()).replace("/v1/", "/v2/")
    for operation in ("StopProjectVersion", "DeleteProjectVersion"):
        with pytest.raises(ResourceNotFoundException):
            standin.call(operation, ProjectVersionArn=arn)


def test_versions_come_newest_first_by_name_and_in_pages(standin) -> None:
    project = standin.project()
    for name in ("v1", "v2", "v3"):
        standin.trained(project, name)
        standin.now += 1

    def names(**request) -> list[str]:
        return [each["ProjectVersionArn"].split("/")[3] for each in described(standin, project, **request)]

    assert names() == ["v3", "v2", "v1"]
    assert names(VersionNames=["v1", "v9"]) == ["v1"]
    assert names(MaxResults=2) == ["v3", "v2"]


def test_a_trained_version_says_how_good_it_is_and_where_that_is_written(standin) -> None:
    project = standin.project()
    standin.trained(project)
    (version,) = described(standin, project)
    assert version["EvaluationResult"] == {
        "F1Score": 0.9,
        "Summary": {"S3Object": {"Bucket": "results", "Name": "trained/summary.json"}},
    }
    assert version["BillableTrainingTimeInSeconds"] == 60
    assert version["StatusMessage"] == "The model is ready to run."


def test_a_failed_training_says_why_and_has_no_evaluation(standin) -> None:
    project = standin.project()
    arn = standin.training(project)
    standin.service.training_ended(arn, Outcome(False, "ERROR_MANIFEST_TOO_FEW_LABELS"))
    (version,) = described(standin, project)
    assert (version["Status"], version["StatusMessage"]) == ("TRAINING_FAILED", "ERROR_MANIFEST_TOO_FEW_LABELS")
    assert "EvaluationResult" not in version


def test_a_version_name_is_taken_once(standin) -> None:
    project = standin.project()
    standin.trained(project)
    with pytest.raises(ResourceInUseException):
        standin.training(project)


def test_an_account_trains_two_versions_at_once(standin) -> None:
    project = standin.project()
    standin.training(project, "v1")
    standin.training(project, "v2")
    with pytest.raises(LimitExceededException):
        standin.training(project, "v3")


def test_a_job_says_what_to_train_on(standin) -> None:
    arn = standin.training(standin.project())
    job = Job.read(standin.service.store.model_folder(arn))
    assert job == Job(arn, "bees", "v1", Location("results", "trained"), train=(Location("images", "train.manifest"),))
    assert standin.jobs.started == [arn]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"TrainingData": {"Assets": []}},
        {"TrainingData": {"Assets": []}, "TestingData": {"AutoCreate": True}},
        {"TrainingData": {"Assets": [{}]}, "TestingData": {"AutoCreate": True}},
        {"TrainingData": {"Assets": [{"GroundTruthManifest": {}}]}, "TestingData": {}},
    ],
)
def test_without_datasets_both_kinds_of_data_must_be_given(standin, data: dict) -> None:
    with pytest.raises(InvalidParameterException):
        standin.call(
            "CreateProjectVersion", ProjectArn=standin.project(), VersionName="v1", OutputConfig=OUTPUT, **data
        )


def test_a_training_fails_on_demand_once_it_has_lasted(standin) -> None:
    standin.service.delays = Delays(training=1800)
    project, data = standin.project(), {"Assets": [{"GroundTruthManifest": {"S3Object": IN_S3}}]}
    request = {"ProjectArn": project, "VersionName": "v1", "OutputConfig": OUTPUT}
    request |= {"TrainingData": data, "TestingData": {"AutoCreate": True}}
    wire.handler("CreateProjectVersion", in_vain=True)(standin.service, request, Place())
    assert described(standin, project)[0]["Status"] == "TRAINING_IN_PROGRESS"
    standin.now += 1800
    (version,) = described(standin, project)
    assert (version["Status"], version["StatusMessage"]) == (
        "TRAINING_FAILED",
        "Amazon Rekognition experienced a service issue.",
    )
    assert version["TrainingEndTimestamp"] == standin.now
    assert standin.jobs.started == []


def test_settings_of_an_adapter_are_refused(standin) -> None:
    request = {"ProjectArn": standin.project(), "VersionName": "v1", "OutputConfig": OUTPUT}
    settings = {"ContentModeration": {"ConfidenceThreshold": 50}}
    with pytest.raises(InvalidParameterException, match="FeatureConfig"):
        standin.call("CreateProjectVersion", **request, FeatureConfig=settings)


def test_with_datasets_no_other_data_may_be_given(standin) -> None:
    project = standin.project()
    standin.call("CreateDataset", ProjectArn=project, DatasetType="TRAIN")
    with pytest.raises(InvalidParameterException, match="has datasets"):
        standin.training(project)


def test_a_training_waits_for_its_datasets_and_needs_one_to_train_on(standin) -> None:
    project = standin.project()
    request = {"ProjectArn": project, "VersionName": "v1", "OutputConfig": OUTPUT}
    standin.call("CreateDataset", ProjectArn=project, DatasetType="TEST")
    with pytest.raises(InvalidParameterException, match="no training dataset"):
        standin.call("CreateProjectVersion", **request)
    standin.call("CreateDataset", ProjectArn=project, DatasetType="TRAIN")
    with pytest.raises(ResourceInUseException, match="CREATE_IN_PROGRESS"):
        standin.call("CreateProjectVersion", **request)
    standin.now += 60
    assert standin.call("CreateProjectVersion", **request)["ProjectVersionArn"] in standin.jobs.started


def test_a_training_lasts_at_least_its_time_and_shows_nothing_before(standin) -> None:
    standin.service.delays = Delays(training=1800)
    project = standin.project()
    standin.trained(project)
    standin.now += 1799
    (version,) = described(standin, project)
    assert (version["Status"], version["StatusMessage"]) == ("TRAINING_IN_PROGRESS", "The model is being trained.")
    assert not {"EvaluationResult", "TrainingEndTimestamp", "BillableTrainingTimeInSeconds"} & set(version)
    standin.now += 1
    (version,) = described(standin, project)
    assert version["Status"] == "TRAINING_COMPLETED"
    assert version["TrainingEndTimestamp"] - version["CreationTimestamp"] == 1800
    assert version["BillableTrainingTimeInSeconds"] == 1800


def test_a_training_that_takes_longer_is_billed_in_the_service_s_time(standin) -> None:
    project = standin.project()
    arn = standin.training(project)
    standin.now += 4000
    standin.service.training_ended(arn, Outcome(True, "", Training(1.0, 60, 0.9, Location("results", "s.json"))))
    (version,) = described(standin, project)
    assert version["BillableTrainingTimeInSeconds"] == 4000
    assert version["TrainingEndTimestamp"] == standin.now


def test_a_training_whose_time_is_not_over_is_not_done_again_after_a_restart(standin) -> None:
    standin.service.delays = Delays(training=1800)
    learnt, learning = standin.trained(standin.project()), standin.training(standin.project("wasps"))
    standin.jobs.started.clear()
    standin.service.resume()
    assert standin.jobs.started == [learning]
    assert standin.status(learnt) == "TRAINING_IN_PROGRESS"


def test_a_failed_training_is_not_billed(standin) -> None:
    project = standin.project()
    arn = standin.training(project)
    standin.service.training_ended(arn, Outcome(False, "ERROR_MANIFEST_TOO_FEW_LABELS", Training(1.0, 0)))
    (version,) = described(standin, project)
    assert version["TrainingEndTimestamp"] == standin.now
    assert "BillableTrainingTimeInSeconds" not in version


def test_a_deleted_version_is_seen_to_go_and_its_name_is_free_then(standin) -> None:
    standin.service.delays = Delays(delete=30)
    project = standin.project()
    arn = standin.trained(project)
    assert standin.call("DeleteProjectVersion", ProjectVersionArn=arn) == {"Status": "DELETING"}
    assert described(standin, project)[0]["Status"] == "DELETING"
    with pytest.raises(ResourceInUseException):
        standin.training(project)
    with pytest.raises(ResourceInUseException):
        standin.call("DeleteProject", ProjectArn=project)
    standin.now += 30
    assert described(standin, project) == []
    standin.training(project)


def test_pages_go_on_although_versions_come_and_go(standin) -> None:
    project = standin.project()
    for name in ("v1", "v2", "v3", "v4"):
        standin.trained(project, name)
    first = standin.call("DescribeProjectVersions", ProjectArn=project, MaxResults=2)
    last = first["ProjectVersionDescriptions"][-1]["ProjectVersionArn"]
    standin.call("DeleteProjectVersion", ProjectVersionArn=last)
    standin.now += 1
    standin.trained(project, "v5")
    rest = standin.call("DescribeProjectVersions", ProjectArn=project, NextToken=first["NextToken"])
    assert [each["ProjectVersionArn"].split("/")[3] for each in rest["ProjectVersionDescriptions"]] == ["v2", "v1"]
    assert "NextToken" not in rest


def test_the_token_of_another_question_is_refused(standin) -> None:
    bees, wasps = standin.project(), standin.project("wasps")
    for name in ("v1", "v2"):
        standin.trained(bees, name)
    token = standin.call("DescribeProjectVersions", ProjectArn=bees, MaxResults=1)["NextToken"]
    for request in ({"ProjectArn": wasps}, {"ProjectArn": bees, "VersionNames": ["v1"]}):
        with pytest.raises(InvalidPaginationTokenException):
            standin.call("DescribeProjectVersions", NextToken=token, **request)
