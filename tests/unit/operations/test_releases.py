"""A release is made once, numbered, and pointed to."""

import boto3
import pytest
from moto import mock_aws

from labelpipe.core.errors import Problem
from labelpipe.core.names import NO_RELEASE
from labelpipe.core.releases import Release, ReleasedModel, VersionArn
from labelpipe.operations.endpoints import PlannedEndpoint
from labelpipe.operations.pipeline import DeployedRoute, Pipeline
from labelpipe.operations.releases import Releases, assemble
from labelpipe.operations.versions import TrainedVersion
from labelpipe.settings import ModelSettings

ARN = "arn:aws:rekognition:us-east-1:123456789012:project/{}/version/{}/1700000000000"
ROUTE = DeployedRoute("bees", "bees/", "queue", "dlq", "function", "pointer")
MODEL = ReleasedModel("bees", "rekognition", "project-arn", ARN.format("bees", "v1"), {"bee": 61.5})


@pytest.fixture
def releases():
    with mock_aws():
        s3, ssm = boto3.client("s3"), boto3.client("ssm")
        s3.create_bucket(Bucket="bucket")
        ssm.put_parameter(Name="pointer", Value=NO_RELEASE, Type="String")
        yield Releases(Pipeline("labelpipe", "bucket", "arn:aws:kms:key", "controller", (ROUTE,)), ROUTE, s3, ssm)


def trained(project: str, version: str = "v1", **thresholds: float) -> TrainedVersion:
    return TrainedVersion(VersionArn.parse(ARN.format(project, version)), f"arn-of-{project}", thresholds)


def wanted(*projects: str) -> list[ModelSettings]:
    return [ModelSettings(name=f"the-{project}", project=project) for project in projects]


def test_a_route_without_a_release_has_none(releases):
    assert releases.current() is None


def test_a_promoted_release_is_the_current_one_as_it_was_written(releases):
    made = releases.create([MODEL], {"bees": 0.9})
    releases.promote(made)
    assert releases.current() == made
    assert made.models == (MODEL,)


def test_releases_are_numbered_and_remember_the_one_before(releases):
    first = releases.create([MODEL], {})
    releases.promote(first)
    second = releases.create([MODEL], {})
    assert (first.id, first.previous, second.id, second.previous) == ("bees-1", None, "bees-2", "bees-1")


def test_a_release_is_never_written_over(releases, monkeypatch):
    first = releases.create([MODEL], {})
    monkeypatch.setattr(Releases, "_highest", lambda self: 0)
    second = releases.create([MODEL], {"other": 0.1})
    assert second.id == "bees-2"
    body = releases.s3.get_object(Bucket="bucket", Key="_labelpipe/releases/bees/bees-1.json")["Body"].read()
    assert Release.from_json(body) == first


def test_a_release_is_encrypted_with_our_key(releases):
    releases.create([MODEL], {})
    head = releases.s3.head_object(Bucket="bucket", Key="_labelpipe/releases/bees/bees-1.json")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "arn:aws:kms:key")


def test_thresholds_come_from_training_when_nobody_says_otherwise():
    (model,) = assemble("bees", wanted("bees"), [trained("bees", bee=61.5, wasp=40)], {}, None, None)
    assert model.thresholds == {"bee": 61.5, "wasp": 40}
    assert model.version_arn == ARN.format("bees", "v1")


def test_a_threshold_that_is_given_counts_for_every_label():
    (model,) = assemble("bees", wanted("bees"), [trained("bees", bee=61.5)], {}, None, 70)
    assert (model.threshold("bee"), model.threshold("wasp")) == (70, 70)


def test_without_any_threshold_one_is_asked_for():
    with pytest.raises(Problem, match="--threshold"):
        assemble("bees", wanted("bees"), [trained("bees")], {}, None, None)


def test_a_version_of_another_project_is_refused():
    with pytest.raises(Problem, match="takes versions of project 'bees', not of 'wasps'"):
        assemble("bees", wanted("bees"), [trained("wasps", wasp=50)], {}, None, None)


def test_two_versions_of_one_project_are_one_too_many():
    with pytest.raises(Problem, match="two of these versions are of the same project"):
        assemble("bees", wanted("bees"), [trained("bees", bee=50), trained("bees", "v2", bee=50)], {}, None, None)


def test_models_that_are_not_named_stay_as_they_are_released():
    current = Release(
        "bees-1",
        "bees",
        assemble("bees", wanted("a", "b"), [trained("a", x=1), trained("b", y=2)], {}, None, None),
        "me",
        "now",
    )
    models = assemble("bees", wanted("a", "b"), [trained("b", "v2", y=3)], {}, current, None)
    assert [model.version_arn for model in models] == [ARN.format("a", "v1"), ARN.format("b", "v2")]


def test_a_model_without_any_version_is_named():
    with pytest.raises(Problem, match="which version of the-b shall answer for bees"):
        assemble("bees", wanted("a", "b"), [trained("a", x=1)], {}, None, None)


PLACE = "arn:aws:sagemaker:us-east-1:123456789012"
STEMS = ModelSettings(
    name="stem",
    backend="sagemaker",
    endpoint="stems",
    endpoint_config="stems-v3",
    answer="tensorflow",
    labels=("stem", "twig"),
)
PLANNED = {"stem": PlannedEndpoint(f"{PLACE}:endpoint/stems", f"{PLACE}:endpoint-config/stems-v3")}


def test_an_endpoint_is_released_with_the_form_and_the_labels_of_the_settings():
    (model,) = assemble("bees", [STEMS], [], PLANNED, None, 70)
    assert (model.backend, model.version_arn) == ("sagemaker", f"{PLACE}:endpoint/stems")
    assert model.project_arn == f"{PLACE}:endpoint-config/stems-v3"
    assert (model.answer, model.labels, model.threshold("twig")) == ("tensorflow", ("stem", "twig"), 70)


def test_an_endpoint_needs_a_threshold_to_begin_with_and_keeps_it():
    with pytest.raises(Problem, match="labels of endpoint stems count: say --threshold 50"):
        assemble("bees", [STEMS], [], PLANNED, None, None)
    first = Release("bees-1", "bees", assemble("bees", [STEMS], [], PLANNED, None, 70), "me", "now")
    (again,) = assemble("bees", [STEMS], [], PLANNED, first, None)
    assert again == first.models[0]


def test_another_configuration_needs_a_threshold_of_its_own():
    first = Release("bees-1", "bees", assemble("bees", [STEMS], [], PLANNED, None, 70), "me", "now")
    newer = {"stem": PlannedEndpoint(f"{PLACE}:endpoint/stems", f"{PLACE}:endpoint-config/stems-v4")}
    with pytest.raises(Problem, match="--threshold"):
        assemble("bees", [STEMS], [], newer, first, None)


def test_a_route_of_endpoints_takes_no_versions():
    with pytest.raises(Problem, match="takes versions of no project, nor of 'bees'"):
        assemble("bees", [STEMS], [trained("bees", bee=50)], PLANNED, None, 70)


def test_a_release_with_an_endpoint_is_read_back_as_it_was_written(releases):
    made = releases.create(assemble("bees", [STEMS], [], PLANNED, None, 70), {})
    releases.promote(made)
    assert releases.current() == made


def test_a_release_that_was_written_before_there_were_endpoints_is_read():
    old = {"name": "bees", "backend": "rekognition", "project_arn": "p", "version_arn": "v"}
    assert ReleasedModel.from_raw(old).labels == ()
