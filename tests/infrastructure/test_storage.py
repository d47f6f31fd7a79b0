"""What is kept is encrypted, private, versioned, and stays when the stack goes."""

import pytest

from labelpipe.core.names import suffixes


def test_the_bucket_is_versioned_private_and_encrypted_with_its_own_key(real):
    bucket = real.one("AWS::S3::Bucket")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    key = real.id("AWS::KMS::Key", "StorageKey")
    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Fn::GetAtt": [key, "Arn"]},
    }
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_parts_of_broken_uploads_go_away_and_nothing_else_does(real):
    (rule,) = real.one("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]
    assert rule == {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}, "Status": "Enabled"}


def test_the_bucket_refuses_plain_http(real):
    statements = real.one("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert any(
        each["Effect"] == "Deny"
        and each["Action"] == "s3:*"
        and each["Principal"] == {"AWS": "*"}
        and each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and len(each["Resource"]) == 2
        for each in statements
    )


def test_every_key_rotates(real):
    assert [key["EnableKeyRotation"] for key in real.all("AWS::KMS::Key").values()] == [True, True]


@pytest.mark.parametrize(("on_destroy", "policy"), [("retain", "Retain"), ("delete", "Delete")])
def test_the_bucket_its_policy_and_its_key_share_one_fate(real, synthesise, on_destroy, policy):
    text = (
        f'[bucket]\non_destroy = "{on_destroy}"\n[routes.a]\nprefix = "a/"\nmodels = [{{ name = "m", project = "p" }}]'
    )
    made = synthesise(text)
    for id in (made.id("AWS::S3::Bucket"), made.id("AWS::S3::BucketPolicy"), made.id("AWS::KMS::Key", "StorageKey")):
        assert made.resources[id]["DeletionPolicy"] == policy
        assert made.resources[id]["UpdateReplacePolicy"] == policy


def test_retaining_is_the_default(real):
    assert real.resources[real.id("AWS::S3::Bucket")]["DeletionPolicy"] == "Retain"


def test_a_rule_for_each_suffix_of_each_route_leads_to_its_queue(real):
    configuration = real.one("Custom::S3BucketNotifications")["NotificationConfiguration"]
    rules = {_rule(each) for each in configuration["QueueConfigurations"]}
    queues = {name: real.id("AWS::SQS::Queue", name, "QueuesQueue") for name in ("RouteBees", "RouteRipeFigs")}
    expected = {(queues["RouteBees"], "bees/", suffix) for suffix in suffixes(["jpeg", "png"])}
    expected |= {(queues["RouteRipeFigs"], "fruit/figs/", suffix) for suffix in suffixes(["heic"])}
    assert rules == expected
    assert list(configuration) == ["QueueConfigurations"]


def test_no_rule_sees_our_own_results(real):
    rules = real.one("Custom::S3BucketNotifications")["NotificationConfiguration"]["QueueConfigurations"]
    assert not any("a.jpg.json".endswith(_rule(each)[2]) for each in rules)


def test_rules_wait_for_the_policies_that_let_s3_send(real):
    needed = real.resources[real.id("Custom::S3BucketNotifications")]["DependsOn"]
    assert set(real.all("AWS::SQS::QueuePolicy")) - set(needed) == {
        id for id in real.all("AWS::SQS::QueuePolicy") if "DeadLetters" in id
    }


def _rule(configuration):
    assert configuration["Events"] == ["s3:ObjectCreated:*"]
    filters = {each["Name"].lower(): each["Value"] for each in configuration["Filter"]["Key"]["FilterRules"]}
    return configuration["QueueArn"]["Fn::GetAtt"][0], filters["prefix"], filters["suffix"]
