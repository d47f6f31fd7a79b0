"""The controller ticks, is not repeated, and on delete goes before everything that it needs for stopping."""

import json

from labelpipe.core.control.leases import LAST_START, TICK_AGE


def test_the_controller_ticks_every_minute_and_a_missed_tick_is_not_repeated(real):
    schedule = real.one("AWS::Scheduler::Schedule")
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["Target"]["Arn"] == {"Fn::GetAtt": [real.id("AWS::Lambda::Function", "Tick"), "Arn"]}
    assert schedule["Target"]["RetryPolicy"] == {
        "MaximumEventAgeInSeconds": TICK_AGE.total_seconds(),
        "MaximumRetryAttempts": 0,
    }


def test_a_tick_is_not_run_again_by_lambda_nor_long_after_its_time(real):
    config = real.one("AWS::Lambda::EventInvokeConfig", "Tick")
    assert config["FunctionName"] == {"Ref": real.id("AWS::Lambda::Function", "Tick")}
    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (0, TICK_AGE.total_seconds())


def test_a_deletion_that_lambda_throttles_waits_for_its_turn(real):
    """CloudFormation would wait for an answer that never comes."""
    assert [id for id in real.all("AWS::Lambda::EventInvokeConfig") if "OnDelete" in id] == []


def test_a_tick_ends_before_the_next_begins(real):
    assert real.one("AWS::Lambda::Function", "Tick")["Timeout"] == 50


def test_cloudformation_waits_longer_than_the_function_that_stops_models(real):
    stop = real.one("Custom::StopModels")
    assert stop["ServiceToken"] == {"Fn::GetAtt": [real.id("AWS::Lambda::Function", "OnDelete"), "Arn"]}
    assert int(stop["ServiceTimeout"]) > real.one("AWS::Lambda::Function", "OnDelete")["Timeout"] == 900


def test_a_model_that_the_last_tick_starts_can_still_be_stopped(real):
    """A start takes minutes, and a stop is refused until its end."""
    assert real.one("AWS::Lambda::Function", "OnDelete")["Timeout"] - LAST_START.total_seconds() > 10 * 60


def test_models_are_stopped_before_anything_goes_that_this_takes(real):
    """CloudFormation deletes a resource before what it depends on."""
    after = needed_by(real, real.id("Custom::StopModels"))
    kinds = [
        "AWS::Lambda::EventSourceMapping",
        "AWS::Scheduler::ScheduleGroup",
        "AWS::SSM::Parameter",
        "AWS::SQS::Queue",
    ]
    for kind in kinds:
        assert set(real.all(kind)) <= after, kind
    assert real.id("AWS::IAM::Role", "Leases") in after
    assert real.id("AWS::IAM::Role", "OnDelete") in after
    assert real.id("AWS::Lambda::Function", "RouteBees") in after


def test_ticks_end_before_models_are_stopped_for_good(real):
    assert real.id("Custom::StopModels") in needed_by(real, real.id("AWS::Scheduler::Schedule"))


def test_the_group_of_leases_is_empty_in_the_template(real):
    assert "GroupName" not in real.one("AWS::Scheduler::Schedule")


def test_an_alarm_tells_of_each_thing_that_needs_a_person(real):
    watched = [(each["MetricName"], str(each["Dimensions"])) for each in real.all("AWS::CloudWatch::Alarm").values()]
    dead = [("ApproximateNumberOfMessagesVisible", id) for id in real.all("AWS::SQS::Queue") if "DeadLetters" in id]
    tick = real.id("AWS::Lambda::Function", "Tick")
    for metric, source in [*dead, ("Errors", tick), ("Invocations", tick)]:
        assert [name for name, dimensions in watched if source in dimensions and name == metric] == [metric]
    measured = ("RouteFault", "CannotStart", "StartingMinutes", "CapReached")
    faults = [(name, route) for route in real.settings.routes for name in measured]
    for metric, route in faults:
        assert [name for name, dimensions in watched if f"'{route}'" in dimensions and name == metric] == [metric]
    functions = [id for id in real.all("AWS::Lambda::Function") if id.startswith("Route")]
    for id in functions:
        assert [name for name, dimensions in watched if f"'{id}'" in dimensions] == ["Errors"]
    assert len(watched) == len(dead) + len(faults) + len(functions) + 2


def test_every_alarm_says_what_to_do(real):
    assert all(len(each["AlarmDescription"].split(". ")) > 1 for each in real.all("AWS::CloudWatch::Alarm").values())


def test_a_silent_controller_is_an_alarm(real):
    assert real.one("AWS::CloudWatch::Alarm", "Silent")["TreatMissingData"] == "breaching"


def needed_by(made, id):
    """Ids of everything that a resource depends on, directly or through others."""
    seen, todo = set(), [id]
    while todo:
        body = made.resources[todo.pop()]
        found = set(body.get("DependsOn", [])) | {other for other in made.resources if f'"{other}"' in json.dumps(body)}
        todo += found - seen
        seen |= found
    return seen
