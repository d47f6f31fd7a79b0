"""Two deployments live side by side, and a reader finds everything by its output."""

from labelpipe.core import names
from labelpipe.core.names import route_output

NAMES = {
    "AlarmName",
    "AliasName",
    "BucketName",
    "FunctionName",
    "GroupName",
    "LogGroupName",
    "ManagedPolicyName",
    "Name",
    "QueueName",
    "RoleName",
}
"""Properties by which a template could name what it makes, or refer to something by its name."""


def test_a_name_comes_from_the_stack_or_from_cloudformation(real):
    for id, resource in real.resources.items():
        given = {key: value for key, value in resource.get("Properties", {}).items() if key in NAMES}
        for key, value in given.items():
            reference = isinstance(value, dict) and (
                "Ref" in value or {"Ref": "AWS::StackName"} in value["Fn::Join"][1]
            )
            assert reference, f"{id}: {key} is {value}"


def test_another_name_deploys_the_same_beside_the_first(real, synthesise, settings_text):
    """So whatever one deployment is called is nowhere in its template."""
    other = synthesise(settings_text.replace('name = "vision"', 'name = "vision-two"'))
    assert (real.settings.name, other.settings.name) == ("vision", "vision-two")
    assert without_code(real) == without_code(other)


def without_code(made):
    """Whose digest may change while somebody edits it."""
    properties = {id: each.get("Properties", {}) for id, each in made.resources.items()}
    return [made.template["Outputs"], {id: each | {"Code": None} for id, each in properties.items()}]


def test_a_template_is_for_any_account_and_region(real):
    manifest = (real.folder / "manifest.json").read_text()
    assert '"environment": "aws://unknown-account/unknown-region"' in manifest


def test_outputs_are_called_what_their_readers_call_them(real):
    outputs = {name: each["Value"] for name, each in real.template["Outputs"].items()}
    assert outputs == {
        names.BUCKET_OUTPUT: {"Ref": real.id("AWS::S3::Bucket")},
        names.KEY_OUTPUT: {"Fn::GetAtt": [real.id("AWS::KMS::Key", "StorageKey"), "Arn"]},
        names.CONTROLLER_OUTPUT: {"Ref": real.id("AWS::Lambda::Function", "Tick")},
        names.LEASE_GROUP_OUTPUT: {"Ref": real.id("AWS::Scheduler::ScheduleGroup")},
        names.UPLOADERS_OUTPUT: {"Ref": real.id("AWS::IAM::ManagedPolicy", "Uploaders")},
        names.READERS_OUTPUT: {"Ref": real.id("AWS::IAM::ManagedPolicy", "Readers")},
    } | {
        route_output(kind, route): {"Ref": real.id(*found)}
        for route, id in (("bees", "RouteBees"), ("ripe-figs", "RouteRipeFigs"))
        for kind, found in {
            "Queue": ("AWS::SQS::Queue", id, "QueuesQueue"),
            "DeadLetterQueue": ("AWS::SQS::Queue", id, "DeadLetters"),
            "Function": ("AWS::Lambda::Function", id),
            "Release": ("AWS::SSM::Parameter", id, "Release"),
        }.items()
    }


def test_the_settings_tags_are_on_everything_that_can_carry_tags(real):
    tag = {"Key": "team", "Value": "apiary"}
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SQS::Queue", "AWS::IAM::Role", "AWS::Logs::LogGroup"):
        assert all(tag in each["Tags"] for each in real.all(kind).values()), kind
