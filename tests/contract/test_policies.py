"""Policies of a project: cheap enough to say of AWS too."""

import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def project(rekognition: Any):
    arn = rekognition.create_project(ProjectName=f"labelpipe-contract-{uuid4().hex[:8]}")["ProjectArn"]
    yield arn
    rekognition.delete_project(ProjectArn=arn)


def document(project: str) -> str:
    """That the project's own account may copy its versions."""
    account = project.split(":")[4]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "rekognition:CopyProjectVersion",
        "Resource": f"{project.rpartition('/')[0]}/version/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def code(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"]


def test_a_policy_lives_from_its_first_revision_to_its_last(rekognition: Any, project: str) -> None:
    request = {"ProjectArn": project, "PolicyName": "copy", "PolicyDocument": document(project)}
    first = rekognition.put_project_policy(**request)["PolicyRevisionId"]
    second = rekognition.put_project_policy(**request, PolicyRevisionId=first)["PolicyRevisionId"]
    pages = rekognition.get_paginator("list_project_policies").paginate(ProjectArn=project)
    (policy,) = [each for page in pages for each in page["ProjectPolicies"]]
    assert (policy["PolicyName"], policy["PolicyRevisionId"]) == ("copy", second)
    assert json.loads(policy["PolicyDocument"]) == json.loads(document(project))
    assert code(rekognition.put_project_policy, **request, PolicyRevisionId=first) == "InvalidPolicyRevisionIdException"
    rekognition.delete_project_policy(ProjectArn=project, PolicyName="copy", PolicyRevisionId=second)
    assert rekognition.list_project_policies(ProjectArn=project)["ProjectPolicies"] == []


def test_what_is_no_policy_is_malformed(rekognition: Any, project: str) -> None:
    request = {"ProjectArn": project, "PolicyName": "copy", "PolicyDocument": "{}"}
    assert code(rekognition.put_project_policy, **request) == "MalformedPolicyDocumentException"


def test_policies_come_in_pages(asked: Any, target) -> None:
    project = asked.create_project(ProjectName="paged")["ProjectArn"]
    for name in ("a", "b", "c"):
        asked.put_project_policy(ProjectArn=project, PolicyName=name, PolicyDocument=document(project))
    pages = asked.get_paginator("list_project_policies").paginate(ProjectArn=project, PaginationConfig={"PageSize": 2})
    assert [[each["PolicyName"] for each in page["ProjectPolicies"]] for page in pages] == [["a", "b"], ["c"]]
    asked.delete_project(ProjectArn=project)
