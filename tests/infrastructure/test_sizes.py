"""No policy of the largest deployments that the settings accept is longer than IAM allows."""

import json
from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.settings import load_settings
from labelpipe.settings.across import MAX_ROUTES
from labelpipe.settings.sizes import MAX_INLINE, MAX_MANAGED, controller_policy, uploaders_policy

REGION, ACCOUNT, UUID = "ap-northeast-1", "123456789012", 36 * "u"
STACK = 60 * "S"
ARNS = {
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{64 * 'r'}",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{UUID}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{64 * 'f'}",
    "AWS::S3::Bucket": f"arn:aws:s3:::{63 * 'b'}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{80 * 'q'}",
    "AWS::Scheduler::ScheduleGroup": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{64 * 'g'}",
}
"""As long as they can be."""
REFS = {"AWS::S3::Bucket": 63 * "b", "AWS::Lambda::EventSourceMapping": UUID, "AWS::Scheduler::ScheduleGroup": 64 * "g"}
PSEUDO = {"Partition": "aws", "Region": REGION, "AccountId": ACCOUNT, "StackName": STACK, "URLSuffix": "amazonaws.com"}


def settings(
    folder: int, project: int, routes: int = MAX_ROUTES, models: int = 1, name: int = 20, endpoint: int = 0
) -> str:
    """A file whose prefixes, and whose projects' names or endpoints', are so long."""
    text = f'name = "{STACK}"\nmax_running_models = {models}\n'
    for route in range(routes):
        listed = [f'{{ name = "m{i}", {asked(f"{route:02}{i:02}", project, endpoint)} }}' for i in range(models)]
        text += f'[routes.{f"r{route:02}".ljust(name, "r")}]\nprefix = "{f"{route:02}".ljust(folder - 1, "f")}/"\n'
        text += f'formats = ["heic"]\nmodels = [{", ".join(listed)}]\n'
    return text


def asked(unique: str, project: int, endpoint: int) -> str:
    if not endpoint:
        return f'project = "{unique.ljust(project, "p")}"'
    name = unique.ljust(endpoint, "e")
    hosted = f'backend = "sagemaker", endpoint = "{name}", endpoint_config = "{name}"'
    return f'{hosted}, answer = "probabilities", labels = ["bee"]'


SHAPES = {
    "the longest prefixes": lambda length: settings(length, 4),
    "the longest projects": lambda length: settings(3, length),
    "the most models of one route": lambda length: settings(200, 4, routes=1, models=length),
    "the most models of all routes": lambda length: settings(3, 4, routes=4, models=length),
    "the longest endpoints": lambda length: settings(3, 4, routes=8, endpoint=length),
    "the most endpoints of one route": lambda length: settings(200, 4, routes=1, models=length, endpoint=20),
    "the longest routes": lambda length: settings(3, 4, name=length),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_largest_deployment_that_is_accepted_fits_into_its_policies(synthesise, tmp_path, shape):
    accepted = [length for length in range(4, 256) if is_accepted(tmp_path / "pipeline.toml", SHAPES[shape](length))]
    made = synthesise(SHAPES[shape](max(accepted)))
    inline = {id: size(made, each["Policies"]) for id, each in made.all("AWS::IAM::Role").items()}
    managed = {id: size(made, [each]) for id, each in made.all("AWS::IAM::ManagedPolicy").items()}
    routes = made.settings.routes
    models = [model for route in routes.values() for model in route.models]
    named = [{getattr(model, key) for model in models} - {""} for key in ("project", "endpoint", "endpoint_config")]
    assert inline[made.id("AWS::IAM::Role", "TickRole")] <= controller_policy(STACK, routes, *named) <= MAX_INLINE
    assert max(inline.values()) <= MAX_INLINE
    assert max(managed.values()) <= uploaders_policy(r.prefix for r in routes.values()) <= MAX_MANAGED


def is_accepted(file: Path, text: str) -> bool:
    file.write_text(text)
    try:
        load_settings(file)
    except Problem:
        return False
    return True


def size(made, policies) -> int:
    """Without white space, deployed."""
    documents = [resolved(made, each["PolicyDocument"]) for each in policies]
    return sum(len(json.dumps(each, separators=(",", ":"))) for each in documents)


def resolved(made, value):
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolved(made, part) for part in parts)
        case {"Fn::GetAtt": [id, "Arn"]}:
            kind = made.resources[id]["Type"]
            return log_group(id) if kind == "AWS::Logs::LogGroup" else ARNS[kind]
        case {"Ref": name} if name.startswith("AWS::"):
            return PSEUDO[name.removeprefix("AWS::")]
        case {"Ref": id}:
            of = made.resources[id]
            return REFS.get(of["Type"]) or resolved(made, of["Properties"]["Name"])
        case dict():
            return {key: resolved(made, each) for key, each in value.items()}
        case list():
            return [resolved(made, each) for each in value]
    return value


def log_group(id: str) -> str:
    """Its name is made of the stack's, the resource's and twelve more characters."""
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{STACK}-{id}-{12 * 'x'}:*"
