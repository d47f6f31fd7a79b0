"""Messages are encrypted, waited for long enough, and come from our bucket only."""

import pytest

DAY = 24 * 3600
ROUTES = ["RouteBees", "RouteRipeFigs"]


def test_every_queue_is_encrypted_with_the_queues_key(real):
    key = {"Fn::GetAtt": [real.id("AWS::KMS::Key", "QueueKey"), "Arn"]}
    assert len(real.all("AWS::SQS::Queue")) == 5
    assert all(queue["KmsMasterKeyId"] == key for queue in real.all("AWS::SQS::Queue").values())


@pytest.mark.parametrize("route", ROUTES)
def test_a_message_outlives_its_source_in_the_dead_letter_queue(real, route):
    queue, dead = real.one("AWS::SQS::Queue", route, "QueuesQueue"), real.id("AWS::SQS::Queue", route, "DeadLetters")
    assert queue["MessageRetentionPeriod"] == 12 * DAY
    assert real.all("AWS::SQS::Queue")[dead]["MessageRetentionPeriod"] == 14 * DAY
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}, "maxReceiveCount": 250}


@pytest.mark.parametrize("route", ROUTES)
def test_a_message_stays_invisible_for_six_times_the_functions_time(real, route):
    visibility = real.one("AWS::SQS::Queue", route, "QueuesQueue")["VisibilityTimeout"]
    assert visibility == 6 * real.one("AWS::Lambda::Function", route)["Timeout"] == 300


def test_no_message_is_given_up_before_its_queue_forgets_it(real):
    for route in real.settings.routes.values():
        assert route.give_up_after < 12 * DAY


def test_every_queue_refuses_plain_http(real):
    policies = real.all("AWS::SQS::QueuePolicy").values()
    refusing = [queue["Ref"] for each in policies for queue in each["Queues"] if _refuses_http(each)]
    assert sorted(refusing) == sorted(real.all("AWS::SQS::Queue"))


def test_whatever_s3_may_do_is_conditioned_on_account_and_bucket(real):
    """Both policies on its way to a queue: the queue's, and the key's."""
    bucket = {"Fn::GetAtt": [real.id("AWS::S3::Bucket"), "Arn"]}
    policies = [each["PolicyDocument"] for each in real.all("AWS::SQS::QueuePolicy").values()]
    policies += [each["KeyPolicy"] for each in real.all("AWS::KMS::Key").values()]
    allowed = [s for p in policies for s in p["Statement"] if s["Principal"].get("Service") == "s3.amazonaws.com"]
    assert sorted(str(each["Action"]) for each in allowed) == [
        "['kms:Decrypt', 'kms:GenerateDataKey']",
        "sqs:SendMessage",
        "sqs:SendMessage",
    ]
    for each in allowed:
        assert each["Condition"] == {
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "ArnLike": {"aws:SourceArn": bucket},
        }


def test_nobody_else_is_let_in_by_a_policy_of_a_queue(real):
    for each in real.all("AWS::SQS::QueuePolicy").values():
        for statement in each["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Deny" or statement["Principal"] == {"Service": "s3.amazonaws.com"}


def _refuses_http(policy):
    return any(
        each["Effect"] == "Deny"
        and each["Action"] == "sqs:*"
        and each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for each in policy["PolicyDocument"]["Statement"]
    )
