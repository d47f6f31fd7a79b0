"""A pipeline is found by the outputs of its stack."""

import pytest
from botocore.exceptions import ClientError

from labelpipe.core import names
from labelpipe.core.errors import Problem
from labelpipe.operations.pipeline import DeployedRoute, Pipeline, find_pipeline
from labelpipe.settings import load_settings

OUTPUTS = {"Bucket": "b", "BucketKeyArn": "k", "ControllerFunction": "c"} | {
    names.route_output(kind, "ripe-figs"): kind for kind in ("Queue", "DeadLetterQueue", "Function", "Release")
}


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "pipeline.toml"
    file.write_text(
        'schema=1\n[routes.ripe-figs]\nprefix="figs/"\n[[routes.ripe-figs.models]]\nname="figs"\nproject="figs"\n'
    )
    return load_settings(file)


class FakeCloudFormation:
    def __init__(self, outputs=None, error=None):
        self.outputs, self.error = outputs or {}, error

    def describe_stacks(self, StackName):
        if self.error:
            raise ClientError({"Error": {"Code": self.error}}, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return {"Stacks": [{"Outputs": outputs}]}


def test_a_deployed_stack_tells_the_names_of_everything(settings):
    pipeline = find_pipeline(FakeCloudFormation(OUTPUTS), settings)
    route = DeployedRoute("ripe-figs", "figs/", "Queue", "DeadLetterQueue", "Function", "Release")
    assert pipeline == Pipeline("labelpipe", "b", "k", "c", (route,))


def test_no_stack_says_to_deploy(settings):
    with pytest.raises(Problem, match="run cdk deploy"):
        find_pipeline(FakeCloudFormation(error="ValidationError"), settings)


def test_other_refusals_of_aws_are_not_taken_for_a_missing_stack(settings):
    with pytest.raises(ClientError, match="AccessDenied"):
        find_pipeline(FakeCloudFormation(error="AccessDenied"), settings)


def test_a_stack_of_older_settings_says_so(settings):
    with pytest.raises(Problem, match="QueueRipeFigs.*changed since"):
        find_pipeline(FakeCloudFormation({k: v for k, v in OUTPUTS.items() if k != "QueueRipeFigs"}), settings)


def test_the_only_route_needs_no_name(settings):
    pipeline = find_pipeline(FakeCloudFormation(OUTPUTS), settings)
    assert pipeline.route(None) == pipeline.route("ripe-figs")


def test_an_unknown_route_is_answered_with_the_known_ones(settings):
    with pytest.raises(Problem, match="no route 'bees': the routes are ripe-figs"):
        find_pipeline(FakeCloudFormation(OUTPUTS), settings).route("bees")
