"""Policies of a project: put, updated by revision, told in pages and deleted."""

import json

import pytest

from labelpipe.standin.errors import (
    InvalidPaginationTokenException,
    InvalidPolicyRevisionIdException,
    LimitExceededException,
    MalformedPolicyDocumentException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from labelpipe.standin.limits import Limits

STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
    "Action": "rekognition:CopyProjectVersion",
    "Resource": "arn:aws:rekognition:us-east-1:000000000000:project/bees/version/v1/1",
}
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})


@pytest.fixture
def project(standin) -> str:
    return standin.project()


def put(standin, project: str, name: str = "copy", document: str = DOCUMENT, **revision: str) -> str:
    request = {"ProjectArn": project, "PolicyName": name, "PolicyDocument": document, **revision}
    return standin.call("PutProjectPolicy", **request)["PolicyRevisionId"]


def listed(standin, project: str, **request) -> list[dict]:
    return standin.call("ListProjectPolicies", ProjectArn=project, **request)["ProjectPolicies"]


def test_a_policy_is_told_as_it_was_put(standin, project: str) -> None:
    revision = put(standin, project)
    now = standin.now
    assert listed(standin, project) == [
        {
            "ProjectArn": project,
            "PolicyName": "copy",
            "PolicyRevisionId": revision,
            "PolicyDocument": DOCUMENT,
            "CreationTimestamp": now,
            "LastUpdatedTimestamp": now,
        }
    ]


def test_an_update_names_the_latest_revision_and_makes_another(standin, project: str) -> None:
    first, created = put(standin, project), standin.now
    standin.now += 60
    other = json.dumps({"Statement": STATEMENT})
    second = put(standin, project, document=other, PolicyRevisionId=first)
    (policy,) = listed(standin, project)
    assert first != second == policy["PolicyRevisionId"]
    assert (policy["PolicyDocument"], policy["CreationTimestamp"]) == (other, created)
    assert policy["LastUpdatedTimestamp"] == standin.now
    with pytest.raises(InvalidPolicyRevisionIdException):
        put(standin, project, PolicyRevisionId=first)


def test_a_policy_that_is_there_is_not_put_without_its_revision(standin, project: str) -> None:
    put(standin, project)
    with pytest.raises(ResourceAlreadyExistsException):
        put(standin, project)


def test_a_policy_that_is_not_there_has_no_revision(standin, project: str) -> None:
    with pytest.raises(InvalidPolicyRevisionIdException):
        put(standin, project, PolicyRevisionId="0a")


def test_a_project_has_five_policies(standin, project: str) -> None:
    revisions = [put(standin, project, f"p{number}") for number in range(5)]
    with pytest.raises(LimitExceededException):
        put(standin, project, "p5")
    put(standin, project, "p0", PolicyRevisionId=revisions[0])


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "[" * 1999,
        "[]",
        "7",
        "{}",
        '{"Statement": []}',
        '{"Statement": [7]}',
        json.dumps({"Statement": {**STATEMENT, "Effect": "Maybe"}}),
        *(json.dumps({"Statement": [{k: v for k, v in STATEMENT.items() if k != name}]}) for name in STATEMENT),
        *(json.dumps({"Statement": {**STATEMENT, f"Not{name}": "*"}}) for name in STATEMENT if name != "Effect"),
    ],
)
def test_a_document_that_is_no_policy_is_malformed(standin, project: str, document: str) -> None:
    with pytest.raises(MalformedPolicyDocumentException):
        put(standin, project, document=document)


def test_a_policy_is_deleted_by_name_or_by_its_latest_revision(standin, project: str) -> None:
    put(standin, project, "a")
    old = put(standin, project, "b")
    put(standin, project, "b", PolicyRevisionId=old)
    standin.call("DeleteProjectPolicy", ProjectArn=project, PolicyName="a")
    with pytest.raises(InvalidPolicyRevisionIdException):
        standin.call("DeleteProjectPolicy", ProjectArn=project, PolicyName="b", PolicyRevisionId=old)
    assert [policy["PolicyName"] for policy in listed(standin, project)] == ["b"]
    with pytest.raises(ResourceNotFoundException):
        standin.call("DeleteProjectPolicy", ProjectArn=project, PolicyName="a")


def test_policies_come_in_pages_of_their_own_project(standin, project: str) -> None:
    for name in "cab":
        put(standin, project, name)
    first = standin.call("ListProjectPolicies", ProjectArn=project, MaxResults=2)
    assert [policy["PolicyName"] for policy in first["ProjectPolicies"]] == ["a", "b"]
    assert [policy["PolicyName"] for policy in listed(standin, project, NextToken=first["NextToken"])] == ["c"]
    with pytest.raises(InvalidPaginationTokenException):
        listed(standin, standin.project("wasps"), NextToken=first["NextToken"])


def test_a_page_has_five_policies_unless_fewer_are_asked_for(standin, project: str) -> None:
    standin.service.limits = Limits.off()
    for name in "abcdef":
        put(standin, project, name)
    assert len(listed(standin, project)) == 5


def test_policies_go_with_their_project(standin, project: str) -> None:
    put(standin, project)
    standin.call("DeleteProject", ProjectArn=project)
    standin.now += 30
    assert listed(standin, standin.project()) == []
