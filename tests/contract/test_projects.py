"""Projects and tags: cheap enough to say of AWS too."""

from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def name() -> str:
    """One for each test: AWS takes a while to delete a project, and a name is taken until then."""
    return f"labelpipe-contract-{uuid4().hex[:8]}"


@pytest.fixture
def project(rekognition: Any, name: str):
    arn = rekognition.create_project(ProjectName=name, Tags={"team": "vision"})["ProjectArn"]
    yield arn
    rekognition.delete_project(ProjectArn=arn)


def code(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"]


def test_a_project_is_described_by_name(rekognition: Any, project: str, name: str) -> None:
    (described,) = rekognition.describe_projects(ProjectNames=[name])["ProjectDescriptions"]
    assert (described["ProjectArn"], described["Status"]) == (project, "CREATED")
    assert described["CreationTimestamp"].tzinfo


def test_a_new_project_has_no_versions(rekognition: Any, project: str) -> None:
    assert rekognition.describe_project_versions(ProjectArn=project)["ProjectVersionDescriptions"] == []


def test_a_project_name_is_taken_once(rekognition: Any, project: str, name: str) -> None:
    assert code(rekognition.create_project, ProjectName=name) == "ResourceInUseException"


def test_projects_come_in_pages(rekognition: Any, project: str) -> None:
    pages = rekognition.get_paginator("describe_projects").paginate(PaginationConfig={"PageSize": 1})
    assert project in [each["ProjectArn"] for page in pages for each in page["ProjectDescriptions"]]


def test_tags_are_kept_and_taken_away(rekognition: Any, project: str) -> None:
    rekognition.tag_resource(ResourceArn=project, Tags={"cost": "1"})
    rekognition.untag_resource(ResourceArn=project, TagKeys=["team"])
    assert rekognition.list_tags_for_resource(ResourceArn=project)["Tags"] == {"cost": "1"}


def test_an_unknown_version_of_a_project_is_not_found(rekognition: Any, project: str, name: str) -> None:
    arn = project.replace(f"{name}/", f"{name}/version/v9/")
    assert code(rekognition.stop_project_version, ProjectVersionArn=arn) == "ResourceNotFoundException"


@pytest.mark.usefixtures("invalid_requests")
def test_what_botocore_lets_through_is_refused_here(rekognition: Any) -> None:
    asked = rekognition
    assert code(asked.create_project, ProjectName="bees and wasps") == "InvalidParameterException"
    assert code(asked.describe_project_versions, ProjectArn="arn:aws:nowhere:bees") == "InvalidParameterException"
    assert code(asked.describe_projects, MaxResults=101) == "ValidationException"


def test_a_project_of_another_region_is_not_found(swift_environment, project: str, make_client) -> None:
    abroad = make_client(swift_environment["AWS_ENDPOINT_URL_REKOGNITION"], "eu-west-1")
    assert code(abroad.describe_project_versions, ProjectArn=project) == "ResourceNotFoundException"
