"""cdk-nag's findings are fixed or acknowledged with a reason; the template is what CloudFormation takes."""

import json
from collections import Counter

import pytest
from aws_cdk import Stack, Validations
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

KEPT = {
    "AwsSolutions-IAM5": "wildcards in what a role is allowed on",
    "AwsSolutions-L1": "a runtime that is not the newest",
    "AwsSolutions-S1": "a bucket without access logs",
    "AwsSolutions-SQS3": "a queue without a dead-letter queue",
}
"""What cdk-nag objects to in this stack, and we keep."""


def with_nag(app):
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


@pytest.fixture(scope="module")
def checked(synthesise):
    """With a finding that is not acknowledged, synthesis fails."""
    return synthesise(prepare=with_nag, validate=True)


@pytest.fixture(scope="module")
def acknowledged(checked):
    (nag,) = [each for each in reports(checked.folder) if each["pluginName"] == "AwsSolutions"]
    return nag["suppressedViolations"]


def reports(folder):
    return json.loads((folder / "validation-report.json").read_text())["pluginReports"]


def test_no_finding_is_left(checked):
    assert {each["conclusion"] for each in reports(checked.folder)} == {"success"}
    assert [each["violations"] for each in reports(checked.folder)] == [[]]


def test_every_acknowledged_finding_has_a_reason_in_words(acknowledged):
    assert all(len(each["reason"].split()) >= 5 for each in acknowledged)


def test_nothing_is_acknowledged_but_what_is_known_here(acknowledged):
    assert {each["ruleName"].split("[")[0] for each in acknowledged} == set(KEPT)


def test_each_of_our_roles_and_functions_has_been_looked_at(checked, acknowledged):
    """Whatever has a wildcard or our runtime has a finding: without one, it was not checked."""
    looked_at = Counter(
        fqn.rpartition(".")[2]
        for fqn, _ in {(p["constructFqn"], p["constructPath"]) for e in acknowledged for p in e["violatingConstructs"]}
    )
    wide = {
        name: sum("*" in json.dumps(each) for each in checked.all(f"AWS::IAM::{name}").values())
        for name in ("Role", "ManagedPolicy")
    }
    assert wide == {"Role": 5, "ManagedPolicy": 2}
    assert looked_at == {"CfnFunction": 4, "CfnRole": 5, "CfnManagedPolicy": 2, "CfnBucket": 1, "CfnQueue": 1}


def test_the_checks_find_what_is_wrong(synthesise):
    """A check that never fails is none: an open bucket, and a property that does not exist."""

    def prepare(app):
        with_nag(app)
        bucket = s3.CfnBucket(Stack(app, "Careless"), "Open")
        bucket.add_property_override("Versionning", True)

    with pytest.raises(RuntimeError) as failed:
        synthesise(prepare=prepare, validate=True)
    assert "AwsSolutions::AwsSolutions-S10" in str(failed.value)
    assert "Additional properties are not allowed ('Versionning' was unexpected)" in str(failed.value)
