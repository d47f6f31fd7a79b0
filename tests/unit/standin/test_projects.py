import pytest

from labelpipe.standin.errors import (
    InvalidPaginationTokenException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)


def names(standin, **request) -> list[str]:
    described = standin.call("DescribeProjects", **request)["ProjectDescriptions"]
    return [project["ProjectArn"].split("/")[1] for project in described]


def test_an_arn_ends_in_the_creation_time_in_milliseconds_and_no_two_are_equal(standin) -> None:
    assert standin.project("a") == "arn:aws:rekognition:us-east-1:000000000000:project/a/1790000000000"
    assert standin.project("b").endswith("/1790000000001")


def test_projects_come_newest_first_and_by_name(standin) -> None:
    for name in "abc":
        standin.project(name)
    assert names(standin) == ["c", "b", "a"]
    assert names(standin, ProjectNames=["a", "zebra"]) == ["a"]


def test_another_region_has_its_own_projects(standin) -> None:
    standin.project("a")
    standin.call("CreateProject", region="eu-west-1", ProjectName="a")
    assert names(standin, region="eu-west-1") == ["a"]


def test_moderation_projects_are_shown_only_when_asked_for(standin) -> None:
    standin.call("CreateProject", ProjectName="m", Feature="CONTENT_MODERATION")
    assert names(standin) == []
    assert names(standin, Features=["CONTENT_MODERATION"]) == ["m"]


def test_pages_lead_through_all_projects_once(standin) -> None:
    for name in "abcde":
        standin.project(name)
    seen, request = [], {"MaxResults": 2}
    while True:
        reply = standin.call("DescribeProjects", **request)
        seen += [project["ProjectArn"].split("/")[1] for project in reply["ProjectDescriptions"]]
        if "NextToken" not in reply:
            break
        request["NextToken"] = reply["NextToken"]
    assert seen == list("edcba")
    assert "NextToken" not in standin.call("DescribeProjects", MaxResults=5)


@pytest.mark.parametrize("token", ["x", "bm9uc2Vuc2U=", "ZnJvbSAtMQ=="])
def test_a_made_up_token_is_refused(standin, token: str) -> None:
    with pytest.raises(InvalidPaginationTokenException):
        standin.call("DescribeProjects", NextToken=token)


def test_a_name_is_taken_once(standin) -> None:
    standin.project()
    with pytest.raises(ResourceInUseException):
        standin.project()


def test_an_account_has_a_hundred_projects(standin) -> None:
    for number in range(100):
        standin.project(f"p{number}")
    with pytest.raises(LimitExceededException):
        standin.project("one-more")


def test_a_project_goes_only_when_its_versions_are_gone(standin) -> None:
    project = standin.project()
    version = standin.trained(project)
    with pytest.raises(ResourceInUseException):
        standin.call("DeleteProject", ProjectArn=project)
    standin.call("DeleteProjectVersion", ProjectVersionArn=version)
    assert standin.call("DeleteProject", ProjectArn=project) == {"Status": "DELETING"}
    with pytest.raises(ResourceNotFoundException):
        standin.call("DescribeProjectVersions", ProjectArn=project)


def test_tags_are_added_replaced_and_taken_away(standin) -> None:
    arn = standin.call("CreateProject", ProjectName="a", Tags={"team": "x", "cost": "1"})["ProjectArn"]
    standin.call("TagResource", ResourceArn=arn, Tags={"team": "y"})
    standin.call("UntagResource", ResourceArn=arn, TagKeys=["cost", "absent"])
    assert standin.call("ListTagsForResource", ResourceArn=arn) == {"Tags": {"team": "y"}}
