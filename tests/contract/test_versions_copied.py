"""CopyProjectVersion: the copy answers as its source does, and its training output is where it says."""

import json
from typing import Any


def test_a_copy_runs_and_answers_as_its_source(
    target, asked: Any, s3, detector: str, picture, describe_version
) -> None:
    (source,) = asked.describe_projects(ProjectNames=["shapes"])["ProjectDescriptions"]
    into = asked.create_project(ProjectName="shapes-copied")["ProjectArn"]
    arn = asked.copy_project_version(
        SourceProjectArn=source["ProjectArn"],
        SourceProjectVersionArn=detector,
        DestinationProjectArn=into,
        VersionName="v1",
        OutputConfig={"S3Bucket": "results", "S3KeyPrefix": "copied"},
    )["ProjectVersionArn"]
    assert describe_version(arn)["Status"] == "COPYING_IN_PROGRESS"
    target.clock.now += 300
    version = describe_version(arn)
    assert (version["Status"], version["SourceProjectVersionArn"]) == ("COPYING_COMPLETED", detector)
    place = version["EvaluationResult"]["Summary"]["S3Object"]
    assert place["Name"].startswith("copied/shapes-copied/v1/")
    copied = json.loads(s3.get(place["Bucket"], place["Name"]))
    assert copied["AggregatedEvaluationResults"]["F1Score"] == version["EvaluationResult"]["F1Score"]

    for each in (detector, arn):
        asked.start_project_version(ProjectVersionArn=each, MinInferenceUnits=1)
    target.clock.now += 600
    image = {"Bytes": picture(50).content}
    first, second = (
        asked.detect_custom_labels(ProjectVersionArn=each, Image=image)["CustomLabels"] for each in (detector, arn)
    )
    assert first
    assert first == second
    for each in (detector, arn):
        asked.stop_project_version(ProjectVersionArn=each)
    target.clock.now += 180
    asked.delete_project_version(ProjectVersionArn=arn)
    asked.delete_project(ProjectArn=into)
