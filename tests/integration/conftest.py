"""One local AWS for all scenarios: IAM enforced, deployed by the real CDK, with a model that has learnt."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from labelpipe.datasets.folder import split
from labelpipe.datasets.images import LabelledImage
from labelpipe.local.cloud import Cloud
from labelpipe.local.deployment import Deployment, finish
from labelpipe.local.emulator import start_emulator
from labelpipe.local.processes import free_port
from labelpipe.local.standin import start_standin
from labelpipe.local.training import start_training, wait_for_training
from labelpipe.operations.pipeline import Pipeline
from labelpipe.settings import load_settings
from tests.integration.stage import SETTINGS, Stage, picture
from tests.integration.tls import make_certificate


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, _nobodys_aws: None) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("aws")
    strict = make_certificate(folder)
    with ExitStack() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CA_BUNDLE", str(strict.certificate))
        port, other = free_port(), free_port()
        cloud = Cloud(f"https://127.0.0.1:{port}", f"http://127.0.0.1:{other}")
        running.callback(start_emulator(port=port, folder=folder, lasting=False, strict=strict).stop, patience=1)
        running.callback(start_standin(cloud, port=other, folder=folder, lasting=False, start_seconds=0.5).stop)
        deployment = Deployment(cloud, SETTINGS, folder)
        finish(deployment.start_bootstrap())
        deploy = deployment.start_deploy()
        running.callback(deploy.stop)
        training = start_training(
            cloud, bucket="training", project="suns", version="v1", images=split(_skies(folder)), folder=folder
        )
        wait_for_training(cloud, training, lambda _: None)
        _configure_endpoint(cloud, training.version_arn)
        finish(deploy)
        settings = load_settings(SETTINGS)
        pipeline = Pipeline.from_outputs(settings, deployment.outputs(settings.name))
        _allow_what_only_the_emulator_asks(cloud, pipeline)
        yield Stage(cloud, pipeline, training.version_arn)


def _configure_endpoint(cloud: Cloud, version_arn: str) -> None:
    """What a person makes before releasing an endpoint; the stand-in's containers serve what it has trained."""
    sagemaker = cloud.client("sagemaker")
    says = {"LABELPIPE_VERSION_ARN": version_arn, "LABELPIPE_ANSWER": "probabilities"}
    container = {"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/skies:1", "Environment": says}
    role = "arn:aws:iam::000000000000:role/sagemaker"
    sagemaker.create_model(ModelName="skies", PrimaryContainer=container, ExecutionRoleArn=role)
    variant = {"VariantName": "all", "ModelName": "skies", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName="skies-v1", ProductionVariants=[variant])


EMULATORS_OWN = [
    # It takes GetEventSourceMapping for ListEventSourceMappings, every schedule's group for the default one, and a
    # batch of deletions for an action of its own. What AWS asks is held by the template's assertions.
    {"Effect": "Allow", "Action": "lambda:ListEventSourceMappings", "Resource": "*"},
    {"Effect": "Allow", "Action": "sqs:DeleteMessageBatch", "Resource": "*"},
    {"Effect": "Allow", "Action": "scheduler:*Schedule", "Resource": "arn:aws:scheduler:*:*:schedule/default/*"},
]


def _allow_what_only_the_emulator_asks(cloud: Cloud, pipeline: Pipeline) -> None:
    role = cloud.client("lambda").get_function_configuration(FunctionName=pipeline.controller_function_name)["Role"]
    cloud.client("iam").put_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyName="emulator",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": EMULATORS_OWN}),
    )


def _skies(folder: Path) -> list[LabelledImage]:
    """Twenty images, labelled as a whole."""
    images = []
    for number in range(20):
        label = "day" if number % 2 else "night"
        path = folder / f"{label}-{number}.jpg"
        path.write_bytes(picture(label == "day", number))
        images.append(LabelledImage(path, 96, 80, labels=(label,)))
    return images
