import pytest

from labelpipe.standin.errors import (
    InvalidPaginationTokenException,
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
)
from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.store import Store

POLICY = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'


def names(standin, **request) -> list[str]:
    described = standin.call("DescribeProjects", **request)["ProjectDescriptions"]
    return [project["ProjectArn"].split("/")[1] for project in described]


def adapter(standin) -> str:
    """The project of an adapter, in which there is nothing to train here."""
    request = {"ProjectName": "m", "Feature": "CONTENT_MODERATION", "AutoUpdate": "ENABLED"}
    return standin.call("CreateProject", **request)["ProjectArn"]


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
    adapter(standin)
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


@pytest.mark.parametrize("token", ["x", "\u00e9", "bm9uc2Vuc2U=", "ZnJvbSAtMQ==", "WzEsIDJd", "e30=", "bnVsbA=="])
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
    standin.now += 30
    assert standin.call("DeleteProject", ProjectArn=project) == {"Status": "DELETING"}
    standin.now += 30
    with pytest.raises(ResourceNotFoundException):
        standin.call("DescribeProjectVersions", ProjectArn=project)


def test_a_deleted_project_is_seen_to_go_and_its_name_is_free_then(standin) -> None:
    project = standin.project()
    standin.call("DeleteProject", ProjectArn=project)
    assert standin.call("DescribeProjects")["ProjectDescriptions"][0]["Status"] == "DELETING"
    with pytest.raises(ResourceInUseException):
        standin.project()
    standin.now += 30
    assert names(standin) == []
    standin.project()


def test_a_project_is_being_created_for_its_time(standin) -> None:
    standin.service.delays = Delays(project=5)
    project = standin.project()
    assert standin.call("DescribeProjects")["ProjectDescriptions"][0]["Status"] == "CREATING"
    with pytest.raises(ResourceInUseException):
        standin.training(project)
    standin.now += 5
    assert standin.call("DescribeProjects")["ProjectDescriptions"][0]["Status"] == "CREATED"
    standin.training(project)


def test_an_adapter_s_project_says_whether_it_is_trained_again_by_itself(standin) -> None:
    with pytest.raises(InvalidParameterException):
        standin.call("CreateProject", ProjectName="m", Feature="CONTENT_MODERATION")
    adapter(standin)
    (described,) = standin.call("DescribeProjects", Features=["CONTENT_MODERATION"])["ProjectDescriptions"]
    assert (described["Feature"], described["AutoUpdate"]) == ("CONTENT_MODERATION", "ENABLED")


def test_an_adapter_s_project_takes_nothing_of_custom_labels(standin) -> None:
    project, policy = adapter(standin), {"PolicyName": "p", "PolicyDocument": POLICY}
    for operation, request in (
        ("CreateDataset", {"DatasetType": "TRAIN"}),
        ("CreateProjectVersion", {"VersionName": "v1", "OutputConfig": {"S3Bucket": "results"}}),
        ("PutProjectPolicy", policy),
    ):
        with pytest.raises(InvalidParameterException, match="is for Custom Labels"):
            standin.call(operation, ProjectArn=project, **request)
    assert standin.call("DeleteProject", ProjectArn=project) == {"Status": "DELETING"}


def test_projects_and_their_policies_survive_a_restart(standin) -> None:
    project = standin.project()
    standin.call("PutProjectPolicy", ProjectArn=project, PolicyName="p", PolicyDocument=POLICY)
    standin.call("DeleteProject", ProjectArn=standin.project("wasps"))
    with standin.service.turn() as state:
        before = state.all()
    assert Store(standin.folder).load() == before


@pytest.mark.parametrize("key", ["aws:x", "a" * 129, "a,b", ""])
def test_a_tag_s_key_has_rules(standin, key: str) -> None:
    with pytest.raises(InvalidParameterException):
        standin.call("CreateProject", ProjectName="a", Tags={key: "1"})


def test_projects_datasets_and_versions_have_tags_and_at_most_two_hundred(standin) -> None:
    project = standin.project()
    standin.call("CreateDataset", ProjectArn=project, DatasetType="TRAIN", Tags={"a": "1"})
    (dataset,) = standin.call("DescribeProjects")["ProjectDescriptions"][0]["Datasets"]
    version = standin.trained(standin.project("wasps"))
    for arn in (project, dataset["DatasetArn"], version):
        standin.call("TagResource", ResourceArn=arn, Tags={f"k{number}": "" for number in range(199)} | {"a": "2"})
        assert len(standin.call("ListTagsForResource", ResourceArn=arn)["Tags"]) == 200
        with pytest.raises(ServiceQuotaExceededException):
            standin.call("TagResource", ResourceArn=arn, Tags={"one-more": ""})


def test_tags_are_added_replaced_and_taken_away(standin) -> None:
    arn = standin.call("CreateProject", ProjectName="a", Tags={"team": "x", "cost": "1"})["ProjectArn"]
    standin.call("TagResource", ResourceArn=arn, Tags={"team": "y"})
    standin.call("UntagResource", ResourceArn=arn, TagKeys=["cost", "absent"])
    assert standin.call("ListTagsForResource", ResourceArn=arn) == {"Tags": {"team": "y"}}
