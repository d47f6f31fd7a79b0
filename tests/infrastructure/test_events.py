"""Result events: a bus of ours, only where it is wanted."""

import pytest

from labelpipe.core import names


@pytest.fixture(scope="module")
def telling(synthesise, settings_text):
    return synthesise(f"result_events = true\n{settings_text}")


def test_without_being_asked_for_there_is_no_bus(real):
    assert not real.all("AWS::Events::EventBus")
    assert names.EVENTS_OUTPUT not in real.template["Outputs"]
    assert real.one("AWS::Lambda::Function", "RouteBees")["Environment"]["Variables"]["EVENT_BUS"] == ""


@pytest.mark.parametrize("route", ["RouteBees", "RouteRipeFigs"])
def test_each_route_may_tell_this_bus_and_no_other(telling, route):
    bus = telling.id("AWS::Events::EventBus")
    (role,) = telling.one("AWS::IAM::Role", route)["Policies"]
    puts = [each for each in role["PolicyDocument"]["Statement"] if "events:" in str(each["Action"])]
    assert [(each["Action"], each["Resource"]) for each in puts] == [("events:PutEvents", {"Fn::GetAtt": [bus, "Arn"]})]
    variables = telling.one("AWS::Lambda::Function", route)["Environment"]["Variables"]
    assert variables["EVENT_BUS"] == telling.template["Outputs"][names.EVENTS_OUTPUT]["Value"] == {"Ref": bus}


def test_the_bus_is_encrypted_under_a_key_that_serves_it_alone(telling):
    """Source: Amazon EventBridge User Guide, "Authorizing EventBridge to use a customer managed key"."""
    key = telling.id("AWS::KMS::Key", "QueueKey")
    bus = telling.one("AWS::Events::EventBus")
    assert bus["KmsKeyIdentifier"] == {"Fn::GetAtt": [key, "Arn"]}
    policy = telling.all("AWS::KMS::Key")[key]["KeyPolicy"]["Statement"]
    (allowed,) = [each for each in policy if each["Principal"] == {"Service": "events.amazonaws.com"}]
    assert set(allowed["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"}
    conditions = allowed["Condition"]["StringEquals"]
    assert conditions["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert "-results" in str(conditions["aws:SourceArn"])
    assert bus["Name"] == {"Fn::Join": ["", [{"Ref": "AWS::StackName"}, "-results"]]}
