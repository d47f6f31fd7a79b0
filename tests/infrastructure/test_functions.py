"""Functions are what the settings say, know what they must, and are fed a little at a time."""

import json

import pytest

from labelpipe.core.control.policy import Policy
from labelpipe.core.environment import ControllerEnvironment, InferenceEnvironment
from labelpipe.core.names import NO_RELEASE
from labelpipe.core.wiring import ModelWiring, RouteWiring

ROUTES = {"bees": "RouteBees", "ripe-figs": "RouteRipeFigs"}


def ours(made):
    return {id: each for id, each in made.all("AWS::Lambda::Function").items() if "lambdas." in each["Handler"]}


def test_our_functions_run_on_the_promised_runtime(real):
    assert {(each["Runtime"], *each["Architectures"]) for each in ours(real).values()} == {("python3.13", "arm64")}
    assert sorted(each["Handler"] for each in ours(real).values()) == [
        "lambdas.inference.handler.handler",
        "lambdas.inference.handler.handler",
        "lambdas.model_controller.handler.handler",
        "lambdas.model_controller.on_delete.handler",
    ]


def test_settings_decide_time_and_memory(real):
    function = real.one("AWS::Lambda::Function", "RouteBees")
    assert (function["Timeout"], function["MemorySize"]) == (50, 2048)


def test_every_function_of_ours_writes_to_a_log_that_ends(real):
    groups = real.all("AWS::Logs::LogGroup")
    assert {each["RetentionInDays"] for each in groups.values()} == {7}
    assert {each["LoggingConfig"]["LogGroup"]["Ref"] for each in ours(real).values()} == set(groups)


@pytest.mark.parametrize("route", ROUTES)
def test_a_queue_feeds_its_function_only_when_the_controller_says_so(real, route):
    mapping = real.one("AWS::Lambda::EventSourceMapping", ROUTES[route])
    settings = real.settings.routes[route]
    assert mapping["Enabled"] is False
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == settings.batch
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": settings.max_concurrency}
    assert mapping["EventSourceArn"] == {
        "Fn::GetAtt": [real.id("AWS::SQS::Queue", ROUTES[route], "QueuesQueue"), "Arn"]
    }
    assert mapping["FunctionName"] == {"Ref": real.id("AWS::Lambda::Function", ROUTES[route])}


def test_with_the_fewest_units_fewer_environments_share_the_rate(synthesise, settings_text):
    """What the controller releases the queue for then: the function's pace begins with its share of the rate."""
    made = synthesise(settings_text.replace('lease = "20m"', "units = { min = 1, max = 3 }"))
    mapping = made.one("AWS::Lambda::EventSourceMapping", "RouteBees")
    variables = made.one("AWS::Lambda::Function", "RouteBees")["Environment"]["Variables"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 3}
    assert variables["MAX_CONCURRENCY"] == "3"


def test_an_inference_function_reads_its_route_from_its_environment(real):
    variables = real.one("AWS::Lambda::Function", "RouteBees")["Environment"]["Variables"]
    assert InferenceEnvironment.from_env(resolved(variables)) == InferenceEnvironment(
        route="bees",
        prefix="bees/",
        bucket=real.id("AWS::S3::Bucket"),
        key_arn=real.id("AWS::KMS::Key", "StorageKey"),
        queue_url=real.id("AWS::SQS::Queue", "RouteBees", "QueuesQueue"),
        dead_letter_queue_url=real.id("AWS::SQS::Queue", "RouteBees", "DeadLetters"),
        release_parameter=real.id("AWS::SSM::Parameter", "RouteBees", "Serving"),
        formats=("jpeg", "png"),
        upright=False,
        keep_from=12.5,
        attempts=3,
        give_up_after=172_800,
        max_concurrency=real.settings.routes["bees"].max_concurrency,
        rate=real.settings.routes["bees"].pace,
        event_bus="",
    )


def test_the_log_lines_of_an_inference_function_say_whose_they_are(real):
    variables = real.one("AWS::Lambda::Function", "RouteBees")["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == "inference"


@pytest.mark.parametrize("function", ["Tick", "OnDelete"])
def test_the_controllers_functions_read_what_they_need_from_their_environment(real, function):
    variables = real.one("AWS::Lambda::Function", f"Controller{function}")["Environment"]["Variables"]
    assert ControllerEnvironment.from_env(resolved(variables)) == ControllerEnvironment(
        bucket=real.id("AWS::S3::Bucket"),
        key_arn=real.id("AWS::KMS::Key", "StorageKey"),
        route_parameters=tuple(real.id("AWS::SSM::Parameter", route, "Wiring") for route in ROUTES.values()),
        max_running_models=3,
        lease_group=real.id("AWS::Scheduler::ScheduleGroup"),
        lease_role_arn=real.id("AWS::IAM::Role", "Leases"),
        lease_dead_letter_queue_arn=real.id("AWS::SQS::Queue", "Leases"),
    )


@pytest.mark.parametrize(
    ("route", "models"),
    [
        ("bees", (ModelWiring("bees", "rekognition", "hives"),)),
        (
            "ripe-figs",
            (
                ModelWiring("ripe", "rekognition", "figs-ripe"),
                ModelWiring("leaf", "rekognition", "figs-leaf"),
                ModelWiring("stem", "sagemaker", endpoint="stems", endpoint_config="stems-v3"),
            ),
        ),
    ],
)
def test_a_routes_wiring_is_what_the_controller_parses(real, route, models):
    value = real.one("AWS::SSM::Parameter", ROUTES[route], "Wiring")["Value"]
    wiring, settings = RouteWiring.from_json(resolved(value)), real.settings.routes[route]
    assert (wiring.name, wiring.models) == (route, models)
    assert wiring.queue_url == real.id("AWS::SQS::Queue", ROUTES[route], "QueuesQueue")
    assert wiring.mapping_id == real.id("AWS::Lambda::EventSourceMapping", ROUTES[route])
    assert wiring.release_parameter == real.id("AWS::SSM::Parameter", ROUTES[route], "Release")
    assert wiring.serving_parameter == real.id("AWS::SSM::Parameter", ROUTES[route], "Serving")
    assert (wiring.give_up_after, wiring.max_concurrency) == (settings.give_up_after, settings.max_concurrency)
    assert Policy.parse(wiring.policy) == settings.policy


OTHERWISE = """
name = "vision"
tags = { team = "orchard", cost = "17" }
max_running_models = 4
bucket = { on_destroy = "delete" }
function = { architecture = "x86_64", timeout = "70s", memory_mb = 3072, log_retention = "14d" }
[routes.bees]
prefix = "swarms/"
formats = ["gif"]
upright = true
batch = 5
max_concurrency = 8
attempts = 4
give_up_after = "3d"
keep_from = 13.5
models = [{ name = "swarms", project = "swarms" }]
policy = { time_zone = "UTC", lease = "25m" }
"""


def test_a_deploy_never_resets_a_release(real, synthesise):
    """CloudFormation writes the value again when any property changes: so none does, whatever the settings say."""
    otherwise = synthesise(OTHERWISE).resources
    for pointer in ("Release", "Serving"):
        id = real.id("AWS::SSM::Parameter", "RouteBees", pointer)
        assert otherwise[id] == real.resources[id]
        assert real.one("AWS::SSM::Parameter", "RouteBees", pointer)["Value"] == NO_RELEASE


def test_the_stack_itself_has_no_tags(real):
    """CloudFormation would hand them to every parameter."""
    artifacts = json.loads((real.folder / "manifest.json").read_text())["artifacts"]
    assert "tags" not in artifacts["vision"].get("properties", {})


def resolved(value):
    """As if deployed: every reference is the logical id of what it refers to."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(map(resolved, parts))
        case {"Fn::GetAtt": [name, _]} | {"Ref": name}:
            return name
        case dict():
            return {key: resolved(each) for key, each in value.items()}
    return value


def test_environments_leave_room(real):
    """4 KB for all variables together. Source: AWS Lambda Developer Guide, "Lambda quotas"."""
    assert all(len(json.dumps(each["Environment"])) < 2048 for each in ours(real).values())
